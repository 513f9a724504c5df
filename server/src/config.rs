//! How a service is set up. The command fills it from its options and the environment.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

/// Everything that can be set.
#[derive(Clone, Debug)]
pub struct Config {
    /// The folder of the log and the tables; created at the first start.
    pub data: PathBuf,
    /// The address to listen on.
    pub host: IpAddr,
    /// The port to listen on; 0 for any that is free.
    pub port: u16,
    /// A key that may do everything, from the environment.
    pub admin_key: Option<String>,
    /// A key for applications, for project `default`, environment `production`.
    pub sdk_key: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: PathBuf::from("burgee-data"),
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 8080,
            admin_key: None,
            sdk_key: None,
        }
    }
}

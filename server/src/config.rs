//! How a service is set up. The command fills it from its options and the environment.

use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ipnet::IpNet;

pub use crate::analytics::{Mode, Recording};
pub use crate::pace::Pace as ClientPace;
pub use crate::source::watch::Pace;

/// The file of flags that is read where none is named, if it exists.
pub const DEFAULT_FLAGS: &str = "config/flags.json";

/// The files of flags: those that are named, or the default one of a folder, if it is there.
pub fn flag_files(named: Vec<PathBuf>, folder: &Path) -> Vec<PathBuf> {
    let default = folder.join(DEFAULT_FLAGS);
    if named.is_empty() && default.is_file() { vec![default] } else { named }
}

/// Everything that can be set.
#[derive(Clone)]
pub struct Config {
    /// The folder of the log and the tables; created at the first start.
    pub data: PathBuf,
    /// The address to listen on.
    pub host: IpAddr,
    /// The port to listen on; 0 for any that is free.
    pub port: u16,
    /// The operators' port, for health, readiness and figures, on the same address; without one, figures are on the other
    /// port.
    pub management_port: Option<u16>,
    /// A key that may do everything; without one, one is made at the first start.
    pub admin_key: Option<String>,
    /// A key for applications of the project `default`; without one, one is made at the first start.
    pub sdk_key: Option<String>,
    /// Files of flags, later ones over earlier ones.
    pub flags: Vec<PathBuf>,
    /// Whether the service starts without a file that was never read.
    pub flags_optional: bool,
    /// Variables of the environment whose names begin with `FLAG_`.
    pub flag_variables: Vec<(String, String)>,
    /// How soon a changed file is read.
    pub watch: Pace,
    /// Whether `GET /flags` and `GET /flags/{flag}` answer without a key.
    pub public_reads: bool,
    /// For how many seconds clients may keep the answers of these two.
    pub cache_seconds: u32,
    /// How many streams one key or user may have open.
    pub streams_per_key: usize,
    /// After how long without a change a stream gives a sign of life.
    pub heartbeat: Duration,
    /// What tokens are signed with, at least 32 bytes; without one, one is made at the first start.
    pub jwt_secret: Option<String>,
    /// What tokens were signed with before: they are accepted until they expire.
    pub jwt_secret_previous: Option<String>,
    /// Who may register.
    pub registration: Registration,
    /// What is kept of evaluations.
    pub recording: Recording,
    /// Origins (`https://example.com`) whose pages may read answers; empty for all.
    pub origins: Vec<String>,
    /// Networks of proxies whose `X-Forwarded-For` counts.
    pub trusted_proxies: Vec<IpNet>,
    /// How often one may ask.
    pub rates: Rates,
    /// How long, how much, and how many.
    pub limits: Limits,
}

/// How often one may ask; `None` for as often as one likes.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    /// Logging in and registering, for each address.
    pub auth_per_minute: Option<NonZeroU32>,
    /// Managing, for each user or key; requests without valid credentials, for each address.
    pub management_per_minute: Option<NonZeroU32>,
    /// Asking for flags, for each key.
    pub evaluations_per_second: Option<NonZeroU32>,
}

impl Rates {
    /// As often as one likes.
    pub const NONE: Self = Self { auth_per_minute: None, management_per_minute: None, evaluations_per_second: None };
}

impl Default for Rates {
    fn default() -> Self {
        let (auth_per_minute, management_per_minute) = (NonZeroU32::new(10), NonZeroU32::new(600));
        Self { auth_per_minute, management_per_minute, ..Self::NONE }
    }
}

/// Bounds of what a request may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How slow clients may be.
    pub pace: ClientPace,
    /// How long a request may take until its answer begins, body included; a large body has a second more for each 64 KiB.
    pub request: Duration,
    /// How many connections there are at most. Others wait.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { pace: ClientPace::default(), request: Duration::from_secs(30), connections: 20_000 }
    }
}

/// Who may register.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Registration {
    /// Everybody who reaches the service.
    #[default]
    Open,
    /// Nobody: an operator adds users with the command.
    Closed,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: PathBuf::from("burgee-data"),
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 8080,
            management_port: None,
            admin_key: None,
            sdk_key: None,
            flags: Vec::new(),
            flags_optional: false,
            flag_variables: Vec::new(),
            watch: Pace::default(),
            public_reads: true,
            cache_seconds: 3,
            jwt_secret: None,
            jwt_secret_previous: None,
            registration: Registration::default(),
            streams_per_key: 1000,
            heartbeat: Duration::from_secs(15),
            recording: Recording::default(),
            origins: Vec::new(),
            trusted_proxies: Vec::new(),
            rates: Rates::default(),
            limits: Limits::default(),
        }
    }
}

/// Without the secrets, so that they get into no log.
impl std::fmt::Debug for Config {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { data, host, port, registration, .. } = self;
        write!(formatter, "Config({} at {host}:{port}, registration {registration:?})", data.display())
    }
}

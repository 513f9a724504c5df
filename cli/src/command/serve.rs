//! `burgee serve`: the flag service.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use burgee_server::source::environment;
use burgee_server::{App, Config, config, serve};
use clap::ValueHint;

use super::{Answered, Data};
use crate::exit::Exit;
use crate::failure::{self, Result};
use crate::output::{NAME, Output, STRONG};

pub(crate) const EXAMPLES: &str = examples! {
    "on this machine, with data in ./burgee-data" => "burgee serve",
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    data: Data,
    /// The address to listen on; 0.0.0.0 for all
    #[arg(long, env = "HOST", default_value = "127.0.0.1")]
    host: IpAddr,
    /// The port to listen on; 0 for any that is free
    #[arg(long, env = "PORT", default_value_t = 8080)]
    port: u16,
    /// A key that may do everything
    #[arg(long, env = "ADMIN_API_KEY", hide_env_values = true, value_name = "KEY", help_heading = "Access")]
    admin_key: Option<String>,
    /// A key for applications
    #[arg(long, env = "SDK_API_KEY", hide_env_values = true, value_name = "KEY", help_heading = "Access")]
    sdk_key: Option<String>,
    /// A file of flags, read again whenever it changes; may be given several times, later files over earlier ones
    /// [default: config/flags.json if it exists]
    #[arg(long, env = "CONFIG_PATH", value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Sources")]
    flags: Vec<PathBuf>,
    /// Start also where a file cannot be read and never could; the service is not ready until it can
    #[arg(long, help_heading = "Sources")]
    flags_optional: bool,
}

impl Arguments {
    pub(crate) fn run(self, output: Output) -> Answered {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        runtime.map_err(|error| failure::runtime(&error))?.block_on(self.serve(output))?;
        Ok(Exit::Done)
    }

    fn config(self) -> Config {
        let Self { data, host, port, admin_key, sdk_key, flags, flags_optional } = self;
        let flags = config::flag_files(flags, Path::new(""));
        let data = data.folder;
        Config {
            data,
            host,
            port,
            admin_key,
            sdk_key,
            flags,
            flags_optional,
            flag_variables: flag_variables(),
            ..Config::default()
        }
    }

    async fn serve(self, output: Output) -> Result<()> {
        let app = App::open(self.config()).await?;
        let listener = serve::listen(&app).await.map_err(|error| failure::cannot_listen(&error))?;
        let address = listener.local_addr()?;
        output.remark(format_args!("{STRONG}burgee{STRONG:#} listens on {NAME}http://{address}{NAME:#}"));
        let stop = stop()?;
        serve::serve(app, listener, stop).await;
        Ok(())
    }
}

/// The variables of the environment that are flags.
fn flag_variables() -> Vec<(String, String)> {
    let variables = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
    let flags = variables.filter(|(name, _)| name.starts_with(environment::PREFIX));
    flags.map(|(name, value)| (name, value.to_string_lossy().into_owned())).collect()
}

/// Done when the process is asked to stop: SIGTERM, or Ctrl-C at a terminal.
fn stop() -> Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        Ok(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

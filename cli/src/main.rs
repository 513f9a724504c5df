//! The command `burgee`.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use burgee_server::source::environment;
use burgee_server::{App, Config, config, serve};
use clap::{Parser, Subcommand};

/// Evaluates and checks feature flags, and serves them.
#[derive(Parser)]
#[command(version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Starts the flag service.
    Serve(Serve),
}

#[derive(clap::Args)]
struct Serve {
    /// The folder of the log; created at the first start.
    #[arg(long, env = "BURGEE_DATA", default_value = "burgee-data")]
    data: PathBuf,
    /// The address to listen on; 0.0.0.0 for all.
    #[arg(long, env = "HOST", default_value = "127.0.0.1")]
    host: IpAddr,
    /// The port to listen on; 0 for any that is free.
    #[arg(long, env = "PORT", default_value_t = 8080)]
    port: u16,
    /// A key that may do everything.
    #[arg(long, env = "ADMIN_API_KEY", hide_env_values = true)]
    admin_key: Option<String>,
    /// A key for applications.
    #[arg(long, env = "SDK_API_KEY", hide_env_values = true)]
    sdk_key: Option<String>,
    /// A file of flags, which is read again whenever it changes; may be given several times, later files over earlier
    /// ones. Without one, config/flags.json is read if it exists.
    #[arg(long, env = "CONFIG_PATH")]
    flags: Vec<PathBuf>,
    /// Starts also where the file cannot be read and never could; the service is not ready until it can.
    #[arg(long)]
    flags_optional: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Command::Serve(serve) = Arguments::parse().command;
    match run(serve).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Serve) -> burgee_server::Result<()> {
    let Serve { data, host, port, admin_key, sdk_key, flags, flags_optional } = arguments;
    let flags = config::flag_files(flags, Path::new(""));
    let variables = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
    let flag_variables = variables
        .filter(|(name, _)| name.starts_with(environment::PREFIX))
        .map(|(name, value)| (name, value.to_string_lossy().into_owned()))
        .collect();
    let own =
        Config { data, host, port, admin_key, sdk_key, flags, flags_optional, flag_variables, ..Config::default() };
    let app = App::open(own).await?;
    let listener = serve::listen(&app).await?;
    serve::serve(app, listener, async {}).await;
    Ok(())
}

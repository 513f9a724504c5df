//! Everything that can be set about the service: by an option, or by a variable of the environment.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use burgee_server::analytics::{Mode, Recording};
use burgee_server::config::{self, Config, Limits, Rates, Registration};
use burgee_server::observe::logs;
use burgee_server::source::environment;
use clap::{ValueEnum, ValueHint};
use ipnet::IpNet;

use crate::command::Data;

#[derive(clap::Args)]
pub(super) struct Options {
    #[command(flatten)]
    data: Data,
    /// The address to listen on; 0.0.0.0 for all
    #[arg(long, env = "HOST", default_value = "127.0.0.1")]
    host: IpAddr,
    /// The port to listen on; 0 for any that is free
    #[arg(long, env = "PORT", default_value_t = 8080)]
    port: u16,
    #[command(flatten)]
    access: Access,
    #[command(flatten)]
    bounds: Bounds,
    #[command(flatten)]
    sources: Sources,
    #[command(flatten)]
    streams: Streams,
    #[command(flatten)]
    evaluations: Evaluations,
    #[command(flatten)]
    operation: Operation,
}

#[derive(clap::Args)]
#[command(next_help_heading = "Access")]
struct Access {
    /// A key that may do everything [default: made at the first start]
    #[arg(long, env = "ADMIN_API_KEY", hide_env_values = true, value_name = "KEY")]
    admin_key: Option<String>,
    /// A key for applications of project `default` [default: made at the first start]
    #[arg(long, env = "SDK_API_KEY", hide_env_values = true, value_name = "KEY")]
    sdk_key: Option<String>,
    /// What tokens are signed with, at least 32 bytes [default: made at the first start]
    #[arg(long, env = "JWT_SECRET", hide_env_values = true, value_name = "SECRET")]
    jwt_secret: Option<String>,
    /// What tokens were signed with before; they are accepted until they expire
    #[arg(long, env = "JWT_SECRET_PREVIOUS", hide_env_values = true, value_name = "SECRET")]
    jwt_secret_previous: Option<String>,
    /// Who may register
    #[arg(long, env = "BURGEE_REGISTRATION", value_enum, default_value_t = Who::Open)]
    registration: Who,
    /// `GET /flags` and `GET /flags/{flag}` ask for a key as well
    #[arg(long, env = "BURGEE_PRIVATE_READS")]
    private_reads: bool,
    /// Origins whose pages may read answers, as in `https://example.com`; several with commas [default: all]
    #[arg(long, env = "ALLOWED_ORIGINS", value_name = "ORIGIN", value_delimiter = ',')]
    allowed_origins: Vec<String>,
    /// Networks of proxies whose `X-Forwarded-For` counts, as in `10.0.0.0/8`; several with commas
    #[arg(long, env = "TRUSTED_PROXIES", value_name = "NETWORK", value_delimiter = ',', value_parser = network)]
    trusted_proxies: Vec<IpNet>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Who {
    /// Everybody who reaches the service
    Open,
    /// Nobody: `burgee user add` adds users
    Closed,
}

#[derive(clap::Args)]
#[command(next_help_heading = "Limits")]
struct Bounds {
    /// How often an address may log in or register in a minute; 0 for as often as it likes
    #[arg(long, env = "BURGEE_AUTH_RATE", value_name = "COUNT", default_value_t = rate(Rates::default().auth_per_minute))]
    auth_rate: u32,
    /// How often a user or key may ask to manage in a minute; 0 for as often as it likes
    #[arg(long, env = "BURGEE_MANAGEMENT_RATE", value_name = "COUNT", default_value_t = rate(Rates::default().management_per_minute))]
    management_rate: u32,
    /// How often a key may ask for flags in a second; 0 for as often as it likes
    #[arg(long, env = "BURGEE_EVALUATION_RATE", value_name = "COUNT", default_value_t = rate(Rates::default().evaluations_per_second))]
    evaluation_rate: u32,
    /// Everybody may ask as often as they like
    #[arg(long, env = "BURGEE_NO_RATE_LIMIT")]
    no_rate_limit: bool,
    /// How long a request may take until its answer begins
    #[arg(long, env = "BURGEE_REQUEST_TIMEOUT", value_name = "DURATION", default_value = "30s", value_parser = humantime::parse_duration)]
    request_timeout: Duration,
    /// How many connections there are at most; others wait
    #[arg(long, env = "BURGEE_MAX_CONNECTIONS", value_name = "COUNT", default_value_t = Limits::default().connections)]
    max_connections: usize,
}

impl Bounds {
    fn rates(&self) -> Rates {
        if self.no_rate_limit {
            return Rates::NONE;
        }
        Rates {
            auth_per_minute: NonZeroU32::new(self.auth_rate),
            management_per_minute: NonZeroU32::new(self.management_rate),
            evaluations_per_second: NonZeroU32::new(self.evaluation_rate),
        }
    }

    fn limits(&self) -> Limits {
        Limits { request: self.request_timeout, connections: self.max_connections, ..Limits::default() }
    }
}

/// A rate as an option has it.
fn rate(rate: Option<NonZeroU32>) -> u32 {
    rate.map_or(0, NonZeroU32::get)
}

/// A network, or a single address.
fn network(text: &str) -> Result<IpNet, String> {
    let address = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse().or_else(|_| address()).map_err(|_| "write it like `10.0.0.0/8` or `192.0.2.7`".to_owned())
}

#[derive(clap::Args)]
#[command(next_help_heading = "Sources")]
struct Sources {
    /// A file of flags, read again whenever it changes; may be given several times, later files over earlier ones
    /// [default: config/flags.json if it exists]
    #[arg(long, env = "CONFIG_PATH", value_name = "FILE", value_hint = ValueHint::FilePath)]
    flags: Vec<PathBuf>,
    /// Start also where a file cannot be read and never could; the service is not ready until it can
    #[arg(long, env = "BURGEE_FLAGS_OPTIONAL")]
    flags_optional: bool,
}

#[derive(clap::Args)]
#[command(next_help_heading = "Answers and streams")]
struct Streams {
    /// For how many seconds clients may keep what `GET /flags` answers
    #[arg(long, env = "BURGEE_CACHE_SECONDS", value_name = "SECONDS", default_value_t = 3)]
    cache_seconds: u32,
    /// How many streams one key or user may have open
    #[arg(long, env = "BURGEE_STREAMS_PER_KEY", value_name = "COUNT", default_value_t = 1000)]
    streams_per_key: usize,
    /// After how long without a change a stream gives a sign of life
    #[arg(long, env = "BURGEE_HEARTBEAT", value_name = "DURATION", default_value = "15s", value_parser = humantime::parse_duration)]
    heartbeat: Duration,
}

#[derive(clap::Args)]
#[command(next_help_heading = "Evaluations")]
struct Evaluations {
    /// What is kept of evaluations
    #[arg(long, env = "BURGEE_RECORD", value_enum, default_value_t = Record::All)]
    record: Record,
    /// How long it is kept
    #[arg(long, env = "BURGEE_RETENTION", value_name = "DURATION", default_value = "30d", value_parser = humantime::parse_duration)]
    retention: Duration,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Record {
    /// Each one of `/sdk/v1/evaluate` with its user, and counts of all
    All,
    /// How often each flag gave which variant, minute by minute
    Counts,
    /// Nothing
    Off,
}

#[derive(clap::Args)]
#[command(next_help_heading = "Operation")]
struct Operation {
    /// What is logged: a level, or targets with levels, as in `burgee_server=debug,warn`
    #[arg(long, env = "RUST_LOG", value_name = "FILTER", default_value = logs::DEFAULT_FILTER)]
    log: String,
    /// The form of the log's lines
    #[arg(long, env = "BURGEE_LOG_FORMAT", value_enum, default_value_t = Lines::Text)]
    log_format: Lines,
    /// A port for operators, with health, readiness and figures [default: figures are on the other port]
    #[arg(long, env = "MANAGEMENT_PORT", value_name = "PORT")]
    management_port: Option<u16>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Lines {
    /// For people
    Text,
    /// An object a line
    Json,
}

impl Options {
    /// Whether programs read what is logged.
    pub(super) fn logs_json(&self) -> bool {
        self.operation.log_format == Lines::Json
    }

    /// Logs from now on.
    pub(super) fn log(&self) -> burgee_server::Result<()> {
        let format = match self.operation.log_format {
            Lines::Text => logs::Format::Text,
            Lines::Json => logs::Format::Json,
        };
        logs::init(format, &self.operation.log)
    }

    pub(super) fn config(self) -> Config {
        let Self { data, host, port, access, bounds, sources, streams, evaluations, operation } = self;
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        let mode = match evaluations.record {
            Record::All => Mode::All,
            Record::Counts => Mode::Counts,
            Record::Off => Mode::Off,
        };
        Config {
            data: data.folder,
            host,
            port,
            // A variable that is set to nothing, as in many compose files, is one that is not set.
            admin_key: given(access.admin_key),
            sdk_key: given(access.sdk_key),
            jwt_secret: given(access.jwt_secret),
            jwt_secret_previous: given(access.jwt_secret_previous),
            registration: match access.registration {
                Who::Open => Registration::Open,
                Who::Closed => Registration::Closed,
            },
            // `*` is how others write all.
            origins: access.allowed_origins.into_iter().filter(|origin| !origin.is_empty() && origin != "*").collect(),
            trusted_proxies: access.trusted_proxies,
            rates: bounds.rates(),
            limits: bounds.limits(),
            public_reads: !access.private_reads,
            flags: config::flag_files(sources.flags, Path::new("")),
            flags_optional: sources.flags_optional,
            flag_variables: flag_variables(),
            cache_seconds: streams.cache_seconds,
            streams_per_key: streams.streams_per_key,
            heartbeat: streams.heartbeat,
            management_port: operation.management_port,
            recording: Recording { mode, retention: evaluations.retention, ..Recording::default() },
            ..Config::default()
        }
    }
}

/// The variables of the environment that are flags.
fn flag_variables() -> Vec<(String, String)> {
    let variables = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
    let flags = variables.filter(|(name, _)| name.starts_with(environment::PREFIX));
    flags.map(|(name, value)| (name, value.to_string_lossy().into_owned())).collect()
}

//! The program's own log.

use tracing::level_filters::LevelFilter;
use tracing::subscriber::Subscriber;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

use super::escape::Escaping;
use crate::error::{Result, sentences};

/// The form of lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// An object a line, for programs.
    Json,
}

/// What is logged where nothing is said.
pub const DEFAULT_FILTER: &str = "info";

/// Logs to standard error from now on. `filter` is what `RUST_LOG` takes: `info`, `burgee_server=debug,warn`.
pub fn init(format: Format, filter: &str) -> Result<()> {
    let subscriber = subscriber(format, filter, std::io::stderr)?;
    tracing::subscriber::set_global_default(subscriber).map_err(|error| sentences::bad_setting("log", &error))
}

/// What writes lines of a form to a writer.
pub fn subscriber<W>(format: Format, filter: &str, writer: W) -> Result<Box<dyn Subscriber + Send + Sync>>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = EnvFilter::builder().parse(filter).map_err(|error| sentences::bad_setting("log", &error))?;
    // How long each span took is for those who look closely: writes would have two more lines each.
    let spans = match filter.max_level_hint() {
        Some(LevelFilter::DEBUG | LevelFilter::TRACE) => FmtSpan::CLOSE,
        _ => FmtSpan::NONE,
    };
    let lines = tracing_subscriber::fmt().with_span_events(spans).with_env_filter(filter).with_ansi(false);
    let lines = lines.with_writer(Escaping(writer));
    Ok(match format {
        Format::Text => Box::new(lines.finish()),
        Format::Json => Box::new(lines.json().finish()),
    })
}

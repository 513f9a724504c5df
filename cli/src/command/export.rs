//! `burgee export`: the log as lines of JSON, or the flags of an environment as a document.

use std::fs::File;
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use burgee_server::log::{export, replay};
use burgee_server::store::LogStore;
use burgee_server::store::sqlite::{Sharing, Sqlite};
use clap::{ValueEnum, ValueHint};
use serde_json::json;

use super::{Answered, Data, Place, wait};
use crate::exit::Exit;
use crate::failure::{self, Failure, Result};
use crate::output::{GOOD, Output, counted};

pub(crate) const EXAMPLES: &str = examples! {
    "the whole log, for `burgee import` elsewhere" => "burgee export -o log.jsonl",
    "the flags of an environment, for flagd or `burgee serve --flags`" => "burgee export --format flagd --environment staging -o staging.json",
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    data: Data,
    /// What to write
    #[arg(long, value_enum, default_value_t = Format::Events)]
    format: Format,
    #[command(flatten)]
    place: Place,
    /// Where to write it [default: the standard output]
    #[arg(long = "output", short = 'o', value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Every event of every project, one a line: all that `burgee import` needs
    Events,
    /// The flags of one environment as a document in flagd's format
    Flagd,
}

impl Arguments {
    pub(crate) fn run(self, output: Output) -> Answered {
        let Some(path) = &self.file else {
            let mut pipe = Pipe { to: BufWriter::new(std::io::stdout()), closed: false };
            let written = wait(self.write(&mut pipe, output));
            return match written {
                Err(_) if pipe.closed => Ok(Exit::Done),
                written => written.map(|_| Exit::Done),
            };
        };
        // Beside it first, so that what was there stays until the new one is whole.
        let part = part(path);
        let unwritable = |error: std::io::Error| failure::unwritable(path, &error);
        let mut file = BufWriter::new(File::create(&part).map_err(unwritable)?);
        let written = wait(self.write(&mut file, output)).and_then(|count| {
            file.into_inner().map_err(|error| unwritable(error.into_error()))?.sync_all().map_err(unwritable)?;
            std::fs::rename(&part, path).map_err(unwritable)?;
            Ok(count)
        });
        if written.is_err() {
            // It may be gone already.
            let _ = std::fs::remove_file(&part);
        }
        let count = written?;
        let (what, noun) = if self.format == Format::Events { ("events", "event") } else { ("flags", "flag") };
        output.answer(&json!({"file": path.display().to_string(), what: count}), |out| {
            writeln!(out, "{GOOD}written{GOOD:#} {} to {}", counted(count, noun), path.display())
        })?;
        Ok(Exit::Done)
    }

    /// Gives how many events or flags.
    async fn write(&self, out: &mut (dyn Write + Send), output: Output) -> Result<u64> {
        let store = self.data.open(Sharing::Beside).await?;
        let written = match self.format {
            Format::Events => export::log(&store, out, &mut output.count("exporting")).await.map_err(Failure::from),
            Format::Flagd => self.flags(&store, out).await,
        };
        store.close().await;
        let count = written?;
        out.flush()?;
        Ok(count)
    }

    async fn flags(&self, store: &Sqlite, out: &mut (dyn Write + Send)) -> Result<u64> {
        let (state, scope) = (replay(store).await?, self.place.scope());
        let document = export::flags(&state, &scope)?;
        writeln!(out, "{document}")?;
        let count = state.environment(&scope)?.live_flags().count();
        Ok(u64::try_from(count).unwrap_or(u64::MAX))
    }
}

/// Where the file is written before it has its name.
fn part(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    path.with_file_name(name)
}

/// The standard output, which notes whether its reader has gone.
struct Pipe {
    to: BufWriter<std::io::Stdout>,
    closed: bool,
}

impl Pipe {
    fn note<T>(&mut self, result: std::io::Result<T>) -> std::io::Result<T> {
        self.closed |= result.as_ref().is_err_and(|error| error.kind() == ErrorKind::BrokenPipe);
        result
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.to.write(bytes);
        self.note(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        let flushed = self.to.flush();
        self.note(flushed)
    }
}

//! `burgee log tail`: events as they stand in the log, and as they come.

use std::time::Duration;

use burgee_server::log::{Event, Subject};
use burgee_server::store::LogStore;
use burgee_server::store::sqlite::{Sharing, Sqlite};
use chrono::SecondsFormat;

use crate::command::{Answered, Data, wait};
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::{FAINT, NAME, Output, STRONG};

pub(crate) const EXAMPLES: &str = examples! {
    "the last ten events" => "burgee log tail",
    "everything that happened to a flag, one JSON value a line" => "burgee log tail --since 0 --flag new-checkout --json",
    "what happens from now on" => "burgee log tail --lines 0 --follow",
};

/// How many events are read at once.
const PAGE: u32 = 1000;
/// How often the log is looked at for new events.
const EVERY: Duration = Duration::from_millis(250);

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    data: Data,
    /// Go on with each event that is appended
    #[arg(long, short)]
    follow: bool,
    /// Begin after this place in the log; 0 is its beginning
    #[arg(long, value_name = "SEQ")]
    since: Option<u64>,
    /// How many of the last events to show
    #[arg(long, short = 'n', value_name = "COUNT", default_value_t = 10, conflicts_with = "since")]
    lines: usize,
    /// Only of the flag of this key
    #[arg(long, short = 'k', value_name = "KEY")]
    flag: Option<String>,
    /// Only of this project
    #[arg(long, value_name = "ID")]
    project: Option<String>,
    /// Only of this environment
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,
}

impl Arguments {
    pub(crate) fn run(self, output: Output) -> Answered {
        wait(async {
            let store = self.data.open(Sharing::Beside).await?;
            let mut seq = match self.since {
                Some(since) => self.show_all(&store, since, output).await?,
                None => self.show_last(&store, output).await?,
            };
            if !self.follow {
                store.close().await;
                return Ok(Exit::Done);
            }
            loop {
                tokio::time::sleep(EVERY).await;
                seq = self.show_all(&store, seq, output).await?;
            }
        })
    }

    fn wants(&self, event: &Event) -> bool {
        let is = |wanted: &Option<String>, found: &str| wanted.as_ref().is_none_or(|wanted| wanted == found);
        let of_flag = event.event_type.subject() == Subject::Flag && is(&self.flag, &event.flag_id);
        (self.flag.is_none() || of_flag)
            && is(&self.project, &event.project)
            && is(&self.environment, &event.environment)
    }

    /// Shows everything after a place, and gives where that ends.
    async fn show_all(&self, store: &Sqlite, mut seq: u64, output: Output) -> Result<u64> {
        loop {
            let events = store.events_after(seq, PAGE).await?;
            let Some(last) = events.last() else { return Ok(seq) };
            seq = last.seq;
            for event in events.iter().filter(|event| self.wants(event)) {
                show(event, output)?;
            }
        }
    }

    /// Shows the last events that are wanted, and gives where the log ends.
    async fn show_last(&self, store: &Sqlite, output: Output) -> Result<u64> {
        let head = store.head().await?;
        let (mut until, mut found) = (head.last, Vec::new());
        // Backwards, a page at a time, so that a long log is not read as a whole.
        while until > head.compacted && found.len() < self.lines {
            let from = until.saturating_sub(u64::from(PAGE)).max(head.compacted);
            let page = store.events_after(from, PAGE).await?;
            found.extend(page.into_iter().rev().filter(|event| event.seq <= until && self.wants(event)));
            until = from;
        }
        found.truncate(self.lines);
        found.iter().rev().try_for_each(|event| show(event, output))?;
        Ok(head.last)
    }
}

fn show(event: &Event, output: Output) -> Result<()> {
    output.answer(event, |out| {
        let time = event.timestamp.to_rfc3339_opts(SecondsFormat::Secs, true);
        let place = match event.environment.as_str() {
            "" => event.project.clone(),
            environment => format!("{}/{environment}", event.project),
        };
        let (seq, kind, name) = (event.seq, event.event_type.as_str(), &event.flag_id);
        let (version, actor) = (event.version, &event.actor);
        write!(out, "{FAINT}{seq:>6}  {time}{FAINT:#}  {STRONG}{kind:<18}{STRONG:#} {NAME}{name}{NAME:#} v{version}")?;
        writeln!(out, " {FAINT}in{FAINT:#} {place} {FAINT}by{FAINT:#} {actor} {FAINT}{}{FAINT:#}", event.payload)
    })
}

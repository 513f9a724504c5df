//! `burgee log compact`: letting go of old events.

use burgee_server::log::compact::{Retention, compact};
use burgee_server::store::LogStore;
use burgee_server::store::sqlite::Sharing;
use chrono::{TimeDelta, Utc};

use crate::command::{Answered, Confirmation, Data, wait};
use crate::exit::Exit;
use crate::output::{GOOD, Output, counted};

pub(crate) const EXAMPLES: &str = examples! {
    "keep what happened in the last year" => "burgee log compact --keep 1y --yes",
    "keep the newest thousand events" => "burgee log compact --keep-newest 1000 --yes",
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    data: Data,
    /// How old events may be
    #[arg(long, value_name = "DURATION", default_value = "90d", value_parser = age)]
    keep: (String, TimeDelta),
    /// How many of the newest events to keep, however old they are
    #[arg(long, value_name = "COUNT", conflicts_with = "keep")]
    keep_newest: Option<u64>,
    #[command(flatten)]
    confirmation: Confirmation,
}

impl Arguments {
    pub(crate) fn run(self, output: Output) -> Answered {
        self.data.must_exist()?;
        let (retention, which) = match self.keep_newest {
            Some(count) => (Retention::Newest(count), format!("all but the newest {count}")),
            None => {
                let (text, age) = &self.keep;
                let moment = Utc::now().checked_sub_signed(*age).unwrap_or_default();
                (Retention::Since(moment), format!("older than {text}"))
            }
        };
        self.confirmation.ask(&format!("events {which} will be dropped, and with them that part of the history"))?;
        let done = wait(async {
            let store = self.data.open(Sharing::Beside).await?;
            let done = compact(&store, retention, &mut output.count("compacting")).await;
            store.close().await;
            Ok(done?)
        })?;
        output.answer(&done, |out| match done.through - done.before {
            0 => writeln!(out, "nothing to do: no event is {which}"),
            count => {
                let events = counted(count, "event");
                writeln!(out, "{GOOD}compacted{GOOD:#} {events}; the log begins after event {}", done.through)
            }
        })?;
        Ok(Exit::Done)
    }
}

/// A duration, with the words that were used for it.
fn age(text: &str) -> Result<(String, TimeDelta), String> {
    let duration = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    let age = TimeDelta::from_std(duration).map_err(|error| error.to_string())?;
    Ok((text.to_owned(), age))
}

//! `burgee log verify`: whether the log is what was appended.

use burgee_server::log::verify::{Verdict, verify};
use burgee_server::store::LogStore;
use burgee_server::store::sqlite::Sharing;

use crate::command::{Answered, Data, wait};
use crate::exit::Exit;
use crate::output::{BAD, FAINT, GOOD, Output, counted};

pub(crate) const EXAMPLES: &str = examples! {
    "each event against its digest, the chain against the snapshots" => "burgee log verify",
    "the chain's last link, to keep with a backup" => "burgee log verify --json",
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    data: Data,
}

impl Arguments {
    pub(crate) fn run(self, output: Output) -> Answered {
        let verdict = wait(async {
            let store = self.data.open(Sharing::Beside).await?;
            let verdict = verify(&store, &mut output.count("verifying")).await;
            store.close().await;
            Ok(verdict?)
        })?;
        let Verdict { from, to, snapshots, chain, broken } = &verdict;
        output.answer(&verdict, |out| match broken {
            Some(broken) => {
                writeln!(out, "{BAD}broken{BAD:#} at {}: {}", broken.seq, broken.reason)
            }
            None => {
                let snapshots = match snapshots.len() {
                    1 => "1 snapshot agrees".to_owned(),
                    count => format!("{count} snapshots agree"),
                };
                let gone = if *from > 0 { format!(", {from} before them compacted away") } else { String::new() };
                writeln!(out, "{GOOD}holds{GOOD:#} {}{gone}, {snapshots}", counted(to - from, "event"))?;
                writeln!(out, "{FAINT}chain{FAINT:#} {chain}")
            }
        })?;
        Ok(if broken.is_some() { Exit::No } else { Exit::Done })
    }
}

//! `burgee snapshot`: a snapshot now, from which the next start goes on.

use burgee_server::log::replay;
use burgee_server::store::sqlite::Sharing;
use burgee_server::store::{LogStore, Snapshot};
use serde_json::json;

use super::{Answered, Data, wait};
use crate::exit::Exit;
use crate::output::{GOOD, Output};

pub(crate) const EXAMPLES: &str = examples! {
    "before a backup, or before `burgee log compact`" => "burgee snapshot",
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    data: Data,
}

impl Arguments {
    pub(crate) fn run(self, output: Output) -> Answered {
        let snapshot = wait(async {
            let store = self.data.open(Sharing::Beside).await?;
            let progress = output.progress("reading the log", 0);
            let snapshot = Snapshot::of(&replay(&store).await?)?;
            store.put_snapshot(&snapshot).await?;
            progress.finish_and_clear();
            store.close().await;
            Ok(snapshot)
        })?;
        let (seq, bytes) = (snapshot.seq, snapshot.body.len());
        output.answer(&json!({"seq": seq, "bytes": bytes, "digest": snapshot.digest.to_string()}), |out| {
            writeln!(out, "{GOOD}snapshot{GOOD:#} at event {seq}, {bytes} bytes")
        })?;
        Ok(Exit::Done)
    }
}

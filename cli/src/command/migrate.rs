//! `burgee migrate`: the schema of the data, step by step.

use burgee_server::store::LogStore;
use burgee_server::store::sqlite::migrations::Status;
use burgee_server::store::sqlite::{Sharing, Sqlite};
use serde_json::json;

use super::{Answered, Confirmation, Data, wait};
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::{GOOD, Output, table};

pub(crate) const EXAMPLES: &str = examples! {
    "which steps the data has" => "burgee migrate status",
    "before an older program is to use the data" => "burgee migrate down --to 1 --yes",
};

const UP_EXAMPLES: &str = examples! {
    "`burgee serve` does it as well" => "burgee migrate up",
};

const DOWN_EXAMPLES: &str = examples! {
    "keep the log, take back what later steps added" => "burgee migrate down --to 1 --yes",
};

const STATUS_EXAMPLES: &str = examples! {
    "of the default folder" => "burgee migrate status",
    "of another one, as a script reads it" => "burgee migrate status --data burgee-data --json",
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Takes every step that the data does not have yet
    #[command(after_help = UP_EXAMPLES)]
    Up {
        #[command(flatten)]
        data: Data,
    },
    /// Takes back every step above a number, and loses what it kept
    #[command(after_help = DOWN_EXAMPLES)]
    Down {
        #[command(flatten)]
        data: Data,
        /// The number of the last step to keep; 0 takes back all, and loses all data
        #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(i64).range(0..))]
        to: i64,
        #[command(flatten)]
        confirmation: Confirmation,
    },
    /// Lists all steps
    #[command(after_help = STATUS_EXAMPLES)]
    Status {
        #[command(flatten)]
        data: Data,
    },
}

impl Arguments {
    pub(crate) fn run(self, output: Output) -> Answered {
        match self.what {
            What::Up { data } => up(&data, output),
            What::Down { data, to, confirmation } => down(&data, to, &confirmation, output),
            What::Status { data } => status(&data, output),
        }
    }
}

fn up(data: &Data, output: Output) -> Answered {
    let steps = wait(async {
        let pending = steps(&Sqlite::open_as_it_is(&data.folder, Sharing::Alone).await?, |step| !step.applied).await?;
        let progress = output.progress("migrating", 0);
        // Opening takes them, and refuses data of a newer program.
        Sqlite::open(&data.folder, Sharing::Alone).await?.close().await;
        progress.finish_and_clear();
        Ok(pending)
    })?;
    told("taken", &steps, output)
}

fn down(data: &Data, to: i64, confirmation: &Confirmation, output: Output) -> Answered {
    data.must_exist()?;
    let loss = match to {
        0 => format!("all data in `{}` will be lost", data.folder.display()),
        _ => format!("what the steps after {to} keep in `{}` will be lost", data.folder.display()),
    };
    confirmation.ask(&loss)?;
    let mut steps = wait(async {
        let store = Sqlite::open_as_it_is(&data.folder, Sharing::Alone).await?;
        store.check_age(&data.folder).await?;
        let mut undone = store.migration_status().await?;
        undone.retain(|step| step.applied && step.version > to);
        let progress = output.progress("migrating", 0);
        store.migrate_down(to).await?;
        progress.finish_and_clear();
        store.close().await;
        Ok(undone)
    })?;
    steps.reverse();
    told("taken back", &steps, output)
}

/// The steps that are wanted; closes the store.
async fn steps(store: &Sqlite, wanted: impl Fn(&Status) -> bool) -> Result<Vec<Status>> {
    let steps = store.migration_status().await;
    store.close().await;
    Ok(steps?.into_iter().filter(wanted).collect())
}

fn told(what: &str, steps: &[Status], output: Output) -> Answered {
    let json = steps.iter().map(|step| json!({"version": step.version, "name": step.name}));
    output.answer(&json!({"steps": json.collect::<Vec<_>>()}), |out| {
        if steps.is_empty() {
            writeln!(out, "nothing to do")?;
        }
        steps.iter().try_for_each(|step| writeln!(out, "{GOOD}{what}{GOOD:#} step {} {}", step.version, step.name))
    })?;
    Ok(Exit::Done)
}

fn status(data: &Data, output: Output) -> Answered {
    data.must_exist()?;
    let steps = wait(async { steps(&Sqlite::open_as_it_is(&data.folder, Sharing::Beside).await?, |_| true).await })?;
    let json = |step: &Status| json!({"version": step.version, "name": step.name, "applied": step.applied});
    output.answer(&json!({"steps": steps.iter().map(json).collect::<Vec<_>>()}), |out| {
        let row = |step: &Status| {
            let state = if step.applied { "applied" } else { "pending" };
            vec![step.version.to_string(), step.name.clone(), state.to_owned()]
        };
        table(out, &["step", "name", "state"], &steps.iter().map(row).collect::<Vec<_>>())
    })?;
    Ok(if steps.iter().all(|step| step.applied) { Exit::Done } else { Exit::No })
}

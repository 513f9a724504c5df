//! `burgee import`: flags of elsewhere, or a whole log, into the data folder.

use std::path::PathBuf;
use std::sync::Arc;

use burgee_server::log::import::{self, Imported};
use burgee_server::log::{Author, Scope, export};
use burgee_server::store::Store;
use burgee_server::store::sqlite::{Sharing, Sqlite};
use clap::ValueHint;
use serde_json::json;

use super::{Answered, Data, Place, app, wait};
use crate::document::Document;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::{GOOD, Output, WARNING, counted};

pub(crate) const EXAMPLES: &str = examples! {
    "flags in flagd's format, or in that of a configuration file" => "burgee import flags.json",
    "into another environment" => "burgee import flags.json --environment staging",
    "a whole log, into data that is empty" => "burgee import log.jsonl --data restored-data",
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Flags in flagd's format or in that of a configuration file (JSON or YAML), events of the first format of the log, or
    /// what `burgee export` wrote; `-` for the standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: PathBuf,
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    place: Place,
}

impl Arguments {
    pub(crate) fn run(self, output: Output) -> Answered {
        let document = Document::read(&self.file)?;
        let (imported, warnings) = wait(async {
            let store: Arc<dyn Store> = Arc::new(Sqlite::open(&self.data.folder, Sharing::Alone).await?);
            let done = if document.is_export() {
                let restored = export::restore(store.as_ref(), &document.text, &mut output.count("restoring")).await;
                restored.map(|events| (Imported { events, ..Imported::default() }, Vec::new())).map_err(Into::into)
            } else {
                self.import(&document, Arc::clone(&store), output).await
            };
            store.close().await;
            done
        })?;
        for warning in &warnings {
            output.remark(format_args!("{WARNING}warning:{WARNING:#} {}: {warning}", document.name.display()));
        }
        let Imported { events, flags, evaluations } = imported;
        let json = json!({"events": events, "flags": flags, "evaluations": evaluations, "warnings": warnings});
        output.answer(&json, |out| {
            write!(out, "{GOOD}imported{GOOD:#} {}", counted(events, "event"))?;
            if flags > 0 {
                write!(out, ", {}", counted(flags, "new flag"))?;
            }
            if evaluations > 0 {
                write!(out, "; {} left out, which the log does not keep", counted(evaluations, "evaluation"))?;
            }
            writeln!(out)
        })?;
        Ok(Exit::Done)
    }

    async fn import(
        &self,
        document: &Document,
        store: Arc<dyn Store>,
        output: Output,
    ) -> Result<(Imported, Vec<String>)> {
        // Read before anything is written, so that a bad file leaves no data.
        let scope: Scope = self.place.scope();
        let import = import::read(&document.name, &document.text, &scope)?;
        let warnings = import.warnings.iter().map(ToString::to_string).collect();
        let app = app(&self.data, store).await?;
        let author = Author { actor: "import".into(), ..Author::default() };
        let written = import.write(&app.ledger, author, &mut output.count("importing")).await;
        app.close().await;
        Ok((written?, warnings))
    }
}

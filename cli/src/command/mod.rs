//! The commands, a file each.

pub(crate) mod completions;
pub(crate) mod eval;
pub(crate) mod export;
pub(crate) mod health;
pub(crate) mod import;
pub(crate) mod key;
pub(crate) mod log;
pub(crate) mod migrate;
pub(crate) mod serve;
pub(crate) mod snapshot;
pub(crate) mod user;
pub(crate) mod validate;

use std::future::Future;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;

use burgee_server::access::key::{KeyKind, random_key};
use burgee_server::log::Scope;
use burgee_server::store::Store;
use burgee_server::store::sqlite::{self, Sharing, Sqlite};
use burgee_server::{App, Config};
use clap::ValueHint;

use crate::exit::Exit;
use crate::failure::{self, Result};
use crate::output::WARNING;

/// How a command ended that has answered.
pub(crate) type Answered = Result<Exit>;

/// Runs what waits for a store or a connection.
pub(crate) fn wait<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| failure::runtime(&error))?.block_on(work)
}

/// Where the data is.
#[derive(clap::Args)]
pub(crate) struct Data {
    /// The data folder
    #[arg(long = "data", env = "BURGEE_DATA", default_value = "burgee-data", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) folder: PathBuf,
}

impl Data {
    /// Refuses a folder without data, which a command that reads would otherwise make.
    pub(crate) fn must_exist(&self) -> Result<()> {
        if self.folder.join(sqlite::FILE).is_file() { Ok(()) } else { Err(failure::no_data(&self.folder)) }
    }

    /// Opens data beside a service that may be running, or makes it where there is none yet.
    pub(crate) async fn open_or_create(&self) -> Result<Sqlite> {
        let sharing = if self.must_exist().is_ok() { Sharing::Beside } else { Sharing::Alone };
        Ok(Sqlite::open(&self.folder, sharing).await?)
    }

    /// Opens data that is there.
    pub(crate) async fn open(&self, sharing: Sharing) -> Result<Sqlite> {
        self.must_exist()?;
        Ok(Sqlite::open(&self.folder, sharing).await?)
    }
}

/// A service that only this process reaches, to change the log with; [`App::close`] finishes it.
pub(crate) async fn app(data: &Data, store: Arc<dyn Store>) -> Result<App> {
    // Those of the data folder are made, and told, at the first start of a service that others reach.
    let secret = || random_key(KeyKind::Admin).map(Some);
    let (admin_key, sdk_key, jwt_secret) = (secret()?, secret()?, secret()?);
    let config = Config { data: data.folder.clone(), admin_key, sdk_key, jwt_secret, ..Config::default() };
    Ok(App::on(config, store).await?)
}

/// An environment.
#[derive(clap::Args)]
pub(crate) struct Place {
    /// The project's id
    #[arg(long, value_name = "ID", default_value = Scope::DEFAULT_PROJECT)]
    project: String,
    /// The environment's name
    #[arg(long, value_name = "NAME", default_value = Scope::DEFAULT_ENVIRONMENT)]
    environment: String,
}

impl Place {
    pub(crate) fn scope(&self) -> Scope {
        Scope::new(self.project.as_str(), self.environment.as_str())
    }
}

/// Whether something that cannot be taken back shall be done.
#[derive(clap::Args)]
pub(crate) struct Confirmation {
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

impl Confirmation {
    /// Asks at a terminal. Elsewhere nobody is there to answer.
    pub(crate) fn ask(&self, loss: &str) -> Result<()> {
        if self.yes {
            return Ok(());
        }
        if !std::io::stdin().is_terminal() {
            return Err(failure::not_confirmed(loss));
        }
        let mut out = anstream::stderr();
        write!(out, "{WARNING}{loss}.{WARNING:#} Go on? [y/N] ")?;
        out.flush()?;
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer)?;
        match answer.trim().to_ascii_lowercase().as_str() {
            "y" | "yes" => Ok(()),
            _ => Err(failure::not_confirmed(loss)),
        }
    }
}

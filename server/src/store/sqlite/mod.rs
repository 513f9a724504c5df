//! SQLite: one file in the data folder, one writer, durable at each commit.

mod accounts;
mod evaluations;
mod log;
pub mod migrations;
pub mod statements;
mod writing;

use std::fs::{File, OpenOptions};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sqlx::sqlite::{SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Row, SqlitePool};

use crate::error::{Error, Result, sentences};

/// The database's name in the data folder.
pub const FILE: &str = "burgee.db";
/// The lock's name in the data folder.
const LOCK: &str = "burgee.lock";

/// How long a statement waits for another connection.
const BUSY: Duration = Duration::from_secs(5);

/// Whether a process is the only one on its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// The only one: a service, or a command that changes the log. Creates the data at the first start and brings its schema
    /// up to date.
    Alone,
    /// One of several: a command that reads, or that changes tables only. The data must be there, and of this version.
    Beside,
}

/// A store in SQLite.
#[derive(Debug)]
pub struct Sqlite {
    /// One connection, because SQLite has one writer.
    pub(crate) writer: SqlitePool,
    pub(crate) readers: SqlitePool,
    flag_numbers: evaluations::FlagNumbers,
    /// Held until the store is closed or gone.
    lock: Mutex<Option<File>>,
}

impl Sqlite {
    /// Opens the store of a data folder.
    pub async fn open(folder: &Path, sharing: Sharing) -> Result<Self> {
        let store = Self::open_as_it_is(folder, sharing).await?;
        migrations::check_age(&store.writer, folder).await?;
        match sharing {
            Sharing::Alone => migrations::up(&store.writer).await?,
            // Somebody else may be at work with the schema as it is.
            Sharing::Beside => migrations::check_complete(&store.writer, folder).await?,
        }
        Ok(store)
    }

    /// Opens the store and leaves its schema alone.
    pub async fn open_as_it_is(folder: &Path, sharing: Sharing) -> Result<Self> {
        let lock = match sharing {
            Sharing::Alone => Some(create(folder).and_then(|()| lock(folder))?),
            Sharing::Beside if folder.join(FILE).exists() => None,
            Sharing::Beside => return Err(sentences::no_data(&folder.display())),
        };
        let options = SqliteConnectOptions::new()
            .filename(folder.join(FILE))
            .create_if_missing(sharing == Sharing::Alone)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY);
        // So that a compaction can give room back to the disk. Asked of a database that is there, it would write, which a full disk
        // does not let it.
        let is_new = !folder.join(FILE).exists();
        let first = if is_new { options.clone().auto_vacuum(SqliteAutoVacuum::Incremental) } else { options.clone() };
        // Connections stay open: where the disk is full, opening one may fail.
        let pool = |most: u32| SqlitePoolOptions::new().max_connections(most).max_lifetime(None).idle_timeout(None);
        let writer = pool(1)
            .after_release(move |connection, _| Box::pin(async move { Ok(writing::take_back(connection).await) }));
        let writer = writer.connect_with(first).await.map_err(|error| opened(folder, error))?;
        let readers = pool(4).connect_lazy_with(options);
        Ok(Self { writer, readers, flag_numbers: Default::default(), lock: Mutex::new(lock) })
    }

    /// How the writing and the reading connections are set up: durability rests on it.
    pub async fn settings(&self) -> Result<[Settings; 2]> {
        Ok([Settings::of(&self.writer).await?, Settings::of(&self.readers).await?])
    }

    /// Refuses data of a newer program, which this one could only spoil.
    pub async fn check_age(&self, folder: &Path) -> Result<()> {
        migrations::check_age(&self.writer, folder).await
    }

    /// Every step of the schema.
    pub async fn migration_status(&self) -> Result<Vec<migrations::Status>> {
        migrations::status(&self.writer).await
    }

    /// Takes back every step of the schema above a number; 0 takes back all, and with them all data.
    pub async fn migrate_down(&self, to: i64) -> Result<()> {
        migrations::down(&self.writer, to).await
    }

    /// Closes all connections, so that the file is whole without its log, and then lets go of the folder.
    async fn close_connections(&self) {
        self.readers.close().await;
        self.writer.close().await;
        drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// How a connection is set up, in SQLite's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `wal`.
    pub journal_mode: String,
    /// 2 is `FULL`: a commit is on the disk when it returns.
    pub synchronous: i64,
    /// Whether references between tables are checked.
    pub foreign_keys: bool,
    /// 2 is `INCREMENTAL`.
    pub auto_vacuum: i64,
}

impl Settings {
    async fn of(pool: &SqlitePool) -> Result<Self> {
        let row = sqlx::query(statements::SETTINGS).fetch_one(pool).await.map_err(failed)?;
        Ok(Self {
            journal_mode: row.try_get("journal_mode").map_err(failed)?,
            synchronous: row.try_get("synchronous").map_err(failed)?,
            foreign_keys: row.try_get("foreign_keys").map_err(failed)?,
            auto_vacuum: row.try_get("auto_vacuum").map_err(failed)?,
        })
    }
}

/// Creates the folder, readable for its owner only: it has people's addresses and the digests of their keys.
fn create(folder: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| unusable(folder, &error))
}

/// Takes the folder's lock, which ends with the process, however it ends.
fn lock(folder: &Path) -> Result<File> {
    let open = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(folder.join(LOCK));
    let file = open.map_err(|error| unusable(folder, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(sentences::in_use(&folder.display())),
        Err(std::fs::TryLockError::Error(error)) => Err(unusable(folder, &error)),
    }
}

fn unusable(folder: &Path, error: &std::io::Error) -> Error {
    use std::io::ErrorKind as K;
    match error.kind() {
        K::StorageFull | K::QuotaExceeded => sentences::disk_full(),
        K::PermissionDenied | K::ReadOnlyFilesystem => sentences::read_only_folder(&folder.display()),
        _ => sentences::unusable_folder(&folder.display(), error),
    }
}

fn opened(folder: &Path, error: sqlx::Error) -> Error {
    match code(&error).map(|code| code & 0xff) {
        Some(READONLY | CANTOPEN) => sentences::read_only_folder(&folder.display()),
        _ => failed(error),
    }
}

// Result codes of SQLite; <https://sqlite.org/rescode.html>.
const ERROR: i32 = 1;
const BUSY_CODE: i32 = 5;
const READONLY: i32 = 8;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const CANTOPEN: i32 = 14;
const NOT_A_DATABASE: i32 = 26;
/// A file could not grow in which connections share what they know of the log. It gives no better code for a full disk.
const IOERR_SHMSIZE: i32 = 4874;

/// The extended result code of SQLite.
fn code(error: &sqlx::Error) -> Option<i32> {
    error.as_database_error()?.code()?.parse().ok()
}

/// An error of a statement.
pub(crate) fn failed(error: sqlx::Error) -> Error {
    if matches!(error, sqlx::Error::PoolClosed) {
        return sentences::stopping();
    }
    match code(&error).map(|code| (code, code & 0xff)) {
        Some((_, FULL) | (IOERR_SHMSIZE, _)) => sentences::disk_full(),
        Some((_, BUSY_CODE)) => sentences::store_busy(),
        Some((_, READONLY)) => sentences::store_read_only(),
        Some((_, CORRUPT | NOT_A_DATABASE)) => sentences::store_damaged(&error),
        _ => sentences::store_broken(&error),
    }
}

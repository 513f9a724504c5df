//! SQLite: one file in the data folder, one writer, durable at each commit.

mod accounts;
mod log;
pub mod migrations;
pub mod statements;

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

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
    /// The only one: a service, or a command that changes the log.
    Alone,
    /// One of several: a command that reads, or that changes tables only.
    Beside,
}

/// A store in SQLite.
#[derive(Debug)]
pub struct Sqlite {
    /// One connection, because SQLite has one writer.
    pub(crate) writer: SqlitePool,
    pub(crate) readers: SqlitePool,
    /// Held until the store is closed.
    lock: Mutex<Option<File>>,
}

impl Sqlite {
    /// Opens the store of a data folder; creates both at the first start and brings the schema up to date.
    pub async fn open(folder: &Path, sharing: Sharing) -> Result<Self> {
        let store = Self::open_as_it_is(folder, sharing).await?;
        migrations::check_age(&store.writer, folder).await?;
        migrations::up(&store.writer).await?;
        Ok(store)
    }

    /// Opens the store and leaves its schema alone.
    pub async fn open_as_it_is(folder: &Path, sharing: Sharing) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(|error| unusable(folder, &error))?;
        let lock = match sharing {
            Sharing::Alone => Some(lock(folder)?),
            Sharing::Beside => None,
        };
        let options = SqliteConnectOptions::new()
            .filename(folder.join(FILE))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            // What was written goes into the file in the background of writes; a large log of changes ahead of it would slow
            // down reads.
            .pragma("wal_autocheckpoint", "1000");
        let pool = |most: u32| SqlitePoolOptions::new().max_connections(most).min_connections(0);
        let writer = pool(1).connect_with(options.clone()).await.map_err(|error| opened(folder, error))?;
        let readers = pool(4).connect_lazy_with(options);
        Ok(Self { writer, readers, lock: Mutex::new(lock) })
    }

    /// Closes all connections, so that the file is whole without its log, and lets others have the folder.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
        self.lock.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// Takes the folder's lock, which ends with the process, however it ends.
fn lock(folder: &Path) -> Result<File> {
    let path: PathBuf = folder.join(LOCK);
    let open = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&path);
    let file = open.map_err(|error| unusable(folder, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(sentences::in_use(&folder.display())),
        Err(std::fs::TryLockError::Error(error)) => Err(unusable(folder, &error)),
    }
}

fn unusable(folder: &Path, error: &std::io::Error) -> Error {
    match error.kind() {
        std::io::ErrorKind::StorageFull => sentences::disk_full(),
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
            sentences::read_only_folder(&folder.display())
        }
        _ => sentences::store_broken(error),
    }
}

fn opened(folder: &Path, error: sqlx::Error) -> Error {
    match code(&error) {
        // SQLITE_READONLY, SQLITE_CANTOPEN
        Some(8 | 14) => sentences::read_only_folder(&folder.display()),
        _ => failed(error),
    }
}

/// The primary result code of SQLite.
fn code(error: &sqlx::Error) -> Option<i32> {
    let code: i32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}

/// An error of a statement.
pub(crate) fn failed(error: sqlx::Error) -> Error {
    match code(&error) {
        // SQLITE_FULL; SQLITE_IOERR, which a full disk also gives where a file cannot grow.
        Some(13) => sentences::disk_full(),
        Some(10) if error.to_string().contains("disk") => sentences::disk_full(),
        _ => sentences::store_broken(&error),
    }
}

//! Transactions that write. They survive what a full disk does to them: SQLite then ends the transaction by itself, and the
//! driver's own kind of transaction takes it for open ever after.

use std::ops::{Deref, DerefMut};

use sqlx::Sqlite as Database;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::SqliteConnection;

use super::{ERROR, Sqlite, code, failed, statements as sql};
use crate::error::Result;

/// A transaction on the connection that writes. Unless it is committed, it is taken back when the connection goes back to its
/// pool, also where whoever began it went away in the middle.
pub(crate) struct Writing(PoolConnection<Database>);

impl Sqlite {
    /// Begins a transaction. Nobody else writes until it ends.
    pub(crate) async fn begin(&self) -> Result<Writing> {
        let mut writing = Writing(self.writer.acquire().await.map_err(failed)?);
        sqlx::query(sql::BEGIN).execute(&mut *writing).await.map_err(failed)?;
        Ok(writing)
    }
}

impl Writing {
    /// Makes it durable.
    pub(crate) async fn commit(mut self) -> Result<()> {
        sqlx::query(sql::COMMIT).execute(&mut *self).await.map_err(failed)?;
        Ok(())
    }
}

impl Deref for Writing {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.0
    }
}

impl DerefMut for Writing {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.0
    }
}

/// Takes back what a connection left open when it was given back; false where it can be used no more.
pub(super) async fn take_back(connection: &mut SqliteConnection) -> bool {
    match sqlx::query(sql::ROLLBACK).execute(connection).await {
        Ok(_) => true,
        // Most of the time there is no transaction: it was committed, or ended by itself.
        Err(error) => code(&error) == Some(ERROR),
    }
}

//! Where the stores of the contract are.

use std::future::Future;
use std::sync::Arc;

use burgee_server::store::Store;
use burgee_server::store::sqlite::{Sharing, Sqlite};

/// A place for one store, empty at first.
pub(crate) trait Place: Default {
    /// The store that is there, for the only one who uses it.
    fn open(&self) -> impl Future<Output = Arc<dyn Store>>;

    /// The store that is there, for somebody beside the one who has it open.
    fn open_beside(&self) -> impl Future<Output = Arc<dyn Store>>;
}

/// A data folder.
pub(crate) struct SqliteFolder(tempfile::TempDir);

impl Default for SqliteFolder {
    fn default() -> Self {
        Self(tempfile::tempdir().unwrap())
    }
}

impl Place for SqliteFolder {
    async fn open(&self) -> Arc<dyn Store> {
        Arc::new(Sqlite::open(self.0.path(), Sharing::Alone).await.unwrap())
    }

    async fn open_beside(&self) -> Arc<dyn Store> {
        Arc::new(Sqlite::open(self.0.path(), Sharing::Beside).await.unwrap())
    }
}

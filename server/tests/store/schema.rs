//! The schema in SQLite: each step up and down, each statement, and how the database is set up.

use std::collections::BTreeSet;
use std::path::Path;

use burgee_server::error::Kind;
use burgee_server::store::sqlite::{FILE, Sharing, Sqlite, migrations, statements};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use sqlx::{AssertSqlSafe, Executor, Row, SqlSafeStr};

async fn pool(folder: &Path) -> SqlitePool {
    SqlitePool::connect_with(SqliteConnectOptions::new().filename(folder.join(FILE)).create_if_missing(true))
        .await
        .unwrap()
}

/// Tables and indexes that are there, those of the database itself and of the migrator aside, each with its text.
async fn schema(pool: &SqlitePool) -> BTreeSet<(String, String)> {
    let rows = sqlx::query("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetch_all(pool).await.unwrap();
    let pairs = rows.iter().map(|row| (row.get::<String, _>("name"), row.get::<String, _>("sql")));
    pairs.filter(|(name, _)| !name.starts_with("sqlite_") && !name.starts_with("_sqlx")).collect()
}

fn names(schema: &BTreeSet<(String, String)>) -> BTreeSet<String> {
    schema.iter().map(|(name, _)| name.clone()).collect()
}

/// What a step's text creates, by name.
fn creates(text: &str) -> BTreeSet<String> {
    let statements = text.lines().filter_map(|line| line.strip_prefix("CREATE "));
    let name = |statement: &str| {
        let rest = statement.trim_start_matches("UNIQUE ");
        let rest = ["TABLE ", "INDEX ", "VIEW "].iter().find_map(|kind| rest.strip_prefix(kind)).unwrap();
        rest.split([' ', '(']).next().unwrap().to_owned()
    };
    statements.map(name).collect()
}

/// The numbers of all steps, and what each creates, from the files.
fn steps() -> Vec<(i64, BTreeSet<String>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/migrations/sqlite");
    let mut steps: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let number = name.split('_').next().unwrap().parse().unwrap();
            name.ends_with(".up.sql").then(|| (number, creates(&std::fs::read_to_string(&path).unwrap())))
        })
        .collect();
    steps.sort_unstable();
    steps
}

#[tokio::test]
async fn s001_48_each_step_goes_up_and_down_and_leaves_the_schema_that_it_should() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(folder.path()).await;
    let steps = steps();
    let expected = |upto: i64| -> BTreeSet<String> {
        steps.iter().filter(|(number, _)| *number <= upto).flat_map(|(_, names)| names.clone()).collect()
    };
    let last = steps.last().unwrap().0;
    assert!(migrations::status(&pool).await.unwrap().iter().all(|step| !step.applied));
    migrations::up(&pool).await.unwrap();
    let complete = schema(&pool).await;
    assert_eq!(names(&complete), expected(last));
    for (number, _) in steps.iter().rev() {
        let below = number - 1;
        migrations::down(&pool, below).await.unwrap();
        assert_eq!(names(&schema(&pool).await), expected(below), "after step {number} was taken back");
        let status = migrations::status(&pool).await.unwrap();
        assert!(status.iter().all(|step| step.applied == (step.version <= below)), "{status:?}");
    }
    migrations::up(&pool).await.unwrap();
    assert_eq!(schema(&pool).await, complete);
    // What is done is not done again.
    migrations::up(&pool).await.unwrap();
    assert_eq!(schema(&pool).await, complete);
}

#[tokio::test]
async fn s001_44_every_statement_can_be_prepared() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(folder.path()).await;
    migrations::up(&pool).await.unwrap();
    assert!(statements::ALL.len() > 10);
    for (name, text) in statements::ALL {
        let prepared = (&pool).prepare(AssertSqlSafe(*text).into_sql_str()).await;
        assert!(prepared.is_ok(), "{name}: {:?}", prepared.err());
    }
}

#[tokio::test]
async fn the_database_is_durable_and_checks_references() {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(folder.path(), Sharing::Alone).await.unwrap();
    for settings in store.settings().await.unwrap() {
        assert_eq!(settings.journal_mode, "wal");
        assert_eq!(settings.synchronous, 2, "FULL");
        assert!(settings.foreign_keys);
        assert_eq!(settings.auto_vacuum, 2, "INCREMENTAL");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn s001_43_the_folder_is_its_owners_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    Sqlite::open(&data, Sharing::Alone).await.unwrap();
    assert_eq!(std::fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o700);
}

#[tokio::test]
async fn a_second_one_who_wants_to_be_alone_is_refused_until_the_first_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let first = Sqlite::open(folder.path(), Sharing::Alone).await.unwrap();
    let error = Sqlite::open(folder.path(), Sharing::Alone).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Unavailable);
    assert!(error.message().contains("in use by another process"), "{error}");
    Sqlite::open(folder.path(), Sharing::Beside).await.unwrap();
    drop(first);
    Sqlite::open(folder.path(), Sharing::Alone).await.unwrap();
}

#[tokio::test]
async fn who_only_looks_creates_nothing_and_changes_no_schema() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("nowhere");
    let error = Sqlite::open(&nowhere, Sharing::Beside).await.unwrap_err();
    assert_eq!(error.kind(), Kind::NotFound);
    assert!(!nowhere.exists());

    let old = pool(folder.path()).await;
    migrations::up(&old).await.unwrap();
    migrations::down(&old, steps().last().unwrap().0 - 1).await.unwrap();
    let error = Sqlite::open(folder.path(), Sharing::Beside).await.unwrap_err();
    assert!(error.message().contains("is of an older version"), "{error}");
    Sqlite::open(folder.path(), Sharing::Alone).await.unwrap();
    Sqlite::open(folder.path(), Sharing::Beside).await.unwrap();
}

#[tokio::test]
async fn data_of_a_newer_version_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    Sqlite::open(folder.path(), Sharing::Alone).await.unwrap();
    let newer = pool(folder.path()).await;
    let row = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (99, 'later', 1, x'00', 1)";
    sqlx::query(row).execute(&newer).await.unwrap();
    let before = schema(&newer).await;
    for sharing in [Sharing::Alone, Sharing::Beside] {
        let error = Sqlite::open(folder.path(), sharing).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Unavailable);
        assert!(error.message().contains("is of a newer version (schema 99"), "{error}");
    }
    assert_eq!(schema(&newer).await, before);
    let status = migrations::status(&newer).await.unwrap();
    assert_eq!(status.last().map(|step| (step.version, step.applied)), Some((99, true)));
}

//! The schema, step by step, up and down.

use std::path::Path;

use sqlx::migrate::{Migrate, MigrateError, Migration, MigrationType, Migrator};
use sqlx::{SqlSafeStr, SqlitePool};

use super::failed;
use crate::error::{Error, Result, sentences};

/// One step: its number, its name, the way up and the way down.
type Step = (i64, &'static str, &'static str, &'static str);

const STEPS: &[Step] = &[
    (
        1,
        "log",
        include_str!("../migrations/sqlite/0001_log.up.sql"),
        include_str!("../migrations/sqlite/0001_log.down.sql"),
    ),
    (
        2,
        "accounts",
        include_str!("../migrations/sqlite/0002_accounts.up.sql"),
        include_str!("../migrations/sqlite/0002_accounts.down.sql"),
    ),
    (
        3,
        "evaluations",
        include_str!("../migrations/sqlite/0003_evaluations.up.sql"),
        include_str!("../migrations/sqlite/0003_evaluations.down.sql"),
    ),
];

/// A step and whether the database has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Its number.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// Whether it was applied.
    pub applied: bool,
}

fn migrator() -> Migrator {
    let steps = STEPS.iter().flat_map(|&(version, name, up, down)| {
        let step = |kind, sql: &'static str| Migration::new(version, name.into(), kind, sql.into_sql_str(), false);
        [step(MigrationType::ReversibleUp, up), step(MigrationType::ReversibleDown, down)]
    });
    Migrator::with_migrations(steps.collect())
}

/// Takes every step that is still to take.
pub async fn up(pool: &SqlitePool) -> Result<()> {
    migrator().run(pool).await.map_err(broken)
}

/// Takes back every step above a number; 0 takes back all, and with them all data.
pub async fn down(pool: &SqlitePool, to: i64) -> Result<()> {
    migrator().undo(pool, to).await.map_err(broken)
}

/// All steps.
pub async fn status(pool: &SqlitePool) -> Result<Vec<Status>> {
    let applied = applied(pool).await?;
    let known = STEPS.iter().map(|&(version, name, ..)| (version, name.to_owned()));
    let newer = applied.iter().filter(|version| !STEPS.iter().any(|(known, ..)| known == *version));
    let all = known.chain(newer.map(|version| (*version, "of a newer version".to_owned())));
    Ok(all.map(|(version, name)| Status { version, name, applied: applied.contains(&version) }).collect())
}

/// Refuses data of a newer program, which this one could only spoil.
pub(crate) async fn check_age(pool: &SqlitePool, folder: &Path) -> Result<()> {
    let known = STEPS.last().map_or(0, |(version, ..)| *version);
    let found = applied(pool).await?.into_iter().max().unwrap_or(0);
    if found > known { Err(sentences::newer_data(&folder.display(), found, known)) } else { Ok(()) }
}

/// Refuses data of an older program, where it cannot be brought up to date.
pub(crate) async fn check_complete(pool: &SqlitePool, folder: &Path) -> Result<()> {
    match status(pool).await?.into_iter().find(|step| !step.applied) {
        Some(_) => Err(sentences::older_data(&folder.display())),
        None => Ok(()),
    }
}

async fn applied(pool: &SqlitePool) -> Result<Vec<i64>> {
    let mut connection = pool.acquire().await.map_err(failed)?;
    let table = Migrator::DEFAULT.table_name;
    connection.ensure_migrations_table(&table).await.map_err(broken)?;
    let applied = connection.list_applied_migrations(&table).await.map_err(broken)?;
    Ok(applied.into_iter().map(|step| step.version).collect())
}

fn broken(error: MigrateError) -> Error {
    match error {
        MigrateError::Execute(error) => failed(error),
        error => sentences::store_broken(&error),
    }
}

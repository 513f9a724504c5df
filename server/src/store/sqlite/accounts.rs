//! Users and keys in SQLite.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::{Sqlite, failed, statements as sql};
use crate::access::key::{Key, KeyKind};
use crate::error::{Result, sentences};
use crate::log::Scope;
use crate::log::event::Link;
use crate::store::accounts::{AccountStore, User, folded, hexadecimal};

#[async_trait]
impl AccountStore for Sqlite {
    async fn add_user(&self, user: &User) -> Result<()> {
        let query = sqlx::query(sql::INSERT_USER)
            .bind(&user.id)
            .bind(&user.email)
            .bind(folded(&user.email))
            .bind(&user.password_hash)
            .bind(user.is_admin)
            .bind(user.created_at.timestamp_millis())
            .bind(user.password_at.timestamp_millis());
        match query.execute(&self.writer).await {
            Ok(_) => Ok(()),
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
                Err(sentences::user_exists(&user.email))
            }
            Err(error) => Err(failed(error)),
        }
    }

    async fn user(&self, id: &str) -> Result<Option<User>> {
        let row = sqlx::query(sql::USER).bind(id).fetch_optional(&self.readers).await.map_err(failed)?;
        row.as_ref().map(user).transpose()
    }

    async fn user_by_email(&self, email: &str) -> Result<Option<User>> {
        let query = sqlx::query(sql::USER_BY_EMAIL).bind(folded(email));
        let row = query.fetch_optional(&self.readers).await.map_err(failed)?;
        row.as_ref().map(user).transpose()
    }

    async fn users(&self) -> Result<Vec<User>> {
        let rows = sqlx::query(sql::USERS).fetch_all(&self.readers).await.map_err(failed)?;
        rows.iter().map(user).collect()
    }

    async fn change_user(&self, user: &User) -> Result<bool> {
        let query = sqlx::query(sql::CHANGE_USER)
            .bind(&user.id)
            .bind(&user.password_hash)
            .bind(user.is_admin)
            .bind(user.password_at.timestamp_millis());
        Ok(query.execute(&self.writer).await.map_err(failed)?.rows_affected() > 0)
    }

    async fn delete_user(&self, id: &str) -> Result<bool> {
        let query = sqlx::query(sql::DELETE_USER).bind(id);
        Ok(query.execute(&self.writer).await.map_err(failed)?.rows_affected() > 0)
    }

    async fn add_key(&self, key: &Key) -> Result<()> {
        let mut transaction = self.begin().await?;
        insert(&mut transaction, key).await?;
        count(&mut transaction).await?;
        transaction.commit().await
    }

    async fn replace_project_key(&self, key: &Key, ends: DateTime<Utc>) -> Result<()> {
        let mut transaction = self.begin().await?;
        let query = sqlx::query(sql::END_PROJECT_KEY).bind(&key.scope.project).bind(ends.timestamp_millis());
        query.execute(&mut *transaction).await.map_err(failed)?;
        insert(&mut transaction, key).await?;
        count(&mut transaction).await?;
        transaction.commit().await
    }

    async fn replace_key(&self, old: &str, key: &Key, ends: DateTime<Utc>) -> Result<()> {
        let mut transaction = self.begin().await?;
        let query = sqlx::query(sql::END_KEY).bind(old).bind(ends.timestamp_millis());
        query.execute(&mut *transaction).await.map_err(failed)?;
        insert(&mut transaction, key).await?;
        count(&mut transaction).await?;
        transaction.commit().await
    }

    async fn keys(&self) -> Result<Vec<Key>> {
        let rows = sqlx::query(sql::KEYS).fetch_all(&self.readers).await.map_err(failed)?;
        rows.iter().map(key).collect()
    }

    async fn revoke_key(&self, id: &str, at: DateTime<Utc>) -> Result<bool> {
        let mut transaction = self.begin().await?;
        let query = sqlx::query(sql::REVOKE_KEY).bind(id).bind(at.timestamp_millis());
        let revoked = query.execute(&mut *transaction).await.map_err(failed)?.rows_affected() > 0;
        count(&mut transaction).await?;
        transaction.commit().await?;
        Ok(revoked)
    }

    async fn drop_keys(&self, project: &str) -> Result<u64> {
        let mut transaction = self.begin().await?;
        let dropped = sqlx::query(sql::DROP_KEYS).bind(project).execute(&mut *transaction).await.map_err(failed)?;
        count(&mut transaction).await?;
        transaction.commit().await?;
        Ok(dropped.rows_affected())
    }

    async fn key_changes(&self) -> Result<u64> {
        let count: i64 = sqlx::query_scalar(sql::KEY_CHANGES).fetch_one(&self.readers).await.map_err(failed)?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}

async fn insert(transaction: &mut SqliteConnection, key: &Key) -> Result<()> {
    let query = sqlx::query(sql::INSERT_KEY)
        .bind(&key.id)
        .bind(key.kind.as_str())
        .bind(&key.scope.project)
        .bind(&key.scope.environment)
        .bind(&key.label)
        .bind(hexadecimal(&key.digest))
        .bind(&key.readable)
        .bind(key.configuration)
        .bind(key.of_project)
        .bind(&key.created_by)
        .bind(key.created_at.timestamp_millis())
        .bind(key.expires_at.map(|at| at.timestamp_millis()))
        .bind(key.revoked_at.map(|at| at.timestamp_millis()));
    query.execute(&mut *transaction).await.map_err(failed).map(drop)
}

async fn count(transaction: &mut SqliteConnection) -> Result<()> {
    sqlx::query(sql::COUNT_KEY_CHANGE).execute(&mut *transaction).await.map_err(failed).map(drop)
}

fn user(row: &SqliteRow) -> Result<User> {
    Ok(User {
        id: row.try_get("id").map_err(failed)?,
        email: row.try_get("email").map_err(failed)?,
        password_hash: row.try_get("password_hash").map_err(failed)?,
        is_admin: row.try_get("is_admin").map_err(failed)?,
        created_at: time(row.try_get("created_ms").map_err(failed)?)?,
        password_at: time(row.try_get("password_ms").map_err(failed)?)?,
    })
}

fn key(row: &SqliteRow) -> Result<Key> {
    let text = |name: &str| row.try_get::<String, _>(name).map_err(failed);
    let flag = |name: &str| row.try_get::<bool, _>(name).map_err(failed);
    let later = |name: &str| row.try_get::<Option<i64>, _>(name).map_err(failed)?.map(time).transpose();
    let digest: Link = text("digest")?.parse().map_err(|error: &str| sentences::store_broken(&error))?;
    Ok(Key {
        id: text("id")?,
        kind: KeyKind::named(&text("kind")?).ok_or_else(|| sentences::store_broken(&"a key is of no known kind"))?,
        scope: Scope::new(text("project")?, text("environment")?),
        label: text("label")?,
        digest: digest.0,
        readable: row.try_get("readable").map_err(failed)?,
        configuration: flag("configuration")?,
        of_project: flag("of_project")?,
        created_by: text("created_by")?,
        created_at: time(row.try_get("created_ms").map_err(failed)?)?,
        expires_at: later("expires_ms")?,
        revoked_at: later("revoked_ms")?,
    })
}

fn time(ms: i64) -> Result<DateTime<Utc>> {
    DateTime::from_timestamp_millis(ms).ok_or_else(|| sentences::store_broken(&format!("`{ms}` is no time")))
}

//! The log in SQLite.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::DateTime;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::{Sqlite, failed, statements as sql};
use crate::error::{Result, sentences};
use crate::log::upcast::upcast;
use crate::log::{Event, EventType, Scope};
use crate::store::log::{LogHead, LogStore, Snapshot};

/// A number of the log as SQLite keeps it. Places never come near the bound.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

#[async_trait]
impl LogStore for Sqlite {
    async fn append(&self, after: u64, events: &[Arc<Event>]) -> Result<()> {
        // Taken at once, so that nobody else appends between the look at the end and the writing.
        let mut transaction = self.begin().await?;
        let last: i64 = sqlx::query_scalar(sql::LAST_SEQ).fetch_one(&mut *transaction).await.map_err(failed)?;
        if unsigned(last) != after {
            return Err(sentences::log_moved(unsigned(last), after));
        }
        for (event, place) in events.iter().zip(after + 1..) {
            if event.seq != place {
                return Err(sentences::out_of_place(event.seq, place));
            }
            let query = sqlx::query(sql::INSERT_EVENT)
                .bind(signed(event.seq))
                .bind(&event.id)
                .bind(event.timestamp.timestamp_millis())
                .bind(event.event_type.as_str())
                .bind(event.schema)
                .bind(&event.project)
                .bind(&event.environment)
                .bind(event.event_type.subject().as_str())
                .bind(&event.flag_id)
                .bind(signed(event.version))
                .bind(&event.actor)
                .bind(&event.request_id)
                .bind(event.payload.to_string())
                .bind(serde_json::to_string(&event.extra).unwrap_or_default())
                .bind(event.digest().to_string());
            query.execute(&mut *transaction).await.map_err(|error| match error.as_database_error() {
                Some(inner) if inner.is_unique_violation() => sentences::event_exists(&event.id),
                _ => failed(error),
            })?;
        }
        transaction.commit().await
    }

    async fn written_after(&self, seq: u64, limit: u32) -> Result<Vec<Event>> {
        let rows = sqlx::query(sql::EVENTS_AFTER).bind(signed(seq)).bind(limit).fetch_all(&self.readers).await;
        // Looked at afterwards: a compaction may have come between.
        if self.head().await?.compacted > seq {
            return Err(sentences::compacted_away(seq));
        }
        let events: Vec<Event> = rows.map_err(failed)?.iter().map(event).collect::<Result<_>>()?;
        match events.iter().zip(seq + 1..).find(|(event, place)| event.seq != *place) {
            Some((event, place)) => Err(sentences::out_of_place(event.seq, place)),
            None => Ok(events),
        }
    }

    async fn digests_after(&self, seq: u64, limit: u32) -> Result<Vec<String>> {
        let query = sqlx::query_scalar(sql::DIGESTS_AFTER).bind(signed(seq)).bind(limit);
        query.fetch_all(&self.readers).await.map_err(failed)
    }

    async fn flag_events(&self, scope: &Scope, key: &str) -> Result<Vec<Event>> {
        let query = sqlx::query(sql::FLAG_EVENTS).bind(&scope.project).bind(&scope.environment).bind(key);
        let rows = query.fetch_all(&self.readers).await.map_err(failed)?;
        rows.iter().map(|row| event(row).map(upcast)).collect()
    }

    async fn head(&self) -> Result<LogHead> {
        let mut transaction = self.readers.begin().await.map_err(failed)?;
        let last: i64 = sqlx::query_scalar(sql::LAST_SEQ).fetch_one(&mut *transaction).await.map_err(failed)?;
        let compacted: i64 = sqlx::query_scalar(sql::COMPACTED).fetch_one(&mut *transaction).await.map_err(failed)?;
        Ok(LogHead { last: unsigned(last), compacted: unsigned(compacted) })
    }

    async fn last_before(&self, ts_ms: i64) -> Result<u64> {
        let last = signed(self.head().await?.last);
        let query = sqlx::query_scalar(sql::LAST_BEFORE).bind(ts_ms).bind(last);
        let found: i64 = query.fetch_one(&self.readers).await.map_err(failed)?;
        Ok(unsigned(found))
    }

    async fn put_snapshot(&self, snapshot: &Snapshot) -> Result<()> {
        let mut transaction = self.begin().await?;
        insert(snapshot).execute(&mut *transaction).await.map_err(failed)?;
        sqlx::query(sql::DROP_OLD_SNAPSHOTS).execute(&mut *transaction).await.map_err(failed)?;
        transaction.commit().await
    }

    async fn snapshot_places(&self) -> Result<Vec<u64>> {
        let places = sqlx::query_scalar(sql::SNAPSHOT_PLACES).fetch_all(&self.readers).await;
        Ok(places.map_err(failed)?.into_iter().map(unsigned).collect())
    }

    async fn snapshot(&self, seq: u64) -> Result<Option<Snapshot>> {
        let row = sqlx::query(sql::SNAPSHOT).bind(signed(seq)).fetch_optional(&self.readers).await;
        row.map_err(failed)?.as_ref().map(snapshot).transpose()
    }

    async fn compact(&self, base: &Snapshot) -> Result<()> {
        let LogHead { last, compacted } = self.head().await?;
        if base.seq < compacted || (base.seq > last && last > 0) {
            return Err(sentences::cannot_compact(base.seq, compacted, last));
        }
        let mut transaction = self.begin().await?;
        insert(base).execute(&mut *transaction).await.map_err(failed)?;
        sqlx::query(sql::SET_COMPACTED).bind(signed(base.seq)).execute(&mut *transaction).await.map_err(failed)?;
        sqlx::query(sql::DROP_OLD_SNAPSHOTS).execute(&mut *transaction).await.map_err(failed)?;
        transaction.commit().await
    }

    async fn free(&self, limit: u32) -> Result<u64> {
        let freed = sqlx::query(sql::FREE).bind(limit).execute(&self.writer).await.map_err(failed)?.rows_affected();
        // Each row is a page that was given back; without reading them nothing is.
        sqlx::query(sql::GIVE_ROOM_BACK).fetch_all(&self.writer).await.map_err(failed)?;
        Ok(freed)
    }

    async fn close(&self) {
        self.close_connections().await;
    }
}

fn insert(snapshot: &Snapshot) -> sqlx::query::Query<'_, sqlx::Sqlite, sqlx::sqlite::SqliteArguments> {
    sqlx::query(sql::INSERT_SNAPSHOT)
        .bind(signed(snapshot.seq))
        .bind(snapshot.created_ms)
        .bind(snapshot.form)
        .bind(snapshot.chain.to_string())
        .bind(snapshot.digest.to_string())
        .bind(&snapshot.body)
}

/// An event as it was written.
fn event(row: &SqliteRow) -> Result<Event> {
    let seq: i64 = row.try_get("seq").map_err(failed)?;
    let seq = unsigned(seq);
    let text = |name: &str| row.try_get::<String, _>(name).map_err(failed);
    let number = |name: &str| row.try_get::<i64, _>(name).map_err(failed);
    let unreadable = |error: serde_json::Error| sentences::unreadable_event(seq, &error);
    let ts_ms = number("ts_ms")?;
    let timestamp = DateTime::from_timestamp_millis(ts_ms)
        .ok_or_else(|| sentences::unreadable_event(seq, &format!("`{ts_ms}` is no time")))?;
    Ok(Event {
        id: text("id")?,
        event_type: EventType::from(text("type")?.as_str()),
        flag_id: text("flag")?,
        version: unsigned(number("version")?),
        timestamp,
        payload: serde_json::from_str(&text("payload")?).map_err(unreadable)?,
        seq,
        schema: u32::try_from(number("schema")?).unwrap_or(u32::MAX),
        project: text("project")?,
        environment: text("environment")?,
        actor: text("actor")?,
        request_id: text("request_id")?,
        extra: serde_json::from_str(&text("extra")?).map_err(unreadable)?,
    })
}

fn snapshot(row: &SqliteRow) -> Result<Snapshot> {
    let seq: i64 = row.try_get("seq").map_err(failed)?;
    let link = |name: &str| {
        let text: String = row.try_get(name).map_err(failed)?;
        text.parse().map_err(|error: &str| sentences::unreadable_snapshot(unsigned(seq), &error))
    };
    let form: i64 = row.try_get("form").map_err(failed)?;
    Ok(Snapshot {
        seq: unsigned(seq),
        created_ms: row.try_get("created_ms").map_err(failed)?,
        form: u32::try_from(form).unwrap_or(u32::MAX),
        chain: link("chain")?,
        digest: link("digest")?,
        body: row.try_get("body").map_err(failed)?,
    })
}

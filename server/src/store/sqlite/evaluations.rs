//! Evaluations in SQLite. They share the connection that the log is written through, which is handed on in the order of
//! asking: a short transaction of theirs delays an append, and none goes past it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::Row;
use sqlx::sqlite::{Sqlite as Database, SqliteArguments, SqliteConnection, SqliteRow};

use super::{Sqlite, failed, statements as sql};
use crate::analytics::{Counts, Evaluated, Outcome};
use crate::error::{Result, sentences};
use crate::log::Scope;
use crate::store::evaluations::{EvaluatedFlag, Evaluation, EvaluationStore, Minute, TopFlag};

/// The counts of how many minutes are dropped at once.
const MINUTES: i64 = 360;
/// How many rows are inserted by one statement.
const TOGETHER: usize = 64;

/// The numbers of flags, by scope and id, as they are in the table.
#[derive(Debug, Default)]
pub(super) struct FlagNumbers(Mutex<HashMap<Scope, HashMap<String, i64>>>);

impl FlagNumbers {
    fn get(&self, scope: &Scope, flag: &str) -> Option<i64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(scope)?.get(flag).copied()
    }

    fn put(&self, scope: &Scope, flag: &str, number: i64) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(scope.clone()).or_default().insert(flag.to_owned(), number);
    }

    fn forget(&self, scope: &Scope, flag: &str) {
        if let Some(flags) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get_mut(scope) {
            flags.remove(flag);
        }
    }
}

/// A row that is to be inserted.
struct NewRow<'o> {
    id: i64,
    request: i64,
    flag: i64,
    outcome: &'o Outcome,
}

type Query<'q> = sqlx::query::Query<'q, Database, SqliteArguments>;

impl<'o> NewRow<'o> {
    fn bind<'q>(&self, query: Query<'q>) -> Query<'q>
    where
        'o: 'q,
    {
        let Outcome { tally, variant, verdict } = self.outcome;
        query
            .bind(self.id)
            .bind(self.request)
            .bind(self.flag)
            .bind(verdict.enabled)
            .bind(tally.variant(*variant).map(|name| &**name))
            .bind(verdict.why.as_str())
    }
}

#[async_trait]
impl EvaluationStore for Sqlite {
    async fn add_evaluations(&self, requests: &[Evaluated]) -> Result<()> {
        let mut transaction = self.begin().await?;
        let mut numbers = self.numbers(&mut transaction, requests).await?;
        let last = sqlx::query(sql::LAST_EVALUATION).fetch_one(&mut *transaction).await.map_err(failed)?;
        let (mut request, mut row) = (number(&last, "request")?, number(&last, "row")?);
        let mut rows = Vec::new();
        for evaluated in requests {
            let Some(first) = evaluated.outcomes.first() else { continue };
            request += 1;
            for outcome in &evaluated.outcomes {
                row += 1;
                let flag = numbers.get(&address(outcome)).copied().ok_or_else(sentences::internal)?;
                rows.push(NewRow { id: row, request, flag, outcome });
            }
            let query = sqlx::query(sql::INSERT_REQUEST)
                .bind(request)
                .bind(&first.tally.scope().project)
                .bind(&*evaluated.user)
                .bind(evaluated.context.as_deref())
                .bind(evaluated.at_ms)
                .bind(row);
            query.execute(&mut *transaction).await.map_err(failed)?;
        }
        let (together, rest) = rows.as_chunks::<TOGETHER>();
        for rows in together {
            let query = rows.iter().fold(sqlx::query(sql::INSERT_64_ROWS), |query, row| row.bind(query));
            query.execute(&mut *transaction).await.map_err(failed)?;
        }
        for row in rest {
            row.bind(sqlx::query(sql::INSERT_ROW)).execute(&mut *transaction).await.map_err(failed)?;
        }
        transaction.commit().await?;
        for (_, outcome) in outcomes(requests) {
            if let Some(number) = numbers.remove(&address(outcome)) {
                self.flag_numbers.put(outcome.tally.scope(), &outcome.tally.flag().id, number);
            }
        }
        Ok(())
    }

    async fn add_counts(&self, minute: i64, at: DateTime<Utc>, counts: &[Counts]) -> Result<()> {
        let mut transaction = self.begin().await?;
        for Counts { scope, flag_id, flag_key, counts } in counts {
            let flag = flag_number(&mut transaction, scope, flag_id, flag_key, at.timestamp_millis()).await?;
            for (variant, reason, count) in counts {
                let query = sqlx::query(sql::ADD_COUNT)
                    .bind(flag)
                    .bind(minute)
                    .bind(variant.as_deref().unwrap_or(""))
                    .bind(reason.as_str())
                    .bind(i64::try_from(*count).unwrap_or(i64::MAX));
                query.execute(&mut *transaction).await.map_err(failed)?;
            }
        }
        transaction.commit().await
    }

    async fn evaluations(&self, scope: &Scope, flag: &str, below: Option<i64>, limit: u32) -> Result<Vec<Evaluation>> {
        let query = sqlx::query(sql::EVALUATIONS).bind(&scope.project).bind(&scope.environment).bind(flag);
        let rows = query.bind(below.unwrap_or(i64::MAX)).bind(limit).fetch_all(&self.readers).await;
        rows.map_err(failed)?.iter().map(evaluation).collect()
    }

    async fn last_evaluated(&self, scope: &Scope) -> Result<HashMap<String, DateTime<Utc>>> {
        let query = sqlx::query(sql::LAST_EVALUATED).bind(&scope.project).bind(&scope.environment);
        let rows = query.fetch_all(&self.readers).await.map_err(failed)?;
        rows.iter().map(|row| Ok((text(row, "flag_id")?, time(row, "last_ms")?))).collect()
    }

    async fn top_flags(&self, scope: &Scope, since: i64, limit: u32) -> Result<Vec<TopFlag>> {
        let query = sqlx::query(sql::TOP_FLAGS).bind(&scope.project).bind(&scope.environment).bind(since).bind(limit);
        let rows = query.fetch_all(&self.readers).await.map_err(failed)?;
        let top = |row: &SqliteRow| {
            Ok(TopFlag {
                flag_id: text(row, "flag_id")?,
                flag_key: text(row, "flag_key")?,
                count: u64::try_from(number(row, "total")?).unwrap_or(0),
                last_evaluated_at: time(row, "last_ms")?,
            })
        };
        rows.iter().map(top).collect()
    }

    async fn minutes(&self, scope: &Scope, flag: &str, since: i64) -> Result<Vec<Minute>> {
        let query = sqlx::query(sql::MINUTES).bind(&scope.project).bind(&scope.environment).bind(flag).bind(since);
        let rows = query.fetch_all(&self.readers).await.map_err(failed)?;
        let minute = |row: &SqliteRow| {
            let variant = text(row, "variant")?;
            Ok(Minute {
                minute: number(row, "minute")?,
                variant: (!variant.is_empty()).then_some(variant),
                reason: text(row, "reason")?,
                count: u64::try_from(number(row, "count")?).unwrap_or(0),
            })
        };
        rows.iter().map(minute).collect()
    }

    async fn evaluated_flags(&self) -> Result<Vec<EvaluatedFlag>> {
        let rows = sqlx::query(sql::EVALUATED_FLAGS).fetch_all(&self.readers).await.map_err(failed)?;
        let flag = |row: &SqliteRow| {
            let scope = Scope::new(text(row, "project")?, text(row, "environment")?);
            Ok(EvaluatedFlag { scope, flag_id: text(row, "flag_id")?, flag_key: text(row, "flag_key")? })
        };
        rows.iter().map(flag).collect()
    }

    async fn forget_flag(&self, flag: &EvaluatedFlag, limit: u32) -> Result<bool> {
        let named = |text| {
            let EvaluatedFlag { scope, flag_id, .. } = flag;
            sqlx::query(text).bind(&scope.project).bind(&scope.environment).bind(flag_id)
        };
        let mut transaction = self.begin().await?;
        let rows = named(sql::FORGET_ROWS).bind(limit).execute(&mut *transaction).await.map_err(failed)?;
        let query = named(sql::FORGET_MINUTES).bind(MINUTES);
        let minutes = query.execute(&mut *transaction).await.map_err(failed)?.rows_affected();
        let done = rows.rows_affected() < u64::from(limit) && minutes == 0;
        if done {
            named(sql::FORGET_FLAG).execute(&mut *transaction).await.map_err(failed)?;
            self.flag_numbers.forget(&flag.scope, &flag.flag_id);
        }
        transaction.commit().await?;
        Ok(done)
    }

    async fn forget_requests(&self, project: &str, limit: u32) -> Result<bool> {
        let query = sqlx::query(sql::FORGET_REQUESTS).bind(project).bind(limit);
        let dropped = query.execute(&self.writer).await.map_err(failed)?;
        Ok(dropped.rows_affected() < u64::from(limit))
    }

    async fn prune(&self, before: DateTime<Utc>, limit: u32) -> Result<bool> {
        let mut transaction = self.begin().await?;
        let query = sqlx::query(sql::OLD_REQUESTS).bind(before.timestamp_millis()).bind(limit);
        let old = query.fetch_one(&mut *transaction).await.map_err(failed)?;
        for (text, name) in [(sql::DROP_OLD_ROWS, "row"), (sql::DROP_OLD_REQUESTS, "request")] {
            sqlx::query(text).bind(number(&old, name)?).execute(&mut *transaction).await.map_err(failed)?;
        }
        let query = sqlx::query(sql::DROP_OLD_MINUTES).bind(before.timestamp() / 60).bind(MINUTES);
        let minutes = query.execute(&mut *transaction).await.map_err(failed)?.rows_affected();
        transaction.commit().await?;
        Ok(minutes == 0 && number(&old, "found")? < i64::from(limit))
    }
}

impl Sqlite {
    /// The numbers of the flags that requests evaluated, by the addresses of their counters.
    async fn numbers(&self, transaction: &mut SqliteConnection, requests: &[Evaluated]) -> Result<HashMap<usize, i64>> {
        let mut numbers = HashMap::new();
        for (evaluated, outcome) in outcomes(requests) {
            if let Entry::Vacant(place) = numbers.entry(address(outcome)) {
                let (scope, flag) = (outcome.tally.scope(), outcome.tally.flag());
                let number = match self.flag_numbers.get(scope, &flag.id) {
                    Some(number) => number,
                    None => flag_number(transaction, scope, &flag.id, &flag.key, evaluated.at_ms).await?,
                };
                place.insert(number);
            }
        }
        Ok(numbers)
    }
}

fn outcomes(requests: &[Evaluated]) -> impl Iterator<Item = (&Evaluated, &Outcome)> {
    requests.iter().flat_map(|evaluated| evaluated.outcomes.iter().map(move |outcome| (evaluated, outcome)))
}

fn address(outcome: &Outcome) -> usize {
    Arc::as_ptr(&outcome.tally).addr()
}

/// The number of a flag, which is given by its first evaluation.
async fn flag_number(
    transaction: &mut SqliteConnection,
    scope: &Scope,
    flag: &str,
    key: &str,
    at_ms: i64,
) -> Result<i64> {
    let query = sqlx::query(sql::FLAG_NUMBER).bind(&scope.project).bind(&scope.environment).bind(flag).bind(key);
    let row = query.bind(at_ms).fetch_one(&mut *transaction).await.map_err(failed)?;
    number(&row, "id")
}

fn evaluation(row: &SqliteRow) -> Result<Evaluation> {
    Ok(Evaluation {
        id: number(row, "id")?,
        user_identifier: text(row, "user_identifier")?,
        result: number(row, "result")? != 0,
        variant: row.try_get("variant").map_err(failed)?,
        reason: text(row, "reason")?,
        context: row.try_get("context").map_err(failed)?,
        evaluated_at: time(row, "evaluated_ms")?,
    })
}

fn text(row: &SqliteRow, name: &str) -> Result<String> {
    row.try_get(name).map_err(failed)
}

fn number(row: &SqliteRow, name: &str) -> Result<i64> {
    row.try_get(name).map_err(failed)
}

fn time(row: &SqliteRow, name: &str) -> Result<DateTime<Utc>> {
    let ms = number(row, name)?;
    DateTime::from_timestamp_millis(ms).ok_or_else(|| sentences::store_broken(&format!("`{ms}` is no time")))
}

//! What was evaluated: one by one, minute by minute, and most.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Place, act_in};
use crate::App;
use crate::api::{Caller, Failure, Plain};
use crate::flags::Flag;
use crate::log::event::now;
use crate::store::evaluations::{Evaluation, Minute, TopFlag};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(of_flag)).routes(routes!(minutes)).routes(routes!(top))
}

/// Which evaluations of a flag.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Page {
    /// The environment; `production` where it is left out.
    environment: Option<String>,
    /// At most how many: 1 to 1000, 100 where it is left out.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
    /// Only those before this number: `next` of the page before.
    before: Option<i64>,
}

/// A page of evaluations.
#[derive(Debug, Serialize, ToSchema)]
struct EvaluationsView<'f> {
    /// The newest first.
    evaluations: Vec<EvaluationView<'f>>,
    /// What `before` is on the next page; null where this is the last one.
    next: Option<i64>,
}

/// One evaluation.
#[derive(Debug, Serialize, ToSchema)]
struct EvaluationView<'f> {
    /// Its number; later ones have higher ones.
    id: i64,
    /// The flag's id.
    flag_id: &'f str,
    /// Its key.
    flag_key: &'f str,
    /// Whom for: the user's id, or the address, or `anonymous`.
    user_identifier: String,
    /// On or off.
    result: bool,
    /// The variant; null where the caller's default applied.
    variant: Option<String>,
    /// Why.
    reason: String,
    /// When.
    evaluated_at: DateTime<Utc>,
    /// The same as the event-sourced document has it.
    event: EventView<'f>,
}

/// An evaluation as an event. It is not in the log of changes.
#[derive(Debug, Serialize, ToSchema)]
struct EventView<'f> {
    /// `FlagEval`.
    event_type: &'static str,
    /// The flag's key.
    flag_id: &'f str,
    /// When.
    timestamp: DateTime<Utc>,
    /// What.
    payload: PayloadView<'f>,
}

/// What an evaluation's event says.
#[derive(Debug, Serialize, ToSchema)]
struct PayloadView<'f> {
    /// The flag's key.
    flag_id: &'f str,
    /// The user as the request had them; null where that was too long to be kept.
    #[schema(value_type = Option<Object>)]
    context: Option<Box<RawValue>>,
    /// On or off.
    enabled: bool,
    /// Why.
    reason: String,
}

impl<'f> EvaluationView<'f> {
    fn new(flag: &'f Flag, evaluation: Evaluation) -> Self {
        let Evaluation { id, user_identifier, result, variant, reason, context, evaluated_at } = evaluation;
        let context = context.and_then(|context| RawValue::from_string(context).ok());
        let payload = PayloadView { flag_id: &flag.key, context, enabled: result, reason: reason.clone() };
        let event = EventView { event_type: "FlagEval", flag_id: &flag.key, timestamp: evaluated_at, payload };
        Self {
            id,
            flag_id: &flag.id,
            flag_key: &flag.key,
            user_identifier,
            result,
            variant,
            reason,
            evaluated_at,
            event,
        }
    }
}

/// Evaluations of a flag by `/sdk/v1/evaluate`, newest first. They are there about a second after the answer.
#[utoipa::path(
    get, path = "/api/projects/{pid}/flags/{fid}/evaluations", tag = "Evaluation", security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id"), ("fid" = String, Path, description = "The flag's id or key"), Page),
    responses((status = 200, description = "A page of them", body = EvaluationsView), (status = 401, description = "No valid credentials"),
        (status = 404, description = "No such flag, or none of the caller's")),
)]
async fn of_flag(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path((pid, fid)): Path<(String, String)>,
    Query(page): Query<Page>,
) -> Result<Response, Failure<Plain>> {
    let act = act_in(&app, caller, &pid, &Place { environment: page.environment })?;
    let live = app.live.load_full();
    let flag = &live.set(&act.scope)?.find(&fid)?.flag;
    let limit = page.limit.unwrap_or(100).clamp(1, 1000);
    let found = app.store.evaluations(&act.scope, &flag.id, page.before, limit).await?;
    let full = found.len() == limit as usize;
    let next = found.last().map(|last| last.id).filter(|_| full);
    let evaluations = found.into_iter().map(|evaluation| EvaluationView::new(flag, evaluation)).collect();
    Ok(axum::Json(EvaluationsView { evaluations, next }).into_response())
}

/// How far back.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Span {
    /// The environment; `production` where it is left out.
    environment: Option<String>,
    /// How many minutes back; 60 where it is left out.
    minutes: Option<u32>,
    /// At most how many flags: 1 to 1000, 10 where it is left out.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

impl Span {
    /// The first minute, in minutes since 1970.
    fn first(&self) -> i64 {
        now().timestamp() / 60 - i64::from(self.minutes.unwrap_or(60))
    }
}

/// What a flag gave in a minute, by whatever interface.
#[derive(Debug, Serialize, ToSchema)]
struct MinuteView {
    /// The beginning of the minute.
    minute: DateTime<Utc>,
    /// The variant; null where the caller's default applied.
    variant: Option<String>,
    /// The engine's reason.
    #[schema(example = "TARGETING_MATCH")]
    reason: String,
    /// How often.
    count: u64,
}

/// How often a flag gave which variant and why, minute by minute, through any interface.
#[utoipa::path(
    get, path = "/api/projects/{pid}/flags/{fid}/evaluations/minutes", tag = "Evaluation", security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id"), ("fid" = String, Path, description = "The flag's id or key"), Span),
    responses((status = 200, description = "The minutes that had any, oldest first", body = [MinuteView]),
        (status = 401, description = "No valid credentials"), (status = 404, description = "No such flag, or none of the caller's")),
)]
async fn minutes(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path((pid, fid)): Path<(String, String)>,
    Query(span): Query<Span>,
) -> Result<Response, Failure<Plain>> {
    let first = span.first();
    let act = act_in(&app, caller, &pid, &Place { environment: span.environment })?;
    let live = app.live.load_full();
    let flag = &live.set(&act.scope)?.find(&fid)?.flag;
    let found = app.store.minutes(&act.scope, &flag.id, first).await?;
    let view = |Minute { minute, variant, reason, count }| {
        let minute = DateTime::from_timestamp(minute * 60, 0).unwrap_or_default();
        MinuteView { minute, variant, reason, count }
    };
    Ok(axum::Json(found.into_iter().map(view).collect::<Vec<_>>()).into_response())
}

/// A flag and how often it was evaluated.
#[derive(Debug, Serialize, ToSchema)]
struct TopView {
    /// The flag's id.
    flag_id: String,
    /// Its key.
    flag_key: String,
    /// How often.
    count: u64,
    /// When last.
    last_evaluated_at: DateTime<Utc>,
}

/// The flags that were evaluated most, through any interface.
#[utoipa::path(
    get, path = "/api/projects/{pid}/evaluations/top", tag = "Evaluation", security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id"), Span),
    responses((status = 200, description = "Flags, the one with most evaluations first", body = [TopView]),
        (status = 401, description = "No valid credentials"),
        (status = 404, description = "No such project or environment, or none of the caller's")),
)]
async fn top(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path(pid): Path<String>,
    Query(span): Query<Span>,
) -> Result<Response, Failure<Plain>> {
    let (first, limit) = (span.first(), span.limit.unwrap_or(10).clamp(1, 1000));
    let act = act_in(&app, caller, &pid, &Place { environment: span.environment })?;
    let found = app.store.top_flags(&act.scope, first, limit).await?;
    let view = |TopFlag { flag_id, flag_key, count, last_evaluated_at }| TopView {
        flag_id,
        flag_key,
        count,
        last_evaluated_at,
    };
    Ok(axum::Json(found.into_iter().map(view).collect::<Vec<_>>()).into_response())
}

//! Rules of a flag.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use garde::Validate;
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::rule_view::{RuleView, sorted};
use super::{Place, act_in};
use crate::App;
use crate::api::version::{etag, if_match};
use crate::api::{Caller, Failure, Plain, read_json};
use crate::error::{Error, Result, sentences};
use crate::flags::model::present;
use crate::flags::{Flag, Rule, RuleType};
use crate::log::event::now;
use crate::manage;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, update, delete))
}

/// A rule, or the fields of it that are to change.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[schema(example = json!({"rule_type": "email_domain", "rule_value": "@yourcompany.com", "priority": 100, "enabled": true}))]
struct RuleBody {
    /// What it looks at; needed when the rule is created.
    #[garde(skip)]
    rule_type: Option<RuleType>,
    /// What it looks for; needed when the rule is created.
    #[garde(inner(length(min = 1, max = 1024)))]
    rule_value: Option<String>,
    /// Whether it counts; it does where a new rule does not say.
    #[garde(skip)]
    enabled: Option<bool>,
    /// Higher ones come first; 0 where a new rule does not say.
    #[garde(skip)]
    priority: Option<i32>,
    /// The variant for whom it names, of a flag with variants; null takes it away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    #[garde(skip)]
    variant: Option<Option<String>>,
}

impl RuleBody {
    fn rule(self) -> Result<Rule> {
        let missing = |name: &str| Error::field(format!("/{name}"), format!("`{name}` is missing"));
        Ok(Rule {
            id: uuid::Uuid::new_v4().to_string(),
            rule_type: self.rule_type.ok_or_else(|| missing("rule_type"))?,
            rule_value: self.rule_value.ok_or_else(|| missing("rule_value"))?,
            enabled: self.enabled.unwrap_or(true),
            priority: self.priority.unwrap_or(0),
            variant: self.variant.flatten(),
            created_at: now(),
        })
    }

    fn over(&self, rule: &Rule) -> Rule {
        Rule {
            rule_type: self.rule_type.unwrap_or(rule.rule_type),
            rule_value: self.rule_value.clone().unwrap_or_else(|| rule.rule_value.clone()),
            enabled: self.enabled.unwrap_or(rule.enabled),
            priority: self.priority.unwrap_or(rule.priority),
            variant: self.variant.clone().unwrap_or_else(|| rule.variant.clone()),
            ..rule.clone()
        }
    }
}

/// A rule of a flag, with the flag's version.
fn shown(flag: &Flag, id: &str) -> Result<Response> {
    let rule = flag.rules.iter().find(|rule| rule.id == id).ok_or_else(|| sentences::no_rule(id))?;
    Ok(([(header::ETAG, etag(flag.version))], axum::Json(RuleView::new(flag, rule))).into_response())
}

/// Adds a rule.
#[utoipa::path(
    post, path = "/api/projects/{pid}/flags/{fid}/rules", tag = "Rules", request_body = RuleBody,
    security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id"), ("fid" = String, Path, description = "The flag's id or key"), Place),
    responses((status = 201, description = "Added", body = RuleView), (status = 400, description = "A wrong body"),
        (status = 401, description = "No valid credentials"), (status = 403, description = "A viewer, or a protected environment"),
        (status = 404, description = "No such flag, or none of the caller's"),
        (status = 409, description = "`If-Match` has another version, or a source owns the flag")),
)]
async fn create(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path((pid, fid)): Path<(String, String)>,
    Query(place): Query<Place>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure<Plain>> {
    let act = act_in(&app, caller, &pid, &place)?;
    let rule = read_json::<RuleBody>(&body)?.rule()?;
    let id = rule.id.clone();
    let done = manage::add_rule(&app, &act, &fid, if_match(&headers)?, rule).await?;
    Ok((StatusCode::CREATED, shown(&done.flag, &id)?).into_response())
}

/// The rules of a flag, highest priority first.
#[utoipa::path(
    get, path = "/api/projects/{pid}/flags/{fid}/rules", tag = "Rules", security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id"), ("fid" = String, Path, description = "The flag's id or key"), Place),
    responses((status = 200, description = "Its rules", body = [RuleView]), (status = 401, description = "No valid credentials"),
        (status = 404, description = "No such flag, or none of the caller's")),
)]
async fn list(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path((pid, fid)): Path<(String, String)>,
    Query(place): Query<Place>,
) -> Result<Response, Failure<Plain>> {
    let act = act_in(&app, caller, &pid, &place)?;
    let live = app.live.load_full();
    let flag = &live.set(&act.scope)?.find(&fid)?.flag;
    let rules: Vec<RuleView<'_>> = sorted(&flag.rules).into_iter().map(|rule| RuleView::new(flag, rule)).collect();
    Ok(([(header::ETAG, etag(flag.version))], axum::Json(rules)).into_response())
}

/// One rule.
#[utoipa::path(
    get, path = "/api/projects/{pid}/flags/{fid}/rules/{rid}", tag = "Rules", security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id"), ("fid" = String, Path, description = "The flag's id or key"),
        ("rid" = String, Path, description = "The rule's id"), Place),
    responses((status = 200, description = "The rule", body = RuleView), (status = 401, description = "No valid credentials"),
        (status = 404, description = "No such rule, or none of the caller's")),
)]
async fn get(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path((pid, fid, rid)): Path<(String, String, String)>,
    Query(place): Query<Place>,
) -> Result<Response, Failure<Plain>> {
    let act = act_in(&app, caller, &pid, &place)?;
    let live = app.live.load_full();
    Ok(shown(&live.set(&act.scope)?.find(&fid)?.flag, &rid)?)
}

/// Changes the fields that the body has.
#[utoipa::path(
    put, path = "/api/projects/{pid}/flags/{fid}/rules/{rid}", tag = "Rules", request_body(content = RuleBody, example = json!({"priority": 20})),
    security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id"), ("fid" = String, Path, description = "The flag's id or key"),
        ("rid" = String, Path, description = "The rule's id"), Place),
    responses((status = 200, description = "The rule as it is now", body = RuleView), (status = 400, description = "A wrong body"),
        (status = 401, description = "No valid credentials"), (status = 403, description = "A viewer, or a protected environment"),
        (status = 404, description = "No such rule, or none of the caller's"),
        (status = 409, description = "`If-Match` has another version, or a source owns the flag")),
)]
async fn update(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path((pid, fid, rid)): Path<(String, String, String)>,
    Query(place): Query<Place>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure<Plain>> {
    let act = act_in(&app, caller, &pid, &place)?;
    let body: RuleBody = read_json(&body)?;
    let done = manage::change_rule(&app, &act, &fid, &rid, if_match(&headers)?, move |rule| body.over(rule)).await?;
    Ok(shown(&done.flag, &rid)?)
}

/// Deletes a rule.
#[utoipa::path(
    delete, path = "/api/projects/{pid}/flags/{fid}/rules/{rid}", tag = "Rules", security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id"), ("fid" = String, Path, description = "The flag's id or key"),
        ("rid" = String, Path, description = "The rule's id"), Place),
    responses((status = 204, description = "Deleted"), (status = 401, description = "No valid credentials"),
        (status = 403, description = "A viewer, or a protected environment"), (status = 404, description = "No such rule, or none of the caller's"),
        (status = 409, description = "`If-Match` has another version, or a source owns the flag")),
)]
async fn delete(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path((pid, fid, rid)): Path<(String, String, String)>,
    Query(place): Query<Place>,
    headers: HeaderMap,
) -> Result<StatusCode, Failure<Plain>> {
    let act = act_in(&app, caller, &pid, &place)?;
    manage::delete_rule(&app, &act, &fid, &rid, if_match(&headers)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

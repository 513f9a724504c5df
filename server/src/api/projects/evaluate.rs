//! `/sdk/v1/evaluate`: all flags of an environment for one user.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use burgee::{Answer, EvaluationContext};
use bytes::Bytes;
use garde::Validate;
use http::{HeaderValue, header};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;
use crate::api::{Caller, Failure, Plain, read_json};
use crate::flags::{Person, Verdict, verdict};
use crate::log::event::now;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(evaluate))
}

/// Whom flags are evaluated for by who says nothing of themselves.
const ANONYMOUS: &str = "anonymous";

/// Who asks for flags: the fields of a user, or `context` with them.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[schema(example = json!({"user_id": "user_12345", "user_email": "alice@example.com", "custom_attributes": {"plan": "team"}}))]
struct EvaluateBody {
    /// The environment; that of the key where it is left out, or `production`.
    #[garde(skip)]
    environment: Option<String>,
    /// The user, where the other fields are left out.
    #[garde(dive)]
    context: Option<UserBody>,
    /// What user rules compare, and users are spread by.
    #[garde(skip)]
    user_id: Option<String>,
    /// What e-mail rules compare; users without an id are spread by it.
    #[garde(skip)]
    user_email: Option<String>,
    /// What else rules may read, by name.
    #[schema(value_type = Option<Object>)]
    #[garde(inner(custom(object)))]
    custom_attributes: Option<Box<RawValue>>,
}

/// A user.
#[derive(Debug, Serialize, Deserialize, Validate, ToSchema)]
struct UserBody {
    /// What user rules compare, and users are spread by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    user_id: Option<String>,
    /// What e-mail rules compare; users without an id are spread by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    user_email: Option<String>,
    /// What else rules may read, by name.
    #[schema(value_type = Option<Object>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(inner(custom(object)))]
    custom_attributes: Option<Box<RawValue>>,
}

/// A text that says something.
fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

fn object(value: &RawValue, _: &()) -> garde::Result {
    if value.get().starts_with('{') { Ok(()) } else { Err(garde::Error::new("must be an object")) }
}

impl EvaluateBody {
    fn user(self) -> UserBody {
        let Self { context, user_id, user_email, custom_attributes, .. } = self;
        context.unwrap_or(UserBody { user_id, user_email, custom_attributes })
    }
}

impl UserBody {
    fn person(&self) -> Person<'_> {
        let (user, email) = (given(&self.user_id), given(&self.user_email));
        Person { targeting_key: user.or(email).or(Some(ANONYMOUS)), user, email, attributes: None }
    }
}

/// All flags of an environment for one user: `{"<key>": {"enabled", "reason"}}`. A flag that is no switch has `value` and
/// `variant` as well. Reasons are `disabled`, `rule_match`, `rollout` and `rollout_excluded`; a flag with a definition has
/// `static`, `default`, `targeting_match` or `error` instead of the last three, and one with variants, rules and a percentage
/// has `targeting_match` for whom either let in.
#[utoipa::path(
    post, path = "/sdk/v1/evaluate", tag = "Evaluation", request_body = EvaluateBody,
    security(("sdk_key" = []), ("bearer" = []), ("admin_key" = [])),
    responses(
        (status = 200, description = "All flags", body = Object, example = json!({
            "dark_mode": {"enabled": true, "reason": "rollout"}, "new_checkout": {"enabled": true, "reason": "rule_match"},
            "premium_features": {"enabled": false, "reason": "disabled"},
            "button": {"enabled": true, "reason": "rollout", "value": "#00f", "variant": "blue"}
        })),
        (status = 400, description = "A wrong body"), (status = 401, description = "No valid key"),
        (status = 403, description = "A key of another environment"), (status = 404, description = "No such environment")),
)]
async fn evaluate(State(app): State<App>, caller: Caller<Plain>, body: Bytes) -> Result<Response, Failure<Plain>> {
    let body: EvaluateBody = read_json(&body)?;
    let scope = match &body.environment {
        Some(environment) => caller.principal.scope_in(environment)?,
        None => caller.principal.scope(),
    };
    let live = app.live.load_full();
    caller.principal.may_evaluate(&live.state, &scope)?;
    let set = live.set(&scope)?;
    let user = body.user();
    let person = user.person();
    // A structure of strings and JSON does not fail to serialise.
    let recorded = app.recorder.wants_contexts().then(|| serde_json::to_string(&user).unwrap_or_default());
    let attributes = user.custom_attributes.as_ref().map_or("", |attributes| attributes.get());
    let at = now();
    let context = EvaluationContext::from(attributes).with(&person).at(at.timestamp());
    let bulk = set.engine.evaluate_all(context);
    let mut evaluated =
        app.recorder.request(person.targeting_key.unwrap_or(ANONYMOUS), recorded, at.timestamp_millis(), bulk.len());
    let mut out = String::with_capacity(64 * bulk.len() + 2);
    out.push('{');
    for (entry, answer) in set.answers(&bulk) {
        if out.len() > 1 {
            out.push(',');
        }
        let verdict = verdict(&entry.flag, &answer);
        write(&mut out, &answer, verdict);
        evaluated.add(entry, &answer, verdict);
    }
    out.push('}');
    app.recorder.record(evaluated);
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], out).into_response())
}

fn write(out: &mut String, answer: &Answer<'_>, verdict: Verdict) {
    answer.write_key_json(out);
    out.push_str(if verdict.enabled { r#":{"enabled":true,"reason":""# } else { r#":{"enabled":false,"reason":""# });
    out.push_str(verdict.why.as_str());
    out.push('"');
    if let Some(chosen) = answer.value_and_variant_json()
        && !matches!(answer.value_json(), Some("true" | "false"))
    {
        out.push(',');
        out.push_str(chosen);
    }
    out.push('}');
}

//! What `/openapi.json` says of the protocol's bodies, which are written and read in pieces.

#![expect(dead_code, reason = "these types only describe")]

use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A request.
#[derive(ToSchema)]
pub(super) struct EvaluationRequest {
    /// Attributes of the user or request. `targetingKey`, a text, is what users are spread by.
    #[schema(value_type = Object)]
    context: Map<String, Value>,
}

/// The answer for a flag.
#[derive(ToSchema)]
pub(super) struct Evaluated {
    key: String,
    /// Not there where the application's default applies.
    value: Option<Value>,
    /// Empty where the application's default applies.
    variant: String,
    /// Why.
    reason: Reason,
    /// That of the flag set and of the flag.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
}

/// Why a flag has its value.
#[derive(ToSchema)]
#[schema(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Reason {
    /// It is the same for everybody.
    Static,
    /// By the flag's rule.
    TargetingMatch,
    /// The flag is switched off.
    Disabled,
    /// The rule had nothing to say, so it is the flag's default.
    Unknown,
}

/// The answer for all flags.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(super) struct EvaluatedAll {
    /// [`Evaluated`] or, where a flag cannot be evaluated, [`Failed`].
    flags: Vec<Value>,
    /// That of the flag set.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
    /// Streams that say when to ask again.
    event_streams: Vec<EventStream>,
}

/// A stream that says when to ask again.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(super) struct EventStream {
    /// `sse`.
    #[schema(example = "sse")]
    r#type: String,
    endpoint: Endpoint,
    /// Seconds after which a client that nobody looks at may close it.
    #[schema(example = 120)]
    inactivity_delay_sec: u32,
}

/// Where a stream is, on the host that was asked.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(super) struct Endpoint {
    #[schema(example = "/ofrep/v1/stream?ticket=…")]
    request_uri: String,
}

/// Why a flag has no answer.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(super) struct Failed {
    key: String,
    /// `INVALID_CONTEXT`, `PARSE_ERROR`, `FLAG_NOT_FOUND` or `GENERAL`.
    #[schema(example = "INVALID_CONTEXT")]
    error_code: String,
    #[schema(example = "`context` must be an object of attributes")]
    error_details: String,
}

/// Why no flag has an answer.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(super) struct FailedAll {
    #[schema(example = "INVALID_CONTEXT")]
    error_code: String,
    #[schema(example = "`context` must be an object of attributes")]
    error_details: String,
}

/// Why nothing was evaluated.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(super) struct Refused {
    #[schema(example = "no valid credentials; send a key or a token in a header, see `/openapi.json`")]
    error_details: String,
}

//! Errors as OFREP says them.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};
use serde_json::{Value, json};

use crate::api::{Failure, Shape};
use crate::error::{Error, Kind};

pub(super) const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// `{"errorDetails": sentence}`: what the protocol has for everything that is no fault of the evaluation.
#[derive(Debug)]
pub struct Ofrep;

impl Shape for Ofrep {
    fn body(error: &Error) -> Value {
        json!({"errorDetails": error.message()})
    }

    /// 404 stands for a flag. A project or environment that the caller may not know of is none of theirs.
    fn status(error: &Error) -> StatusCode {
        match error.kind() {
            Kind::NotFound => StatusCode::FORBIDDEN,
            kind => kind.status(),
        }
    }
}

/// A request that cannot be evaluated. What is wrong with its context is said with an error code, and for one flag with its
/// key.
pub(super) fn refuse(error: Error, key: Option<&str>) -> Response {
    if error.kind() != Kind::Invalid {
        return Failure::<Ofrep>::from(error).into_response();
    }
    let mut body = json!({"errorCode": "INVALID_CONTEXT", "errorDetails": error.message()});
    if let (Value::Object(members), Some(key)) = (&mut body, key) {
        members.insert("key".into(), key.into());
    }
    answer(StatusCode::BAD_REQUEST, body.to_string())
}

/// An answer with a body of JSON.
pub(super) fn answer(status: StatusCode, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response
}

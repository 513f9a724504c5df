//! An error in the dress of the interface that it is said through.

use std::marker::PhantomData;

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use serde_json::{Value, json};

use crate::error::Error;

/// How an interface says an error.
pub trait Shape: Send + Sync + 'static {
    /// The body.
    fn body(error: &Error) -> Value;

    /// The status, where the interface has its own for a kind.
    fn status(error: &Error) -> http::StatusCode {
        error.kind().status()
    }
}

/// `{"error": code, "message": sentence, "fields": [{"pointer", "message"}]}`.
#[derive(Debug)]
pub struct Plain;

impl Shape for Plain {
    fn body(error: &Error) -> Value {
        let mut body = json!({"error": error.kind().code(), "message": error.message()});
        if let (Value::Object(members), [_, ..]) = (&mut body, error.wrong_fields()) {
            members.insert("fields".into(), json!(error.wrong_fields()));
        }
        body
    }
}

/// An error as an answer.
#[derive(Debug)]
pub struct Failure<S>(pub Error, PhantomData<S>);

impl<S> From<Error> for Failure<S> {
    fn from(error: Error) -> Self {
        Self(error, PhantomData)
    }
}

impl<S: Shape> IntoResponse for Failure<S> {
    fn into_response(self) -> Response {
        let error = self.0;
        let body = S::body(&error).to_string();
        let mut response = (S::status(&error), body).into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(seconds) = error.seconds_to_wait() {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if response.status().is_server_error() {
            // For the log, which is written where the request's id is known.
            response.extensions_mut().insert(error);
        }
        response
    }
}

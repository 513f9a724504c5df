//! The evaluation context of a request: a piece of its body, which goes to the engine as it stands.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::{Error, Result, sentences};

/// What both requests say. Other members are passed over, so that later versions of the protocol may add some.
#[derive(Deserialize)]
struct Request<'a> {
    #[serde(borrow)]
    context: Option<&'a RawValue>,
}

/// The text of `context`, an object. A `targetingKey` is not asked for: whether a flag needs one is the flag's matter, and
/// published providers send none where the application sets none.
pub(super) fn read(body: &[u8]) -> Result<&str> {
    let request: Request<'_> = serde_json::from_slice(body).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => Error::field("", format!("the body: {error}")),
        _ => sentences::not_json(&error),
    })?;
    let context = request.context.map(RawValue::get).ok_or_else(sentences::no_context)?;
    if context.starts_with('{') { Ok(context) } else { Err(sentences::context_no_object()) }
}

/// The targeting key, where it is a text.
pub(super) fn targeting_key(context: &str) -> Option<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Named {
        targeting_key: Option<serde_json::Value>,
    }
    let Named { targeting_key } = serde_json::from_str(context).ok()?;
    match targeting_key? {
        serde_json::Value::String(key) => Some(key),
        _ => None,
    }
}

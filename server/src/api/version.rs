//! Versions in HTTP: `ETag: "7"` tells one, `If-Match: "7"` asks for it.

use http::{HeaderMap, HeaderValue, header};

use crate::error::{Error, Result};

/// The version that a request wants to meet; `None` where it does not say, or says `*`.
pub fn if_match(headers: &HeaderMap) -> Result<Option<u64>> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or("").trim();
    if text == "*" {
        return Ok(None);
    }
    let digits = text.trim_start_matches("W/").trim_matches('"');
    let refused =
        || Error::field("", format!("`If-Match` must be a version such as `\"7\"`, not `{}`", text.escape_debug()));
    digits.parse().map(Some).map_err(|_| refused())
}

/// The header that tells a version.
pub fn etag(version: u64) -> HeaderValue {
    // Digits between quotes are a valid header.
    HeaderValue::from_str(&format!("\"{version}\"")).unwrap_or_else(|_| HeaderValue::from_static("\"0\""))
}

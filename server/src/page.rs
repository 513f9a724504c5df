//! Answers that are made once and given often.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use sha2::{Digest, Sha256};

/// A body with its tag, which is another one for another body.
#[derive(Clone, Debug)]
pub struct Page {
    body: Bytes,
    media_type: &'static str,
    tag: HeaderValue,
}

impl Page {
    /// A page of JSON.
    pub fn json(value: &impl serde::Serialize) -> Self {
        // Structures of strings, numbers and JSON values do not fail to serialise.
        Self::new(serde_json::to_vec(value).unwrap_or_default().into(), "application/json")
    }

    /// A page of any kind.
    pub fn new(body: Bytes, media_type: &'static str) -> Self {
        let digest = Sha256::digest(&body);
        let tag: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        // Hexadecimal digits between quotes are a valid header.
        let tag = HeaderValue::from_str(&format!("\"{tag}\"")).unwrap_or_else(|_| HeaderValue::from_static("\"\""));
        Self { body, media_type, tag }
    }

    /// The body, or 304 where the client says that it has it. `caching` is the value of `Cache-Control`.
    pub fn answer<B: From<Bytes> + Default>(&self, request: &HeaderMap, caching: &'static str) -> Response<B> {
        let mut response = Response::new(B::default());
        if self.is_known(request) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        } else {
            *response.body_mut() = B::from(self.body.clone());
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(self.media_type));
        }
        response.headers_mut().insert(ETAG, self.tag.clone());
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(caching));
        response
    }

    /// Whether the request names this page's tag. Weak tags compare as strong ones (RFC 9110, 13.1.2).
    fn is_known(&self, request: &HeaderMap) -> bool {
        let tags = request.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let mut tags = tags.flat_map(|text| text.split(',')).map(|tag| tag.trim().trim_start_matches("W/"));
        tags.any(|tag| tag == "*" || tag.as_bytes() == self.tag.as_bytes())
    }
}

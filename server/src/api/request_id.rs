//! The id of a request: the client's, if it is a plain one, otherwise a new one. It is in every answer, in the log of
//! changes and in the program's own log.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;

/// The header, in both directions.
pub const HEADER: &str = "x-request-id";

/// The longest id that is taken over.
const LONGEST: usize = 64;

/// The id of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub String);

/// The id that a client gave, if it is a plain one; otherwise a new one.
pub(crate) fn of(headers: &HeaderMap) -> RequestId {
    let given = headers.get(HEADER).and_then(|value| value.to_str().ok());
    let plain = |text: &&str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        !text.is_empty() && text.len() <= LONGEST && text.bytes().all(allowed)
    };
    RequestId(given.filter(plain).map_or_else(fresh, str::to_owned))
}

/// An id that no other request has: a UUID v4. It is no secret, so that one draw from the system's random source suffices for
/// all, which would cost a request a call into the kernel.
fn fresh() -> String {
    static START: LazyLock<(u64, u64)> = LazyLock::new(|| uuid::Uuid::new_v4().as_u64_pair());
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let (high, low) = (mixed(START.0.wrapping_add(count)), mixed(START.1 ^ count));
    let bytes = ((u128::from(high) << 64) | u128::from(low)).to_be_bytes();
    let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
    uuid::Builder::from_random_bytes(bytes).into_uuid().hyphenated().encode_lower(&mut text).to_owned()
}

/// Spreads the bits of a number: each has another result (the last steps of SplitMix64).
fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

impl<S: Sync> FromRequestParts<S> for RequestId {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get().cloned().unwrap_or_else(|| Self(String::new())))
    }
}

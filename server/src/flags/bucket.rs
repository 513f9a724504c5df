//! The documents' own ways to spread users over a hundred buckets, and how a rule reads the bucket.
//!
//! They are no operators of the engine, because flagd's providers would not know them: a rule reads the attribute
//! `rolloutBucket.<hash>.<flag key>`, and the service computes it where a rule asks.

use burgee::{Attribute, Attributes};
use serde_json::{Value, json};

use super::Bucketing;

/// The first part of the attribute's path.
pub const ATTRIBUTE: &str = "rolloutBucket";

/// One more than the last bucket.
const OUTSIDE: u8 = 100;

/// The bucket of a caller without an id, with `poly31`.
const POLY31_NOBODY: u8 = 50;

/// 32-bit FNV-1a over the UTF-8 bytes of `flagKey:userId`, modulo 100.
pub fn fnv1a32(flag: &str, user: &str) -> u8 {
    let bytes = flag.bytes().chain([b':']).chain(user.bytes());
    let hash = bytes.fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash % 100) as u8
}

/// A polynomial with 31 over the UTF-8 bytes of the user id, in 64 bits, modulo 100; 50 without an id.
pub fn poly31(user: Option<&str>) -> u8 {
    user.map_or(POLY31_NOBODY, |user| {
        let hash = user.bytes().fold(0_u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(u64::from(byte)));
        (hash % 100) as u8
    })
}

/// What `var` reads for a flag's bucket: its path, and for whom no bucket is known one that is inside no percentage.
pub fn operand(bucketing: Bucketing, flag: &str) -> Value {
    // Dots part a path, so the key has none there.
    let key = flag.replace('%', "%25").replace('.', "%2E");
    json!([format!("{ATTRIBUTE}.{}.{key}", bucketing.as_str()), OUTSIDE])
}

/// The buckets of a user, computed when a rule asks for one.
#[derive(Clone, Copy, Debug)]
pub struct Buckets<'a> {
    /// The user's id, or the targeting key.
    pub user: Option<&'a str>,
}

impl Buckets<'_> {
    /// The bucket that a path names.
    pub fn bucket(&self, path: &[&str]) -> Option<Attribute<'static>> {
        let &[ATTRIBUTE, hash, flag] = path else { return None };
        let bucket = match hash {
            "fnv1a32" if flag.contains('%') => fnv1a32(&flag.replace("%2E", ".").replace("%25", "%"), self.user?),
            "fnv1a32" => fnv1a32(flag, self.user?),
            "poly31" => poly31(self.user),
            _ => return None,
        };
        Some(Attribute::Int(i64::from(bucket)))
    }
}

impl Attributes for Buckets<'_> {
    fn value(&self, path: &[&str]) -> Option<Attribute<'_>> {
        self.bucket(path)
    }
}

//! The documents' own ways to spread users over a hundred buckets, and how a rule reads the bucket.
//!
//! They are no operators of the engine, because flagd's providers would not know them: a rule reads the attribute
//! `rolloutBucket.<hash>.<flag key>`, and the service computes it where a rule asks.

use burgee::{Attribute, Attributes};

use super::Bucketing;

/// The first part of the attribute's path.
pub const ATTRIBUTE: &str = "rolloutBucket";

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

/// The path of a flag's bucket, as `var` reads it.
pub fn path(bucketing: Bucketing, flag: &str) -> String {
    format!("{ATTRIBUTE}.{}.{flag}", bucketing.as_str())
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
        let (&[ATTRIBUTE, hash], flag) = path.split_at_checked(2)? else { return None };
        let bucket = match hash {
            "fnv1a32" => fnv1a32(&flag.join("."), self.user.unwrap_or("")),
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

//! Fingerprints: of bytes, and of values whatever the order of their members.

use super::{Document, Val};

/// A 128-bit fingerprint. It is no secret and keeps nobody out: it tells whether something changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fingerprint(u64, u64);

impl Fingerprint {
    pub(crate) const fn new(kind: u64) -> Self {
        Self(0x9E37_79B9_7F4A_7C15 ^ kind, 0xC2B2_AE3D_27D4_EB4F ^ kind)
    }

    /// Takes in one word. Both halves are permuted, so no two words lead to the same state from the same state.
    #[inline]
    pub(crate) fn word(self, word: u64) -> Self {
        let first = (self.0 ^ word).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
        let second = (self.1 ^ word.rotate_left(32)).wrapping_mul(0xC4CE_B9FE_1A85_EC53);
        Self(first ^ first >> 32, second ^ second >> 29)
    }

    pub(crate) fn bytes(self, bytes: &[u8]) -> Self {
        self.word(bytes.len() as u64).contents(bytes)
    }

    /// The fingerprint of a text of some kind.
    pub(crate) fn text(kind: u64, bytes: &[u8]) -> Self {
        Self::new(kind | (bytes.len() as u64) << 8).contents(bytes)
    }

    /// Takes in bytes whose number went in before. The last word may overlap the one before it, which joins no two texts
    /// of one length.
    #[inline(never)]
    fn contents(self, bytes: &[u8]) -> Self {
        let mut state = self;
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            state = state.word(u64::from_le_bytes(*word));
        }
        match (rest, bytes.last_chunk::<8>(), bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
            ([], ..) => state,
            (_, Some(last), ..) => state.word(u64::from_le_bytes(*last)),
            (_, _, Some(first), Some(last)) => {
                state.word(u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last)))
            }
            ([first, rest @ ..], ..) => {
                let [second, third] = [rest.first(), rest.last()].map(|byte| byte.copied().unwrap_or(0));
                state.word(u64::from(*first) << 16 | u64::from(second) << 8 | u64::from(third))
            }
        }
    }

    pub(crate) fn with(self, other: Self) -> Self {
        self.word(other.0).word(other.1)
    }

    /// Joins fingerprints so that their order does not count.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self(self.0.wrapping_add(other.0), self.1.wrapping_add(other.1))
    }

    /// Takes one out that was joined in.
    pub(crate) fn minus(self, other: Self) -> Self {
        Self(self.0.wrapping_sub(other.0), self.1.wrapping_sub(other.1))
    }

    /// Half of it, for a table.
    pub(crate) fn short(self) -> u64 {
        self.0
    }
}

/// The fingerprint of a value of a document. `replaced` may give that of a whole object, as for a reference.
pub(crate) fn value(document: &Document<'_>, value: Val, replaced: &dyn Fn(Val) -> Option<Fingerprint>) -> Fingerprint {
    match value {
        Val::Null => Fingerprint::new(1),
        Val::Bool(value) => Fingerprint::new(2).word(u64::from(value)),
        Val::Int(value) => Fingerprint::new(3).word(value.cast_unsigned()),
        Val::Num(value) => Fingerprint::new(4).word(value.to_bits()),
        Val::Str(text) => Fingerprint::text(5, document.heap().bytes(text)),
        Val::List(list) => list
            .items()
            .fold(Fingerprint::new(6), |state, item| state.with(self::value(document, document.val(item), replaced))),
        Val::Map(map) => {
            if let Some(fingerprint) = replaced(value) {
                return fingerprint;
            }
            let mut sum = Fingerprint::new(9);
            for key in map.members() {
                let name = Fingerprint::text(7, document.string_bytes(key));
                let member = document.val(key.saturating_add(1));
                sum = sum.plus(name.with(self::value(document, member, replaced)));
            }
            Fingerprint::new(8).with(sum)
        }
    }
}

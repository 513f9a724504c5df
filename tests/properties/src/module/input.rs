//! What a host passes: memory it was lent, the last result, or any pointer and length.

use std::fmt;

/// Where an input lies.
#[derive(Clone, PartialEq)]
pub(super) enum Source {
    /// Bytes that are put into memory of `alloc` for the call.
    Bytes(Vec<u8>),
    /// Part of memory that was lent before: which one, the first byte, how many bytes. All are taken modulo what there is.
    Lent(usize, usize, usize),
    /// The last result, if there is one that is still readable.
    Result,
    /// A pointer and a length.
    Raw(u32, u32),
    /// A length of bytes that end so many bytes behind the end of memory.
    End(u32, i32),
}

impl fmt::Debug for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(formatter, "{:?}", String::from_utf8_lossy(bytes)),
            Self::Lent(buffer, from, len) => write!(formatter, "lent {buffer} from {from}, {len} bytes"),
            Self::Result => write!(formatter, "the last result"),
            Self::Raw(address, len) => write!(formatter, "{address:#x}, {len} bytes"),
            Self::End(len, behind) => write!(formatter, "{len} bytes up to the end of memory + {behind}"),
        }
    }
}

/// What the module makes of an input.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Given {
    /// These bytes.
    Bytes(Vec<u8>),
    /// More bytes than the limit.
    TooLong,
    /// Bytes outside memory.
    Outside,
    /// Memory that nobody lent: it may change while it is read, so nothing is said of the answer.
    Anything,
}

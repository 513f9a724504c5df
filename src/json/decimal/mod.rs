//! Doubles as decimal text and back, exact in both directions.
//!
//! The usual algorithms for this bring 10 KB of powers of ten, which do not compress. Here short numbers, which are
//! almost all that people write, take one multiplication or division of doubles, and the others are multiplied or
//! divided by powers of five in whole ([`big`]).

mod big;
mod print;
mod read;

pub(super) use print::shortest;
pub(super) use read::Decimal;

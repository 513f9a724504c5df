//! What the runners of this package share: the two subjects under test, and reading and comparing JSON.

pub mod answer;
pub mod case;
pub mod digest;
pub mod json;
pub mod places;
pub mod subject;
pub mod tally;

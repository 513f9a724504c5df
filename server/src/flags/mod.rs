//! The one model of a flag, and its way to the definition that the engine evaluates.

pub mod bucket;
pub mod check;
pub mod compile;
pub mod model;
pub mod person;
pub mod verdict;

pub use model::{Bucketing, Change, Definition, Flag, Rule, RuleType, Segment};
pub use person::Person;
pub use verdict::{Verdict, Why, verdict};

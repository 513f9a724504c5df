//! What `var` reads from at a point of the evaluation.

use crate::json::Val;

/// The data in reach. Inside an iterator the outer data is out of reach, as in every JSON Logic.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scope {
    /// The evaluation context of a flag.
    Context,
    /// An element of a list, or the data of a bare rule.
    Element(Val),
    /// Inside `reduce`.
    Fold { current: Val, accumulator: Val },
}

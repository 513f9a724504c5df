//! The instructions of a compiled rule.
//!
//! A rule is a straight run of instructions over a stack of values, so evaluation needs no recursion however deep a
//! rule and its references nest. Jumps only lead forward; only loops lead back, and each turn costs a step.

use super::Operator;

/// As a count of arguments: one value lies on the stack, and if it is a list its items are the arguments.
pub(crate) const SPREAD: u16 = u16::MAX;

/// An operator that runs a body once for each item of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loop {
    Map,
    Filter,
    All,
    None,
    Some,
    Reduce,
}

/// One instruction: eight bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Code {
    /// Pushes a constant.
    Push(u32),
    /// Pushes the value of a slot of the context, null where it is absent.
    Slot(u32),
    /// Pushes the targeting key, `""` where the context has none.
    TargetingKey,
    /// Pushes the key of the flag.
    FlagKey,
    /// Pushes the time of the evaluation in whole seconds.
    Time,
    /// Pushes the object `$flagd`.
    Flagd,
    /// Pushes the whole value that `var` reads from here.
    Whole,
    /// Pushes what a constant path (a list of segments) leads to inside an iterator.
    Field(u32),
    /// Replaces a path by what it leads to.
    Lookup,
    /// Goes on at another instruction.
    Jump(u32),
    /// Takes a value and jumps if it is falsy.
    JumpIfFalsy(u32),
    /// Jumps if the top is falsy, otherwise drops it.
    JumpKeepingFalsy(u32),
    /// Jumps if the top is truthy, otherwise drops it.
    JumpKeepingTruthy(u32),
    /// Jumps if the top is not null, otherwise drops it.
    JumpKeepingValue(u32),
    /// Replaces the arguments by the operator's result.
    Apply(Operator, u16),
    /// Pushes the operator's result for the value of a slot and a constant.
    ApplySlot(Operator, u16, u32),
    /// Replaces a value by whether the constant, a list of texts in order of length, has it.
    InTexts(u32),
    /// Replaces a version by whether it stands in the relation to the other that the constant tells.
    AgainstVersion(u32),
    /// Replaces the first argument of `fractional` by the variant of the constant distribution.
    Distribution(u32),
    /// Replaces that many values by a list of them.
    List(u32),
    /// Pushes the names whose slots are missing; the constant lists name, slot, name, slot.
    Missing(u32),
    /// The same if fewer are there than the first item asks for.
    MissingSome(u32),
    /// Takes a list (and, before it, the initial value of `reduce`) and runs the instructions that follow, up to
    /// `Next`, for each item; goes on at the given instruction.
    Loop(Loop, u32),
    /// Ends the body of a loop.
    Next,
    /// Runs a shared rule and comes back.
    Call(u32),
    /// Ends a rule.
    Return,
    /// Ends the evaluation: the constant is the name of an unknown operator.
    Unknown(u32),
    /// Ends the evaluation: an object with several members.
    ManyMembers,
}

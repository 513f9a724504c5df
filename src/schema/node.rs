//! The types of the table: a schema is a run of keywords, and schemas refer to each other by number.

use crate::error::finding::Rule;

/// The number of a schema in the table.
pub(super) type Node = u8;

/// Bits of [`Demand::Type`].
pub(super) mod kind {
    pub(in crate::schema) const NULL: u8 = 1;
    pub(in crate::schema) const BOOLEAN: u8 = 1 << 1;
    pub(in crate::schema) const INTEGER: u8 = 1 << 2;
    pub(in crate::schema) const NUMBER: u8 = 1 << 3;
    pub(in crate::schema) const STRING: u8 = 1 << 4;
    pub(in crate::schema) const ARRAY: u8 = 1 << 5;
    pub(in crate::schema) const OBJECT: u8 = 1 << 6;
}

/// One keyword of a schema.
#[derive(Clone, Copy)]
pub(super) enum Keyword {
    /// Something asked of the value itself, and the rule that is broken without it.
    Demand(Rule, Demand),
    /// The same inside a condition, of which nobody is told.
    Test(Demand),
    /// `properties`, sorted by name, and what holds for the other members.
    Members(&'static [(&'static str, Node)], Others),
    /// `propertyNames`.
    Names(Node),
    /// `items`: schemas of the first items, and the schema of the others.
    Items(&'static [Node], Option<Node>),
    /// `if`, `then`, `else`. The last keyword of its schema, so that following it needs no recursion.
    If(Node, Option<Node>, Option<Node>),
    /// `allOf` with one schema; the last keyword as well.
    All(Node),
}

/// `additionalProperties`.
#[derive(Clone, Copy)]
pub(super) enum Others {
    Any,
    Each(Node),
    Refused(Rule),
}

/// What a keyword asks of the value itself. What a keyword does not concern meets it, as in JSON Schema: an array is
/// as long as any string should be.
#[derive(Clone, Copy)]
pub(super) enum Demand {
    /// The schema `false`.
    Never,
    /// `type`: one of the [`kind`]s.
    Type(u8),
    /// `enum`, strings only.
    OneOf(&'static [&'static str]),
    /// One name of `required`.
    Required(&'static str),
    /// `minProperties` and `maxProperties`.
    MemberCount(u32, u32),
    /// `minItems` and `maxItems`.
    ItemCount(u32, u32),
    /// `minLength`, in characters.
    MinLength(u32),
    /// `pattern`.
    Matches(Pattern),
    /// `minimum`.
    AtLeast(i32),
    /// `anyOf`.
    AnyOf(&'static [Node]),
}

/// The patterns that the schemas use.
#[derive(Clone, Copy)]
pub(super) enum Pattern {
    /// `^[^\n]+$`
    Line,
    /// `^\$flagd\.`
    FlagdVariable,
    /// The expression of semver.org.
    Version,
}

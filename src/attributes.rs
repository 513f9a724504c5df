//! Attributes that a Rust caller has already; the module knows contexts as text and slots only.

use alloc::vec::Vec;

use crate::json::path::place;
use crate::json::{Arena, Src, Val};
use crate::limits::Limits;
use crate::value::Value;

/// A value of a context, borrowed from the caller.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Attribute<'a> {
    /// Null; most operators treat it as absent.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A double; NaN and infinities read as null.
    Float(f64),
    /// A string.
    Str(&'a str),
    /// Any value, arrays and objects included.
    Value(&'a Value),
}

/// An evaluation context that is read value by value, so that a Rust caller needs no JSON.
///
/// The engine asks only for the paths that the flag's targeting reads; the targeting key is `["targetingKey"]`.
///
/// ```
/// use burgee::{Attribute, Attributes, Engine, EvaluationContext};
///
/// struct User { email: String }
///
/// impl Attributes for User {
///     fn value(&self, path: &[&str]) -> Option<Attribute<'_>> {
///         match path {
///             ["email"] => Some(Attribute::Str(&self.email)),
///             _ => None,
///         }
///     }
/// }
///
/// let engine = Engine::new();
/// engine.update(r#"{"flags": {"beta": {"state": "ENABLED", "variants": {"on": true, "off": false},
///     "defaultVariant": "off", "targeting": {"if": [{"ends_with": [{"var": "email"}, "@example.com"]}, "on"]}}}}"#)?;
/// let user = User { email: "ada@example.com".into() };
/// assert_eq!(engine.evaluate_bool("beta", EvaluationContext::attributes(&user)).value, Some(true));
/// # Ok::<(), burgee::Error>(())
/// ```
pub trait Attributes {
    /// The value at a path: `["user", "name"]` for `{"var": "user.name"}`; `None` where there is none.
    ///
    /// The empty path is the whole context, which only rules with `{"var": ""}` or computed paths ask for; a type
    /// that has no such value may answer `None`, and such rules see an empty context.
    fn value(&self, path: &[&str]) -> Option<Attribute<'_>>;
}

impl Attributes for Value {
    /// A value that is no object counts as `{}`, as in a text.
    fn value(&self, path: &[&str]) -> Option<Attribute<'_>> {
        let Some((first, rest)) = path.split_first() else { return Some(Attribute::Value(self)) };
        let mut value = self.get(first)?;
        for name in rest {
            value = match value {
                Self::Array(items) => items.get(place(name)?)?,
                other => other.get(name)?,
            };
        }
        Some(Attribute::Value(value))
    }
}

/// Asks for the value at a path.
pub(crate) fn ask<'a, 'n>(
    attributes: &'a dyn Attributes,
    names: impl Iterator<Item = &'n str>,
) -> Option<Attribute<'a>> {
    // Longer paths than this need memory, which no usual rule shall.
    let mut short = [""; 8];
    let mut long: Vec<&str> = Vec::new();
    let mut len = 0usize;
    for name in names {
        match short.get_mut(len) {
            Some(place) => *place = name,
            None => {
                if long.is_empty() {
                    long.extend(short);
                }
                long.push(name);
            }
        }
        len = len.saturating_add(1);
    }
    attributes.value(short.get(..len).unwrap_or(&long))
}

/// Copies a value into an arena; `None` where it is nested too deep.
pub(crate) fn import(attribute: Attribute<'_>, arena: &mut Arena) -> Option<Val> {
    Some(match attribute {
        Attribute::Null => Val::Null,
        Attribute::Bool(value) => Val::Bool(value),
        Attribute::Int(value) => Val::Int(value),
        Attribute::Float(value) if value.is_finite() => Val::Num(value),
        Attribute::Float(_) => Val::Null,
        Attribute::Str(value) => Val::Str(arena.text(value, Src::Scratch)),
        Attribute::Value(value) => value.to_val(arena, Limits::STANDARD.depth)?,
    })
}

impl Value {
    /// Copies a value into an arena; `None` where it is nested too deep.
    fn to_val(&self, arena: &mut Arena, depth: u32) -> Option<Val> {
        Some(match self {
            Self::Null => Val::Null,
            Self::Bool(value) => Val::Bool(*value),
            Self::Int(value) => Val::Int(*value),
            Self::Float(value) if value.is_finite() => Val::Num(*value),
            Self::Float(_) => Val::Null,
            Self::String(value) => Val::Str(arena.text(value, Src::Scratch)),
            Self::Array(items) => {
                let depth = depth.checked_sub(1)?;
                let mut list = Vec::with_capacity(items.len());
                for item in items {
                    list.push(item.to_val(arena, depth)?);
                }
                Val::List(arena.list(&list, Src::Scratch))
            }
            Self::Object(members) => {
                let depth = depth.checked_sub(1)?;
                let mut list = Vec::with_capacity(members.len().saturating_mul(2));
                for (name, value) in members {
                    list.push(Val::Str(arena.text(name, Src::Scratch)));
                    list.push(value.to_val(arena, depth)?);
                }
                Val::Map(arena.list(&list, Src::Scratch))
            }
        })
    }
}

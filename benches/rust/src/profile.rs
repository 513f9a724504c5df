//! A context as an application's own object.

use std::collections::HashMap;

use anyhow::{Result, bail};
use burgee::{Attribute, Attributes};
use serde_json::{Map, Value};

/// A value of an attribute.
pub enum Item {
    /// Null.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A double.
    Float(f64),
    /// A text.
    Text(String),
    /// Attributes of an attribute.
    Group(Profile),
}

/// Attributes by name.
pub struct Profile(HashMap<String, Item>);

impl Profile {
    /// Makes a profile of a JSON object.
    pub fn parse(context: &[u8]) -> Result<Self> {
        Self::of(serde_json::from_slice(context)?)
    }

    fn of(members: Map<String, Value>) -> Result<Self> {
        members.into_iter().map(|(name, value)| Ok((name, item(value)?))).collect::<Result<_>>().map(Self)
    }

    /// The attribute at a path.
    pub fn find(&self, path: &[impl AsRef<str>]) -> Option<&Item> {
        let (name, rest) = path.split_first()?;
        match (self.0.get(name.as_ref())?, rest) {
            (item, []) => Some(item),
            (Item::Group(profile), rest) => profile.find(rest),
            _ => None,
        }
    }
}

fn item(value: Value) -> Result<Item> {
    Ok(match value {
        Value::Null => Item::Null,
        Value::Bool(value) => Item::Bool(value),
        Value::Number(value) => match value.as_i64() {
            Some(value) => Item::Int(value),
            None => Item::Float(value.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(value) => Item::Text(value),
        Value::Object(members) => Item::Group(Profile::of(members)?),
        Value::Array(_) => bail!("a profile has no lists"),
    })
}

impl Attributes for Profile {
    fn value(&self, path: &[&str]) -> Option<Attribute<'_>> {
        Some(match self.find(path)? {
            Item::Null => Attribute::Null,
            Item::Bool(value) => Attribute::Bool(*value),
            Item::Int(value) => Attribute::Int(*value),
            Item::Float(value) => Attribute::Float(*value),
            Item::Text(value) => Attribute::Str(value),
            // Rules read members of groups, never a group.
            Item::Group(_) => return None,
        })
    }
}

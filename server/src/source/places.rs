//! Where the values of a YAML document stand, which its reader does not keep: it is read once more where something is wrong.

use std::fmt::{Display, Formatter};

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_saphyr::{Location, Spanned};

use super::Finding;

/// Gives findings their places in a YAML document: those of the names that their pointers end with.
pub(super) fn in_yaml(text: &str, findings: Vec<Finding>) -> Vec<Finding> {
    if findings.is_empty() {
        return findings;
    }
    let options = super::content::yaml_options();
    let Ok(root) = serde_saphyr::from_str_with_options::<Spanned<Node>>(text, options) else { return findings };
    let placed = |finding: Finding| Finding { place: Some(place(&root, &finding.pointer)), ..finding };
    findings.into_iter().map(placed).collect()
}

/// A place from the way to it; where the way ends earlier, that place.
fn place(root: &Spanned<Node>, pointer: &str) -> (u32, u32) {
    let (mut node, mut at) = (root, root.referenced);
    for part in pointer.split('/').skip(1) {
        let part = part.replace("~1", "/").replace("~0", "~");
        let next = match &node.value {
            Node::Leaf => None,
            Node::List(items) => {
                part.parse().ok().and_then(|place: usize| items.get(place)).map(|item| (item.referenced, item))
            }
            // Of a name that stands there twice the last one counts.
            Node::Object(members) => members
                .iter()
                .rev()
                .find(|(name, _)| name.value.0 == part)
                .map(|(name, value)| (name.referenced, value)),
        };
        let Some((next_at, next)) = next else { break };
        (at, node) = (next_at, next);
    }
    numbers(at)
}

/// A line and a column, from 1.
fn numbers(at: Location) -> (u32, u32) {
    let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    (small(at.line()).max(1), small(at.column()).max(1))
}

/// A value, as far as it leads to others.
enum Node {
    Leaf,
    List(Vec<Spanned<Self>>),
    Object(Vec<(Spanned<Name>, Spanned<Self>)>),
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Node::Object(members))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_i128<E>(self, _: i128) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_str<E>(self, _: &str) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Leaf)
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

/// A name as text, whatever YAML takes it for.
struct Name(String);

struct NameVisitor;

impl NameVisitor {
    fn name<E>(name: impl Display) -> Result<Name, E> {
        Ok(Name(name.to_string()))
    }
}

impl Visitor<'_> for NameVisitor {
    type Value = Name;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a name")
    }

    fn visit_bool<E>(self, name: bool) -> Result<Name, E> {
        Self::name(name)
    }

    fn visit_i64<E>(self, name: i64) -> Result<Name, E> {
        Self::name(name)
    }

    fn visit_u64<E>(self, name: u64) -> Result<Name, E> {
        Self::name(name)
    }

    fn visit_f64<E>(self, name: f64) -> Result<Name, E> {
        Self::name(name)
    }

    fn visit_str<E>(self, name: &str) -> Result<Name, E> {
        Self::name(name)
    }

    fn visit_unit<E>(self) -> Result<Name, E> {
        Self::name("null")
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NameVisitor)
    }
}

//! The keywords of the table: how they are merged, followed and written.

use std::collections::BTreeMap;

#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) enum Keyword {
    /// Without a rule inside a condition, of which nobody is told.
    Demand {
        rule: Option<String>,
        text: String,
    },
    AnyOf {
        rule: String,
        nodes: Vec<usize>,
    },
    Members {
        named: BTreeMap<String, usize>,
        others: Others,
    },
    Names(usize),
    Items(Vec<usize>, Option<usize>),
    If(usize, Option<usize>, Option<usize>),
    All(usize),
}

#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) enum Others {
    Any,
    Each(usize),
    Refused(String),
}

impl Keyword {
    pub(crate) fn renumber(&mut self, same: &[usize], empty: &[bool]) {
        let optional = |node: &mut Option<usize>| *node = node.map(|node| same[node]).filter(|node| !empty[*node]);
        match self {
            Self::Demand { .. } => {}
            Self::AnyOf { nodes, .. } => nodes.iter_mut().for_each(|node| *node = same[*node]),
            Self::Members { named, others } => {
                named.values_mut().for_each(|node| *node = same[*node]);
                if let Others::Each(node) = others {
                    *others = if empty[*node] { Others::Any } else { Others::Each(same[*node]) };
                }
                if *others == Others::Any {
                    named.retain(|_, node| !empty[*node]);
                }
            }
            Self::Names(node) | Self::All(node) => *node = same[*node],
            Self::Items(first, rest) => {
                first.iter_mut().for_each(|node| *node = same[*node]);
                optional(rest);
            }
            Self::If(condition, yes, no) => {
                *condition = same[*condition];
                optional(yes);
                optional(no);
            }
        }
    }

    /// Asks for nothing.
    pub(crate) fn is_idle(&self) -> bool {
        match self {
            Self::Members { named, others } => named.is_empty() && *others == Others::Any,
            Self::Items(first, rest) => first.is_empty() && rest.is_none(),
            Self::If(_, yes, no) => yes.is_none() && no.is_none(),
            _ => false,
        }
    }

    pub(crate) fn targets(&self) -> Vec<usize> {
        match self {
            Self::Demand { .. } => Vec::new(),
            Self::AnyOf { nodes, .. } => nodes.clone(),
            Self::Members { named, others } => {
                let others = if let Others::Each(node) = others { Some(*node) } else { None };
                named.values().copied().chain(others).collect()
            }
            Self::Names(node) | Self::All(node) => vec![*node],
            Self::Items(first, rest) => first.iter().copied().chain(*rest).collect(),
            Self::If(condition, yes, no) => [Some(*condition), *yes, *no].into_iter().flatten().collect(),
        }
    }

    pub(crate) fn text(&self, number: &dyn Fn(usize) -> usize) -> String {
        let list = |nodes: &[usize]| nodes.iter().map(|node| number(*node).to_string()).collect::<Vec<_>>().join(", ");
        let optional =
            |node: &Option<usize>| node.map_or(String::from("None"), |node| format!("Some({})", number(node)));
        match self {
            Self::Demand { rule: Some(rule), text } => format!("Demand({rule}, {text})"),
            Self::Demand { rule: None, text } => format!("Test({text})"),
            Self::AnyOf { rule, nodes } => format!("Demand({rule}, AnyOf(&[{}]))", list(nodes)),
            Self::Members { named, others } => {
                let named =
                    named.iter().map(|(name, node)| format!("({name:?}, {})", number(*node))).collect::<Vec<_>>();
                let others = match others {
                    Others::Any => String::from("Others::Any"),
                    Others::Each(node) => format!("Others::Each({})", number(*node)),
                    Others::Refused(rule) => format!("Others::Refused({rule})"),
                };
                format!("Members(&[{}], {others})", named.join(", "))
            }
            Self::Names(node) => format!("Names({})", number(*node)),
            Self::All(node) => format!("All({})", number(*node)),
            Self::Items(first, rest) => format!("Items(&[{}], {})", list(first), optional(rest)),
            Self::If(condition, yes, no) => format!("If({}, {}, {})", number(*condition), optional(yes), optional(no)),
        }
    }
}

pub(crate) fn demand(rule: Option<String>, text: &str) -> Keyword {
    Keyword::Demand { rule, text: String::from(text) }
}

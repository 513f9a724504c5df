//! Makes the table of `src/schema/table.rs` from the files in `schemas/`.
//!
//! A keyword, a pattern or a way of combining them that the checker does not know is a panic here, so that a schema
//! cannot ask for more than what is checked.

mod keyword;
mod reader;

use std::collections::HashMap;
use std::path::Path;

use keyword::{Keyword, demand};
use reader::{Reader, Rules, WORDS};
use serde_json::{Map, Value};

const HEADER: &str = "\
//! The schemas of `schemas/` as a table, generated: `BURGEE_BLESS=1 cargo test --test schema_current` writes it anew.

use super::node::Demand::{AnyOf, AtLeast, ItemCount, Matches, MemberCount, MinLength, Never, OneOf, Required, Type};
use super::node::Keyword::{self, All, Demand, If, Items, Members, Names, Test};
use super::node::kind::{ARRAY, BOOLEAN, INTEGER, NULL, NUMBER, OBJECT, STRING};
use super::node::{Node, Others, Pattern};
use crate::error::finding::Rule;
";

const FILES: [&str; 2] = ["flags.json", "targeting.json"];

/// The table as Rust text.
pub(crate) fn table(schemas: &Path) -> String {
    let files = FILES.iter().map(|file| {
        let text = std::fs::read_to_string(schemas.join(file)).expect("a schema file can be read");
        (*file, serde_json::from_str(&text).expect("a schema file is JSON"))
    });
    let mut builder = Builder { files: files.collect(), ..Builder::default() };
    let root = builder.reference("flags.json", "#");
    builder.merge();
    builder.refuse_circles();
    builder.write(root)
}

#[derive(Default)]
struct Builder {
    files: HashMap<&'static str, Value>,
    /// Place of a schema (file and JSON pointer) to its number.
    known: HashMap<String, usize>,
    nodes: Vec<(String, Vec<Keyword>)>,
}

impl Builder {
    /// The number of the schema that a `$ref` in `file` leads to.
    fn reference(&mut self, file: &str, reference: &str) -> usize {
        let (target, pointer) = reference.split_once('#').unwrap_or((reference, ""));
        let target = if target.is_empty() { file } else { target };
        let (name, document) = self.files.get_key_value(target).expect("the file of a $ref is known");
        let schema = document.pointer(pointer).unwrap_or_else(|| panic!("{reference} leads nowhere")).clone();
        self.schema(name, pointer, &schema, &Rules::default())
    }

    fn schema(&mut self, file: &'static str, pointer: &str, schema: &Value, rules: &Rules) -> usize {
        let place = format!("{file}#{pointer}");
        if let Some(number) = self.known.get(&place) {
            return *number;
        }
        if let Some(Value::String(reference)) = schema.get("$ref") {
            let beside = schema.as_object().into_iter().flat_map(Map::keys);
            for keyword in beside.filter(|keyword| *keyword != "$ref") {
                assert!(
                    WORDS.contains(&keyword.as_str()),
                    "{place}: `{keyword}` beside a $ref is ignored by validators"
                );
            }
            assert!(!rules.condition, "{place}: a $ref inside a condition");
            let number = self.reference(file, reference);
            self.known.insert(place, number);
            return number;
        }
        // The number comes first: a schema may lead back to itself further down in the document.
        let number = self.nodes.len();
        self.nodes.push((place.clone(), Vec::new()));
        self.known.insert(place.clone(), number);
        self.nodes[number].1 = match schema {
            Value::Bool(true) => Vec::new(),
            Value::Bool(false) => vec![demand(Some(rules.of("false", "", &place)), "Never")],
            Value::Object(schema) => {
                Reader { builder: self, file, pointer, schema, rules: rules.inside(schema) }.read()
            }
            other => panic!("{place} is {other}"),
        };
        number
    }

    /// Gives schemas that say the same one number, and those that ask for nothing none where that is possible.
    fn merge(&mut self) {
        loop {
            let mut first: HashMap<&Vec<Keyword>, usize> = HashMap::new();
            let same: Vec<usize> = self
                .nodes
                .iter()
                .enumerate()
                .map(|(number, (_, keywords))| *first.entry(keywords).or_insert(number))
                .collect();
            let empty: Vec<bool> = self.nodes.iter().map(|(_, keywords)| keywords.is_empty()).collect();
            let mut nodes = self.nodes.clone();
            for (_, keywords) in &mut nodes {
                keywords.iter_mut().for_each(|keyword| keyword.renumber(&same, &empty));
                keywords.retain(|keyword| !keyword.is_idle());
            }
            let settled = nodes == self.nodes;
            self.nodes = nodes;
            if settled {
                return;
            }
        }
    }

    /// A schema that leads back to itself without a step into the document would never end.
    fn refuse_circles(&self) {
        fn visit(builder: &Builder, number: usize, open: &mut Vec<usize>) {
            assert!(!open.contains(&number), "{} leads back to itself at the same value", builder.nodes[number].0);
            open.push(number);
            for keyword in &builder.nodes[number].1 {
                match keyword {
                    Keyword::If(condition, yes, no) => {
                        [Some(*condition), *yes, *no].into_iter().flatten().for_each(|next| visit(builder, next, open));
                    }
                    Keyword::All(next) => visit(builder, *next, open),
                    Keyword::AnyOf { nodes, .. } => nodes.iter().for_each(|next| visit(builder, *next, open)),
                    _ => {}
                }
            }
            open.pop();
        }
        (0..self.nodes.len()).for_each(|number| visit(self, number, &mut Vec::new()));
    }

    fn write(&self, root: usize) -> String {
        // Numbers in the order in which the schemas are reached.
        let mut order = vec![root];
        let mut at = 0;
        while at < order.len() {
            for keyword in &self.nodes[order[at]].1 {
                for next in keyword.targets() {
                    if !order.contains(&next) {
                        order.push(next);
                    }
                }
            }
            at += 1;
        }
        assert!(order.len() < 256, "the numbers of the schemas fit one byte");
        let number = |node: usize| order.iter().position(|reached| *reached == node).expect("a target was reached");
        let mut text = format!(
            "{HEADER}\npub(super) const ROOT: Node = 0;\n\npub(super) static NODES: [&[Keyword]; {}] = [\n",
            order.len()
        );
        for (place, node) in order.iter().enumerate() {
            let (origin, keywords) = &self.nodes[*node];
            text.push_str(&format!("    // {place}: {origin}\n    &[\n"));
            for keyword in keywords {
                text.push_str(&format!("        {},\n", keyword.text(&number)));
            }
            text.push_str("    ],\n");
        }
        text.push_str("];\n");
        text
    }
}

//! From the JSON of a subschema to its keywords.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Builder;
use super::keyword::{Keyword, Others, demand};

/// The patterns that have a matcher in `src/schema/pattern.rs`.
const PATTERNS: [(&str, &str); 3] = [
    (r"^[^\n]+$", "Line"),
    (r"^\$flagd\.", "FlagdVariable"),
    (
        r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$",
        "Version",
    ),
];

/// What people read and the checker does not.
pub(super) const WORDS: [&str; 6] = ["$schema", "$id", "$comment", "title", "description", "definitions"];

/// The rule ids that hold for a subschema.
#[derive(Clone, Default)]
pub(super) struct Rules {
    inherited: Option<String>,
    own: Map<String, Value>,
    pub(super) condition: bool,
}

impl Rules {
    pub(super) fn inside(&self, schema: &Map<String, Value>) -> Self {
        match schema.get("x-rule") {
            None => Self { own: Map::new(), ..self.clone() },
            Some(Value::String(rule)) => Self { inherited: Some(rule.clone()), own: Map::new(), ..self.clone() },
            Some(Value::Object(own)) => Self { own: own.clone(), ..self.clone() },
            Some(other) => panic!("x-rule is {other}"),
        }
    }

    /// The variant of `Rule` for a failure of this keyword; `detail` is the name that `required` asks for.
    pub(super) fn of(&self, keyword: &str, detail: &str, pointer: &str) -> String {
        let rule = match self.own.get(keyword) {
            Some(Value::Object(details)) => details.get(detail),
            found => found,
        };
        let rule = rule.and_then(Value::as_str).or(self.inherited.as_deref());
        let rule = rule.unwrap_or_else(|| panic!("{pointer}: `{keyword}` {detail} has no x-rule"));
        let words = rule.split('-').map(|word| {
            let (first, rest) = word.split_at(1);
            first.to_uppercase() + rest
        });
        format!("Rule::{}", words.collect::<String>())
    }
}

/// One subschema while its keywords are read.
pub(super) struct Reader<'b> {
    pub(super) builder: &'b mut Builder,
    pub(super) file: &'static str,
    pub(super) pointer: &'b str,
    pub(super) schema: &'b Map<String, Value>,
    pub(super) rules: Rules,
}

impl Reader<'_> {
    pub(super) fn read(mut self) -> Vec<Keyword> {
        self.refuse_unknown();
        let mut keywords = Vec::new();
        self.demands(&mut keywords);
        self.counts("minProperties", "maxProperties", "MemberCount", &mut keywords);
        self.counts("minItems", "maxItems", "ItemCount", &mut keywords);
        self.members(&mut keywords);
        self.items(&mut keywords);
        self.combinations(&mut keywords);
        keywords
    }

    fn refuse_unknown(&self) {
        const KNOWN: [&str; 22] = [
            "x-rule",
            "type",
            "enum",
            "required",
            "minProperties",
            "maxProperties",
            "minItems",
            "maxItems",
            "minLength",
            "pattern",
            "minimum",
            "anyOf",
            "allOf",
            "properties",
            "additionalProperties",
            "propertyNames",
            "items",
            "additionalItems",
            "if",
            "then",
            "else",
            "examples",
        ];
        for keyword in self.schema.keys() {
            let known = KNOWN.contains(&keyword.as_str()) || WORDS.contains(&keyword.as_str());
            assert!(known, "{}#{}: the checker does not know `{keyword}`", self.file, self.pointer);
        }
    }

    fn rule(&self, keyword: &str, detail: &str) -> Option<String> {
        (!self.rules.condition).then(|| self.told(keyword, detail))
    }

    /// The rule of what cannot stand in a condition.
    fn told(&self, keyword: &str, detail: &str) -> String {
        assert!(!self.rules.condition, "{}#{}: `{keyword}` inside a condition", self.file, self.pointer);
        self.rules.of(keyword, detail, &format!("{}#{}", self.file, self.pointer))
    }

    fn number(&self, keyword: &str) -> Option<u64> {
        self.schema.get(keyword).map(|value| value.as_u64().unwrap_or_else(|| panic!("{keyword} is {value}")))
    }

    fn child(&mut self, path: &str, schema: &Value) -> usize {
        let pointer = format!("{}/{path}", self.pointer);
        // Whether one of several holds is asked quietly too.
        let condition = self.rules.condition || path == "if" || path.starts_with("anyOf/");
        let rules = Rules { own: Map::new(), condition, ..self.rules.clone() };
        self.builder.schema(self.file, &pointer, schema, &rules)
    }

    fn child_of(&mut self, keyword: &str) -> Option<usize> {
        let schema = self.schema.get(keyword)?;
        Some(self.child(keyword, schema))
    }

    fn demands(&self, keywords: &mut Vec<Keyword>) {
        let mut ask =
            |keyword: &str, detail: &str, text: String| keywords.push(demand(self.rule(keyword, detail), &text));
        if let Some(kinds) = self.schema.get("type") {
            let mut kinds = strings(kinds).iter().map(|kind| kind.to_uppercase()).collect::<Vec<_>>();
            kinds.sort();
            ask("type", "", format!("Type({})", kinds.join(" | ")));
        }
        if let Some(words) = self.schema.get("enum") {
            ask("enum", "", format!("OneOf(&{:?})", strings(words)));
        }
        for name in self.schema.get("required").map(strings).unwrap_or_default() {
            ask("required", &name, format!("Required({name:?})"));
        }
        if let Some(least) = self.number("minLength") {
            ask("minLength", "", format!("MinLength({least})"));
        }
        if let Some(pattern) = self.schema.get("pattern") {
            let name = PATTERNS.iter().find(|(known, _)| pattern == known).map(|(_, name)| name);
            let name = name.unwrap_or_else(|| panic!("no matcher for the pattern {pattern}"));
            ask("pattern", "", format!("Matches(Pattern::{name})"));
        }
        if let Some(least) = self.number("minimum") {
            ask("minimum", "", format!("AtLeast({least})"));
        }
    }

    /// A lower and an upper bound in one demand; both must have the same rule.
    fn counts(&self, least: &str, most: &str, name: &str, keywords: &mut Vec<Keyword>) {
        let bounds = [least, most].into_iter().filter(|keyword| self.schema.contains_key(*keyword));
        let mut rules = bounds.map(|keyword| self.rule(keyword, "")).collect::<Vec<_>>();
        rules.dedup();
        let Some(rule) = rules.pop() else { return };
        assert!(rules.is_empty(), "{least} and {most} have different rules");
        let limit = self.number(most).map_or(String::from("u32::MAX"), |most| most.to_string());
        keywords.push(demand(rule, &format!("{name}({}, {limit})", self.number(least).unwrap_or(0))));
    }

    fn members(&mut self, keywords: &mut Vec<Keyword>) {
        let mut named = BTreeMap::new();
        if let Some(Value::Object(properties)) = self.schema.get("properties") {
            // Sorted, so that the numbers do not depend on how `serde_json` was built.
            for (name, schema) in properties.iter().collect::<BTreeMap<_, _>>() {
                let path = format!("properties/{}", name.replace('~', "~0").replace('/', "~1"));
                named.insert(name.clone(), self.child(&path, schema));
            }
        }
        let others = match self.schema.get("additionalProperties") {
            None | Some(Value::Bool(true)) => Others::Any,
            Some(Value::Bool(false)) => Others::Refused(self.told("additionalProperties", "")),
            Some(schema) => Others::Each(self.child("additionalProperties", schema)),
        };
        keywords.push(Keyword::Members { named, others });
        if let Some(names) = self.child_of("propertyNames") {
            keywords.push(Keyword::Names(names));
        }
    }

    fn items(&mut self, keywords: &mut Vec<Keyword>) {
        let (first, rest) = match self.schema.get("items") {
            Some(Value::Array(tuple)) => {
                let first =
                    tuple.iter().enumerate().map(|(place, schema)| self.child(&format!("items/{place}"), schema));
                (first.collect(), self.child_of("additionalItems"))
            }
            Some(schema) => (Vec::new(), Some(self.child("items", schema))),
            None => (Vec::new(), None),
        };
        keywords.push(Keyword::Items(first, rest));
    }

    fn combinations(&mut self, keywords: &mut Vec<Keyword>) {
        if let Some(Value::Array(choices)) = self.schema.get("anyOf") {
            let rule = self.told("anyOf", "");
            let nodes = choices.iter().enumerate().map(|(place, schema)| self.child(&format!("anyOf/{place}"), schema));
            keywords.push(Keyword::AnyOf { rule, nodes: nodes.collect() });
        }
        let last = keywords.len();
        if let Some(condition) = self.child_of("if") {
            let yes = self.child_of("then");
            let no = self.child_of("else");
            keywords.push(Keyword::If(condition, yes, no));
        }
        if let Some(Value::Array(all)) = self.schema.get("allOf") {
            let [only] = all.as_slice() else { panic!("the checker knows allOf with one schema only") };
            let only = self.child("allOf/0", only);
            keywords.push(Keyword::All(only));
        }
        assert!(keywords.len() <= last + 1, "{}#{}: if and allOf exclude each other", self.file, self.pointer);
    }
}

/// A string, or an array of strings.
fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(strings).collect(),
        other => panic!("{other} is no string"),
    }
}

//! The comparison by brute force: of each flag everything that its answer depends on, written out.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use burgee::{Engine, ErrorCode, Options, Validation};
use serde_json::{Map, Value as Json, json};

/// Of each key and flag set, the flag as text.
pub(super) struct Flags(BTreeMap<(String, Option<String>), String>);

/// What a report should say.
pub(super) struct Changes {
    pub(super) changed: Vec<String>,
    pub(super) added: Vec<String>,
    pub(super) removed: Vec<String>,
}

/// References in references are written out as well, up to this many bytes in a document.
const LONGEST: usize = 200_000;
/// The longest key.
const KEY: usize = 64 << 10;

impl Flags {
    /// The flags of a document; `None` where it has none or they would be too long.
    pub(super) fn of(document: &Json) -> Result<Option<Self>> {
        let Some(definitions) = definitions(document) else { return Ok(None) };
        let reasons = Reasons::of(document);
        let mut writer = Writer { evaluators: &document["$evaluators"], circular: circular(document), left: LONGEST };
        let shared = entries(&document["metadata"]);
        let mut flags = BTreeMap::new();
        for (key, flag) in definitions {
            let own = entries(&flag["metadata"]);
            let set =
                own.get("flagSetId").or_else(|| shared.get("flagSetId")).and_then(Json::as_str).map(str::to_owned);
            if set.as_deref() == Some("") {
                // A selector cannot ask for it, so the reason of its quarantine cannot be learnt.
                return Ok(None);
            }
            let mut metadata = shared.clone();
            metadata.extend(own);
            let default = flag["defaultVariant"].as_str().unwrap_or_default();
            let variants = flag["variants"].as_object().cloned().unwrap_or_default();
            let targeting = match flag.get("targeting") {
                Some(Json::Object(rule)) if rule.is_empty() => &Json::Null,
                targeting => targeting.unwrap_or(&Json::Null),
            };
            let mut text =
                format!("{} {default:?} {:?} ", flag["state"] == "DISABLED", reasons.of_flag(key, set.as_deref()));
            for part in [&Json::from(variants), &Json::from(metadata)] {
                writer.write(&mut text, part, false);
            }
            writer.write(&mut text, targeting, true);
            if writer.left == 0 {
                return Ok(None);
            }
            flags.insert((key.to_owned(), set), text);
        }
        Ok(Some(Self(flags)))
    }

    pub(super) fn keys(&self) -> BTreeSet<&String> {
        self.0.keys().map(|(key, _)| key).collect()
    }

    pub(super) fn changes(&self, after: &Self) -> Changes {
        let differs = |from: &Self, to: &Self| -> BTreeSet<String> {
            let differing = from.0.iter().filter(|(identity, flag)| to.0.get(*identity) != Some(*flag));
            differing.map(|((key, _), _)| key.clone()).collect()
        };
        let only = |from: &Self, to: &Self| from.keys().difference(&to.keys()).map(|key| (*key).clone()).collect();
        let changed = differs(self, after).union(&differs(after, self)).cloned().collect();
        Changes { changed, added: only(after, self), removed: only(self, after) }
    }
}

/// Keys and flags, in the order of the text; flags without a usable key are left out.
fn definitions(document: &Json) -> Option<Vec<(&str, &Json)>> {
    let all: Vec<(&str, &Json)> = match document.get("flags")? {
        Json::Object(flags) => flags.iter().map(|(key, flag)| (key.as_str(), flag)).collect(),
        Json::Array(flags) => flags.iter().filter_map(|flag| Some((flag.get("key")?.as_str()?, flag))).collect(),
        _ => return None,
    };
    Some(all.into_iter().filter(|(key, _)| !key.is_empty() && key.len() <= KEY).collect())
}

/// The entries of metadata that count.
fn entries(metadata: &Json) -> Map<String, Json> {
    let members = metadata.as_object().cloned().unwrap_or_default();
    members.into_iter().filter(|(_, value)| !matches!(value, Json::Null | Json::Array(_) | Json::Object(_))).collect()
}

/// Why flags are quarantined, which is part of their answers. A disabled flag keeps it for when it is enabled.
struct Reasons(Option<Engine>);

impl Reasons {
    fn of(document: &Json) -> Self {
        let mut enabled = document.clone();
        let flags: Vec<&mut Json> = match &mut enabled["flags"] {
            Json::Object(flags) => flags.values_mut().collect(),
            Json::Array(flags) => flags.iter_mut().collect(),
            _ => Vec::new(),
        };
        flags.into_iter().filter(|flag| flag.is_object()).for_each(|flag| flag["state"] = json!("ENABLED"));
        let engine = Engine::with_options(Options::default().validation(Validation::Permissive));
        Self(engine.update(enabled.to_string()).is_ok().then_some(engine))
    }

    fn of_flag(&self, key: &str, set: Option<&str>) -> Option<String> {
        let selection = self.0.as_ref()?.select(&format!("flagSetId={}", set.unwrap_or_default())).ok()?;
        let answer = selection.evaluate(key, "");
        let quarantined = answer.error_code() == Some(ErrorCode::ParseError);
        answer.error_message().filter(|message| quarantined && message.contains("cannot be evaluated"))
    }
}

/// Names of evaluators that lead into a circle; references to them are not resolved.
fn circular(document: &Json) -> BTreeSet<String> {
    let Some(evaluators) = document["$evaluators"].as_object() else { return BTreeSet::new() };
    let mut waiting: BTreeMap<&String, BTreeSet<String>> = evaluators
        .iter()
        .map(|(name, rule)| {
            let mut names = BTreeSet::new();
            references(rule, &mut names);
            names.retain(|name| evaluators.contains_key(name));
            (name, names)
        })
        .collect();
    loop {
        let done: Vec<&String> = waiting.iter().filter(|(_, names)| names.is_empty()).map(|(name, _)| *name).collect();
        if done.is_empty() {
            return waiting.into_keys().cloned().collect();
        }
        for name in done {
            waiting.remove(name);
            for names in waiting.values_mut() {
                names.remove(name);
            }
        }
    }
}

/// The name that a value refers to, if it is a reference.
fn reference(value: &Json) -> Option<&str> {
    let members = value.as_object().filter(|members| members.len() == 1)?;
    members.get("$ref").map(|name| name.as_str().unwrap_or_default())
}

fn references(value: &Json, names: &mut BTreeSet<String>) {
    if let Some(name) = reference(value) {
        names.insert(name.to_owned());
        return;
    }
    match value {
        Json::Array(items) => items.iter().for_each(|item| references(item, names)),
        Json::Object(members) => members.values().for_each(|member| references(member, names)),
        _ => {}
    }
}

/// Writes values so that equal texts are equal values.
struct Writer<'d> {
    evaluators: &'d Json,
    circular: BTreeSet<String>,
    left: usize,
}

impl<'d> Writer<'d> {
    fn write(&mut self, out: &mut String, value: &Json, resolve: bool) {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            return;
        }
        if resolve && value.get("$ref").is_some_and(|name| name.is_array() || name.is_object()) {
            // No reference, and whether there are references in it is not said.
            self.left = 0;
            return;
        }
        let evaluators: &'d Json = self.evaluators;
        if let Some(name) = reference(value).filter(|name| resolve && !self.circular.contains(*name))
            && let Some(rule) = evaluators.as_object().and_then(|all| all.get(name))
        {
            return self.write(out, rule, resolve);
        }
        match value {
            Json::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(integer), _) => out.push_str(&integer.to_string()),
                (None, double) => out.push_str(&format!("f{:x}", double.map_or(0, f64::to_bits))),
            },
            Json::Array(items) => {
                out.push('[');
                for item in items {
                    self.write(out, item, resolve);
                    out.push(',');
                }
                out.push(']');
            }
            Json::Object(members) => {
                out.push('{');
                for (name, member) in members.iter().collect::<BTreeMap<_, _>>() {
                    out.push_str(&format!("{name:?}:"));
                    self.write(out, member, resolve);
                    out.push(',');
                }
                out.push('}');
            }
            scalar => out.push_str(&scalar.to_string()),
        }
    }
}

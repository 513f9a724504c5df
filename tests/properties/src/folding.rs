//! `folding`: a rule answers the same whether its constants are written down or read from the context.
//!
//! What is constant is worked out when a document is read (`src/rule/special.rs`, `src/ops/fold.rs`): results of
//! operators over constants, lists that `in` searches, versions, distributions, paths. None of that may change an
//! answer. A bare rule is compiled without folding, and must give the text that a flag gives.
//!
//! Left alone are constants in the bodies of iterators, which cannot read the context, and answers that are cut short by
//! a budget, because reading costs steps.

use anyhow::{Context, Result, ensure};
use burgee::{Engine, EvaluationContext, Options, Validation, Value};
use burgee_conformance::json::parse;
use serde_json::{Map, Value as Json, json};

use crate::choices::Choices;
use crate::generate::{self, Rules};
use crate::seeds::Case;
use crate::{Property, input, texts};

/// The property.
pub const PROPERTY: Property = Property { name: "folding", check, seeds, inputs_in_tests: 4_000 };

/// How an answer ends that is cut short by a budget.
const BUDGETS: [&str; 4] = ["it needs more than", "it builds a value", "is nested deeper", "exceeds maximum"];
/// Operators that do not take a list for their arguments.
const LAZY: [&str; 13] = ["var", "!", "!!", "if", "?:", "and", "or", "map", "filter", "all", "none", "some", "reduce"];

fn seeds(case: &Case) -> Vec<Vec<u8>> {
    let targetings = case.documents.iter().filter_map(|document| parse(document).ok()).flat_map(|document| {
        let flags = document["flags"].as_object().cloned().unwrap_or_default();
        flags.into_iter().map(|(_, flag)| flag["targeting"].to_string()).collect::<Vec<_>>()
    });
    let context = case.contexts.first().map_or("{}", String::as_str);
    let rules = case.rules.iter().cloned().chain(targetings).filter(|rule| rule.starts_with('{'));
    rules.map(|rule| input(&[&rule, context])).collect()
}

fn check(input: &[u8]) -> Result<bool> {
    let mut choices = Choices::new(input);
    let (rule, context) = match texts(input) {
        Some(texts) => {
            let text = |place: usize| std::str::from_utf8(texts.get(place).copied().unwrap_or_default());
            let (Ok(Ok(rule)), Ok(Ok(context))) = (text(0).map(parse), text(1).map(parse)) else { return Ok(false) };
            (rule, context)
        }
        None => {
            let rules = Rules { known: true, ..Rules::default() };
            (rules.operation(&mut choices, 5), generate::context(&mut choices))
        }
    };
    let Json::Object(mut context) = context else { return Ok(false) };
    if rule.as_object().is_none_or(Map::is_empty) {
        // `{}` is no targeting, and anything else no rule.
        return Ok(false);
    }
    context.shift_remove("$flagd");
    if !context.contains_key("targetingKey") && choices.below(4) > 0 {
        context.insert("targetingKey".to_owned(), json!("user-1"));
    }
    let metadata = match choices.below(4) {
        0 | 1 => json!({}),
        2 => json!({"fractionalVersion": "v1"}),
        _ => json!({"fractionalVersion": "v3"}),
    };
    let mut varied = Varied { choices: &mut choices, constants: Map::new() };
    let reading = varied.rule(&rule);
    context.append(&mut varied.constants);
    Pair { written: rule, reading, context, metadata }.check()
}

/// A rule with constants, and the same rule that reads them.
struct Pair {
    written: Json,
    reading: Json,
    context: Map<String, Json>,
    metadata: Json,
}

impl Pair {
    /// Gives whether the answers could be compared.
    fn check(&self) -> Result<bool> {
        let say = || format!("{}\n{}\nfor {}", self.written, self.reading, Json::from(self.context.clone()));
        let engine = Engine::with_options(Options::default().validation(Validation::Permissive));
        let context = Json::from(self.context.clone()).to_string();
        for wrap in [|rule: &Json| rule.clone(), |rule: &Json| json!({"cat": ["=", rule]})] {
            let answers = (
                self.answer(&engine, &wrap(&self.written), &context)?,
                self.answer(&engine, &wrap(&self.reading), &context)?,
            );
            let (Some(written), Some(reading)) = answers else { return Ok(false) };
            let cut_short = |answer: &str| BUDGETS.iter().any(|budget| answer.contains(budget));
            if cut_short(&written) || cut_short(&reading) {
                return Ok(false);
            }
            ensure!(written == reading, "written down: {written}\nread: {reading}\n{}", say());
        }
        self.check_bare(&engine).with_context(say)?;
        Ok(true)
    }

    /// `None` where the rule is nested too deep for a document.
    fn answer(&self, engine: &Engine, rule: &Json, context: &str) -> Result<Option<String>> {
        let flag = json!({"state": "ENABLED", "variants": {"a": 1, "true": 2, "on": 3}, "defaultVariant": "a",
                          "targeting": rule, "metadata": self.metadata});
        match engine.update(json!({"flags": {"f": flag}}).to_string()) {
            Err(error) if error.code() == "json-depth" => return Ok(None),
            updated => drop(updated.context("the rule is refused")?),
        }
        Ok(Some(engine.evaluate("f", EvaluationContext::json(context.as_bytes()).at(NOW)).to_json()))
    }

    /// Both as bare rules, and the first one against the flag.
    fn check_bare(&self, engine: &Engine) -> Result<()> {
        let mut data = self.context.clone();
        data.insert("$flagd".to_owned(), json!({"flagKey": "f", "timestamp": NOW}));
        let data = Json::from(data).to_string();
        let bare = |rule: &Json| engine.evaluate_logic(rule.to_string().as_bytes(), data.as_bytes());
        let (Ok(written), Ok(reading)) = (bare(&self.written), bare(&self.reading)) else { return Ok(()) };
        let (written, reading) = (format!("{written:?}"), format!("{reading:?}"));
        ensure!(written == reading, "as bare rules, written down: {written}\nread: {reading}");
        let text = self.written.to_string();
        let key = self.context.get("targetingKey");
        // Only a flag has a key to fall back to.
        if ["\"fractional\"", "\"$ref\""].iter().any(|name| text.contains(name)) || key.is_none_or(Json::is_null) {
            return Ok(());
        }
        let joined = json!({"cat": ["=", self.written]});
        let Ok(Value::String(text)) = bare(&joined) else { return Ok(()) };
        let flag = json!({"state": "ENABLED", "variants": {text.clone(): true}, "targeting": joined});
        engine.update(json!({"flags": {"f": flag}}).to_string()).context("the rule is refused")?;
        let context = Json::from(self.context.clone()).to_string();
        let answer = engine.evaluate("f", EvaluationContext::json(context.as_bytes()).at(NOW));
        ensure!(answer.variant() == Some(&text), "the bare rule gives {text}, the flag {}", answer.to_json());
        Ok(())
    }
}

/// The time of all evaluations.
const NOW: i64 = 1_000;

/// Takes constants out of a rule and into the context.
struct Varied<'c, 'b> {
    choices: &'c mut Choices<'b>,
    constants: Map<String, Json>,
}

impl Varied<'_, '_> {
    fn rule(&mut self, rule: &Json) -> Json {
        match rule {
            Json::Object(members) if members.len() == 1 => {
                let mut members = members.iter();
                let Some((operator, arguments)) = members.next() else { return rule.clone() };
                json!({operator: self.arguments(operator, arguments)})
            }
            Json::Object(members) if !members.is_empty() => rule.clone(),
            Json::Array(items) if holds_object(rule) || self.choices.below(2) == 0 => {
                items.iter().map(|item| self.rule(item)).collect()
            }
            constant => self.constant(constant),
        }
    }

    fn arguments(&mut self, operator: &str, arguments: &Json) -> Json {
        let Json::Array(items) = arguments else {
            return if operator == "$ref" || operator == "var" && !self.choices.rarely(4) {
                arguments.clone()
            } else {
                self.rule(arguments)
            };
        };
        if !LAZY.contains(&operator) && !holds_object(arguments) && self.choices.rarely(6) {
            return self.constant(arguments);
        }
        let iterates = ["map", "filter", "all", "none", "some", "reduce"].contains(&operator);
        let vary = |(place, item): (usize, &Json)| match (operator, place) {
            // The body of an iterator sees the element and nothing else.
            _ if iterates && place == 1 => item.clone(),
            ("var", 0) if !self.choices.rarely(4) => item.clone(),
            _ => self.rule(item),
        };
        items.iter().enumerate().map(vary).collect()
    }

    fn constant(&mut self, constant: &Json) -> Json {
        if self.choices.rarely(4) {
            return constant.clone();
        }
        let name = format!("constant-{}", self.constants.len());
        self.constants.insert(name.clone(), constant.clone());
        json!({"var": name})
    }
}

/// Whether there is anything in a list that may be an operation.
fn holds_object(value: &Json) -> bool {
    match value {
        Json::Array(items) => items.iter().any(holds_object),
        Json::Object(members) => !members.is_empty(),
        _ => false,
    }
}

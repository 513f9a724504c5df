//! Where two engines part: the operator that was applied there, and to what.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::differences::{Application, Argument, Differences};
use crate::engines::{Answers, Engines};

/// A difference that is not on the list, in the smallest part of the rule that shows it.
pub(crate) struct Unexplained {
    pub(crate) rule: Json,
    pub(crate) data: Json,
    pub(crate) answers: Answers,
}

/// Whether the engines part, or where they do so without a reason.
pub(crate) type Explained = Result<bool, Box<Unexplained>>;

/// Looks for the operators at which two engines part.
pub(crate) struct Explainer<'e> {
    pub(crate) engines: &'e Engines,
    pub(crate) differences: &'e Differences,
    /// How often each difference was met.
    pub(crate) met: BTreeMap<String, usize>,
}

impl Explainer<'_> {
    /// Follows a rule down to every application whose two results differ; each must be on the list.
    ///
    /// `Ok(true)` says that the engines part somewhere in it, `Ok(false)` that they agree.
    pub(crate) fn explain(&mut self, rule: &Json, data: &Json) -> Explained {
        let answers = self.engines.answers(rule, data);
        if answers.agree() {
            return Ok(false);
        }
        let parted = match rule {
            Json::Array(items) => self.explain_each(items, data)?,
            Json::Object(members) if members.len() == 1 => match members.iter().next() {
                Some((operator, argument)) => return self.operation(operator, argument, rule, data, &answers),
                None => false,
            },
            _ => false,
        };
        if parted { Ok(true) } else { Err(unexplained(rule, data, answers)) }
    }

    fn explain_each(&mut self, rules: &[Json], data: &Json) -> Explained {
        let mut parted = false;
        for rule in rules {
            parted |= self.explain(rule, data)?;
        }
        Ok(parted)
    }

    fn operation(&mut self, operator: &str, argument: &Json, rule: &Json, data: &Json, answers: &Answers) -> Explained {
        let bare = !argument.is_array();
        let written: Vec<Json> = match argument {
            Json::Array(items) => items.clone(),
            single => vec![single.clone()],
        };
        let parted = match operator {
            "if" | "?:" | "and" | "or" => self.chain(operator, &written, data)?,
            "map" | "filter" | "all" | "some" | "none" => self.iteration(&written, data)?,
            "reduce" => self.fold(&written, data)?,
            _ => return self.eager(operator, bare, &written, rule, data, answers),
        };
        if parted {
            return Ok(true);
        }
        self.judge(operator, bare, &written, data, || unexplained(rule, data, answers.clone()))
    }

    /// An operator that sees the values of all its arguments: those are followed one by one, and then it is applied
    /// once more to our values of those in which the engines part.
    fn eager(
        &mut self,
        operator: &str,
        bare: bool,
        written: &[Json],
        rule: &Json,
        data: &Json,
        answers: &Answers,
    ) -> Explained {
        let mut settled = Vec::new();
        let mut values = serde_json::Map::new();
        for (place, argument) in written.iter().enumerate() {
            if self.explain(argument, data)? {
                let name = format!("settled-{place}");
                settled.push(json!({"var": name}));
                values.insert(name, self.engines.value(argument, data));
            } else {
                settled.push(argument.clone());
            }
        }
        if values.is_empty() {
            return self.judge(operator, bare, written, data, || unexplained(rule, data, answers.clone()));
        }
        // Data that is no object is out of the reach of these rules: their paths lead nowhere in both engines.
        let mut data = data.clone();
        match &mut data {
            Json::Object(members) => members.extend(values),
            _ => return Ok(true),
        }
        let argument = if bare { settled.first().cloned().unwrap_or(Json::Null) } else { Json::Array(settled.clone()) };
        let rule = json!({operator: argument});
        let answers = self.engines.answers(&rule, &data);
        if answers.agree() {
            return Ok(true);
        }
        self.judge(operator, bare, &settled, &data, || unexplained(&rule, &data, answers.clone()))
    }

    /// Conditions and values in the order in which our engine evaluates them.
    fn chain(&mut self, operator: &str, written: &[Json], data: &Json) -> Explained {
        let mut parted = false;
        let mut at = 0;
        while let Some(argument) = written.get(at) {
            parted |= self.explain(argument, data)?;
            let truthy = self.engines.value(&json!({"!!": [argument]}), data) == Json::Bool(true);
            let is_condition = at.saturating_add(1) < written.len();
            at = match (operator, truthy) {
                ("and", false) | ("or", true) => break,
                ("and" | "or", _) => at.saturating_add(1),
                _ if !is_condition => break,
                (_, true) => {
                    let taken = written.get(at.saturating_add(1)).map_or(&[][..], std::slice::from_ref);
                    return Ok(parted | self.explain_each(taken, data)?);
                }
                (_, false) => at.saturating_add(2),
            };
        }
        Ok(parted)
    }

    fn iteration(&mut self, written: &[Json], data: &Json) -> Explained {
        let [list, body, ..] = written else { return Ok(false) };
        let mut parted = self.explain(list, data)?;
        if let Json::Array(items) = self.engines.value(list, data) {
            for item in &items {
                parted |= self.explain(body, item)?;
            }
        }
        Ok(parted)
    }

    fn fold(&mut self, written: &[Json], data: &Json) -> Explained {
        let [list, body, rest @ ..] = written else { return Ok(false) };
        let mut parted = self.explain(list, data)?;
        let mut accumulator = Json::Null;
        if let Some(first) = rest.first() {
            parted |= self.explain(first, data)?;
            accumulator = self.engines.value(first, data);
        }
        if let Json::Array(items) = self.engines.value(list, data) {
            for item in &items {
                let data = json!({"current": item, "accumulator": accumulator});
                parted |= self.explain(body, &data)?;
                accumulator = self.engines.value(body, &data);
            }
        }
        Ok(parted)
    }

    /// Asks the list of differences for this application.
    fn judge(
        &mut self,
        operator: &str,
        bare: bool,
        written: &[Json],
        data: &Json,
        unexplained: impl FnOnce() -> Box<Unexplained>,
    ) -> Explained {
        let arguments: Vec<Argument> =
            written.iter().map(|rule| Argument { value: self.engines.value(rule, data), rule: rule.clone() }).collect();
        let application = Application { operator, bare, arguments: &arguments, data };
        let Some(name) = self.differences.of(&application) else { return Err(unexplained()) };
        let count = self.met.entry(name.to_owned()).or_default();
        *count = count.saturating_add(1);
        Ok(true)
    }
}

fn unexplained(rule: &Json, data: &Json, answers: Answers) -> Box<Unexplained> {
    Box::new(Unexplained { rule: rule.clone(), data: data.clone(), answers })
}

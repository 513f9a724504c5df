//! burgee as a crate.

use std::hint::black_box;

use anyhow::{Result, bail};
use burgee::{Engine, EvaluationContext, Resolution};
use serde_json::{Value, json};

use super::{Evaluate, Question, Update};
use crate::profile::Profile;

/// The context is JSON, and so is the answer.
#[derive(Default)]
pub struct Bytes {
    engine: Engine,
    key: Option<String>,
    context: Vec<u8>,
    /// Memory for answers, as the peers have.
    answer: String,
}

impl Bytes {
    fn ask(&mut self) -> &str {
        self.answer.clear();
        match &self.key {
            Some(key) => self.engine.evaluate(key, &self.context[..]).write_json(&mut self.answer),
            None => self.answer = self.engine.evaluate_all(&self.context[..]).to_json(),
        }
        &self.answer
    }
}

impl Evaluate for Bytes {
    fn load(&mut self, document: &[u8]) -> Result<()> {
        self.engine = loaded(document)?;
        Ok(())
    }

    fn prepare(&mut self, question: Question<'_>) -> Result<()> {
        (self.key, self.context) = question.kept();
        Ok(())
    }

    fn run(&mut self, times: u64) -> Result<()> {
        for _ in 0..times {
            black_box(self.ask());
        }
        Ok(())
    }

    fn answer(&mut self) -> Result<Value> {
        Ok(serde_json::from_str(self.ask())?)
    }
}

/// The context is the application's own object, and the value comes in the type of the flag.
#[derive(Default)]
pub struct Object {
    engine: Engine,
    question: Option<(String, Profile)>,
    kind: Kind,
}

#[derive(Clone, Copy, Default)]
enum Kind {
    #[default]
    Bool,
    Text,
}

impl Object {
    /// Runs one of two closures, by the type of the flag.
    fn ask<T>(&self, on_bool: impl Fn(Resolution<bool>) -> T, on_text: impl Fn(Resolution<String>) -> T) -> Result<T> {
        let Some((key, profile)) = &self.question else { bail!("nothing was asked") };
        let context = EvaluationContext::attributes(profile);
        Ok(match self.kind {
            Kind::Bool => on_bool(self.engine.evaluate_bool(key, context)),
            Kind::Text => on_text(self.engine.evaluate_string(key, context)),
        })
    }
}

impl Evaluate for Object {
    fn load(&mut self, document: &[u8]) -> Result<()> {
        self.engine = loaded(document)?;
        Ok(())
    }

    fn prepare(&mut self, question: Question<'_>) -> Result<()> {
        let Question::One { key, context } = question else { bail!("typed evaluation answers one flag") };
        let value = self.engine.evaluate(key, context).value();
        self.kind = if value.is_some_and(|value| value.as_str().is_some()) { Kind::Text } else { Kind::Bool };
        self.question = Some((key.to_owned(), Profile::parse(context)?));
        Ok(())
    }

    fn run(&mut self, times: u64) -> Result<()> {
        for _ in 0..times {
            self.ask(
                |answer| {
                    black_box(answer);
                },
                |answer| {
                    black_box(answer);
                },
            )?;
        }
        Ok(())
    }

    fn answer(&mut self) -> Result<Value> {
        self.ask(to_json, to_json)
    }
}

fn to_json<T: serde::Serialize>(answer: Resolution<T>) -> Value {
    let mut members = serde_json::Map::new();
    let mut add = |name: &str, value: Value| {
        if !value.is_null() {
            members.insert(name.to_owned(), value);
        }
    };
    add("value", json!(answer.value));
    add("variant", json!(answer.variant));
    add("reason", json!(answer.reason.as_str()));
    add("errorCode", json!(answer.error_code.map(burgee::ErrorCode::as_str)));
    Value::Object(members)
}

fn loaded(document: &[u8]) -> Result<Engine> {
    let engine = Engine::new();
    engine.update(document)?;
    Ok(engine)
}

/// burgee loading flags.
#[derive(Default)]
pub struct Loader(Engine);

impl Update for Loader {
    fn forget(&mut self) -> Result<()> {
        self.0 = Engine::new();
        Ok(())
    }

    fn update(&mut self, document: &[u8]) -> Result<()> {
        black_box(self.0.update(document)?);
        Ok(())
    }
}

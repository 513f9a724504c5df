//! `burgee eval`: what the flags of a file answer.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use burgee::{Engine, EvaluationContext, Validation};
use burgee_server::flags::bucket::Buckets;
use clap::ValueHint;

use super::Answered;
use crate::document::Document;
use crate::exit::Exit;
use crate::failure::{self, Result};
use crate::output::{BAD, FAINT, Output, STRONG, table};

pub(crate) const EXAMPLES: &str = examples! {
    "one flag, for a context" => r#"burgee eval --file flags.json --flag new-checkout --context '{"email": "ada@example.com"}'"#,
    "every flag, as a script reads it" => "burgee eval --file flags.json --json",
    "at another time" => "burgee eval --file flags.json --flag anniversary-sale --at 2025-12-31T23:59:59Z",
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The flag document, JSON or YAML; `-` for the standard input
    #[arg(long, short, value_hint = ValueHint::FilePath)]
    file: PathBuf,
    /// The key of the flag; without it all flags are evaluated
    #[arg(long, short = 'k', value_name = "KEY")]
    flag: Option<String>,
    /// The evaluation context, a JSON object
    #[arg(long, short, value_name = "JSON", default_value = "{}")]
    context: String,
    /// A file with the evaluation context
    #[arg(long, value_name = "FILE", conflicts_with = "context", value_hint = ValueHint::FilePath)]
    context_file: Option<PathBuf>,
    /// The time that rules see: RFC 3339, or seconds since 1970 [default: now]
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<SystemTime>,
    /// Evaluate a file with faults as well, if the engine can: flags concerned answer with an error
    #[arg(long)]
    permissive: bool,
}

/// By whom a roll-out by percentage goes.
fn targeting_key(context: &str) -> Option<String> {
    let context: serde_json::Map<String, serde_json::Value> = serde_json::from_str(context).ok()?;
    context.get("targetingKey")?.as_str().map(str::to_owned)
}

impl Arguments {
    pub(crate) fn run(self, output: Output) -> Answered {
        let document = Document::read(&self.file)?;
        let context = self.context()?;
        let engine = document.engine(if self.permissive { Validation::Permissive } else { Validation::Strict })?;
        let at = self.at.unwrap_or_else(SystemTime::now).duration_since(UNIX_EPOCH);
        let seconds = at.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX));
        let user = targeting_key(&context);
        let buckets = Buckets { user: user.as_deref() };
        let context = EvaluationContext::json(context.as_bytes()).with(&buckets).at(seconds);
        match &self.flag {
            Some(key) => one(&engine, key, context, output),
            None => all(&engine, context, output),
        }
    }

    /// The context's text, once it is known to be an object.
    fn context(&self) -> Result<String> {
        let (what, text) = match &self.context_file {
            Some(path) => {
                let text = std::fs::read_to_string(path).map_err(|error| failure::unreadable(path, &error))?;
                (format!("`{}`", path.display()), text)
            }
            None => ("the context".to_owned(), self.context.clone()),
        };
        let value: serde_json::Value = serde_json::from_str(&text).map_err(|error| failure::not_json(&what, &error))?;
        if value.is_object() { Ok(text) } else { Err(failure::not_an_object(&what)) }
    }
}

/// RFC 3339, or seconds since 1970.
pub(crate) fn time(text: &str) -> Result<SystemTime, String> {
    let seconds = text.parse::<u64>().ok().map(std::time::Duration::from_secs);
    match seconds.and_then(|seconds| UNIX_EPOCH.checked_add(seconds)) {
        Some(time) => Ok(time),
        None => humantime::parse_rfc3339_weak(text)
            .map_err(|error| format!("{error}; write it like `2026-03-01T12:00:00Z`, or as seconds since 1970")),
    }
}

fn one(engine: &Engine, key: &str, context: EvaluationContext<'_>, output: Output) -> Answered {
    let answer = engine.evaluate(key, context);
    let json: serde_json::Value = serde_json::from_str(&answer.to_json()).unwrap_or_default();
    output.answer(&json, |out| {
        let line = |out: &mut dyn Write, name: &str, value: &str| writeln!(out, "{FAINT}{name:<9}{FAINT:#} {value}");
        if let Some(value) = answer.value_json() {
            line(out, "value", &format!("{STRONG}{value}{STRONG:#}"))?;
        }
        if let Some(variant) = answer.variant() {
            line(out, "variant", variant)?;
        }
        line(out, "reason", answer.reason().as_str())?;
        if let Some(code) = answer.error_code() {
            line(
                out,
                "error",
                &format!("{BAD}{}{BAD:#} {}", code.as_str(), answer.error_message().unwrap_or_default()),
            )?;
        }
        if answer.has_metadata() {
            let mut metadata = String::new();
            answer.write_metadata_json(&mut metadata);
            line(out, "metadata", &metadata)?;
        }
        Ok(())
    })?;
    Ok(if answer.error_code().is_some() { Exit::No } else { Exit::Done })
}

fn all(engine: &Engine, context: EvaluationContext<'_>, output: Output) -> Answered {
    let answers = engine.evaluate_all(context);
    let json: serde_json::Value = serde_json::from_str(&answers.to_json()).unwrap_or_default();
    output.answer(&json, |out| list(out, answers.answers()))?;
    Ok(if answers.answers().any(|answer| answer.error_code().is_some()) { Exit::No } else { Exit::Done })
}

fn list<'a>(out: &mut dyn Write, answers: impl Iterator<Item = burgee::Answer<'a>>) -> io::Result<()> {
    let row = |answer: burgee::Answer<'_>| {
        let mut error = String::new();
        answer.write_error(&mut error);
        vec![
            answer.key().to_owned(),
            answer.variant().unwrap_or("-").to_owned(),
            answer.error_code().map_or(answer.reason().as_str(), |code| code.as_str()).to_owned(),
            answer.value_json().map_or(if error.is_empty() { "-".to_owned() } else { error }, str::to_owned),
        ]
    };
    let rows: Vec<Vec<String>> = answers.map(row).collect();
    table(out, &["flag", "variant", "reason", "value"], &rows)
}

//! `strict`: a document that strict validation accepts is evaluated without PARSE_ERROR, whatever the context says.
//!
//! That is what strict validation is for: operators, references and shapes are checked before a document is in force
//! ("Behaviour where flagd leaves a choice" in ARCHITECTURE.md). Permissive validation accepts such a document as well,
//! reports the same, and gives the same answers; a refused one leaves the flags in force as they are.

use anyhow::{Context, Result, ensure};
use burgee::{Engine, ErrorCode, EvaluationContext, Options, Validation, validate};
use burgee_conformance::json::{parse, shorten};

use crate::choices::Choices;
use crate::generate::{self, Flavour};
use crate::seeds::Case;
use crate::{Property, input, spelling, texts};

/// The property.
pub const PROPERTY: Property = Property { name: "strict", check, seeds, inputs_in_tests: 4_000 };

/// What is in force before.
const BEFORE: &str = r#"{"flags": {"before": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "on"}}}"#;

fn seeds(case: &Case) -> Vec<Vec<u8>> {
    let context = case.contexts.first().map_or("{}", String::as_str);
    case.documents.iter().map(|document| input(&[document, context])).collect()
}

fn check(input: &[u8]) -> Result<bool> {
    if let Some(texts) = texts(input) {
        let (document, contexts) = texts.split_first().context("a text has a part")?;
        return check_document(document, contexts);
    }
    let mut choices = Choices::new(input);
    let document = generate::document(&mut choices, Flavour::Strict);
    let contexts: Vec<String> = (0..2).map(|_| generate::context(&mut choices).to_string()).collect();
    let contexts: Vec<&[u8]> = contexts.iter().map(String::as_bytes).collect();
    check_document(spelling::spell(&document, &mut choices).as_bytes(), &contexts)
}

/// Gives whether the document is accepted.
fn check_document(document: &[u8], contexts: &[&[u8]]) -> Result<bool> {
    let strict = Engine::new();
    ensure!(strict.update(BEFORE).is_ok(), "the document before is accepted");
    let permissive = Engine::with_options(Options::default().validation(Validation::Permissive));
    ensure!(permissive.update(BEFORE).is_ok(), "the document before is accepted");
    let say = || shorten(&String::from_utf8_lossy(document));
    let report = match strict.update(document) {
        Ok(report) => report,
        Err(error) => {
            ensure!(!error.findings().is_empty(), "it is refused without a finding: {error}\n{}", say());
            ensure!(strict.evaluate("before", "").variant() == Some("on"), "the flags before are gone\n{}", say());
            return Ok(false);
        }
    };
    let other =
        permissive.update(document).with_context(|| format!("only permissive validation refuses it\n{}", say()))?;
    ensure!(report.to_json() == other.to_json(), "the reports differ: {} and {}", report.to_json(), other.to_json());
    let findings = validate(document).with_context(|| format!("it cannot be validated\n{}", say()))?;
    ensure!(findings == report.warnings(), "validation finds {findings:?}\n{}", say());
    let report = parse(&report.to_json())?;
    let keys = report["flagIndices"].as_object().context("no `flagIndices`")?.keys();
    for key in keys {
        for context in contexts.iter().filter(|context| is_json(context)) {
            let context = EvaluationContext::json(context).at(1_000);
            let answer = strict.evaluate(key, context);
            ensure!(answer.error_code() != Some(ErrorCode::ParseError), "{key}: {}\n{}", answer.to_json(), say());
            let other = permissive.evaluate(key, context).to_json();
            ensure!(
                answer.to_json() == other,
                "{key}: permissive answers {other}, strict {}\n{}",
                answer.to_json(),
                say()
            );
        }
    }
    Ok(true)
}

/// Whether a text can be read as a context; nothing else may be said of one.
fn is_json(text: &[u8]) -> bool {
    burgee::evaluate_logic_json(b"null", text).contains("true")
}

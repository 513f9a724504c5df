//! The step budget of one evaluation.

use burgee::{Engine, EvaluationContext};

use crate::support::{evaluate, start, update};

/// Three operators for each element: two negations and a variable.
const FLAG: &str = r#"{"flags": {"f": {"state": "ENABLED", "variants": {"true": "all", "false": "not all"},
    "targeting": {"all": [{"var": "list"}, {"!": {"!": {"var": ""}}}]}}}}"#;

const OPERATORS: usize = 3;
const BUDGET: usize = 1_000_000;

fn context(elements: usize) -> String {
    format!(r#"{{"list": [{}1]}}"#, "1,".repeat(elements.saturating_sub(1)))
}

/// The most elements that the crate gets through.
fn most(engine: &Engine) -> usize {
    let passes = |elements: usize| {
        let context = context(elements);
        engine.evaluate("f", EvaluationContext::json(context.as_bytes())).variant() == Some("true")
    };
    let (mut good, mut bad) = (1, BUDGET / OPERATORS + 2);
    assert!(passes(good) && !passes(bad));
    while bad - good > 1 {
        let middle = good.midpoint(bad);
        if passes(middle) {
            good = middle;
        } else {
            bad = middle;
        }
    }
    good
}

#[test]
fn an_evaluation_ends_after_a_million_steps_at_the_same_place_natively_and_in_the_module() {
    let engine = Engine::new();
    engine.update(FLAG).expect("it is accepted");
    let most = most(&engine);
    println!("{most} elements of {OPERATORS} operators");
    assert!((BUDGET / OPERATORS / 2..=BUDGET / OPERATORS).contains(&most), "the budget allows {most} elements");
    let mut host = start();
    update(&mut host, FLAG.as_bytes());
    assert_eq!(evaluate(&mut host, "f", &context(most))["variant"], "true");
    let answer = evaluate(&mut host, "f", &context(most + 1));
    assert_eq!((&answer["reason"], &answer["errorCode"]), (&"ERROR".into(), &"GENERAL".into()));
    assert_eq!(evaluate(&mut host, "f", &context(most))["variant"], "true", "the next call works");
}

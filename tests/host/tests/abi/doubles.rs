//! References to references: shared, never copied.

use std::fmt::Write as _;

use crate::support::{evaluate, read, start, update};

/// A document in which each evaluator names the next one twice.
fn doublings(levels: usize) -> String {
    let mut evaluators = String::new();
    for level in 0..levels {
        let next = level + 1;
        let _ = write!(evaluators, r#""{level}":{{"+":[{{"$ref":"{next}"}},{{"$ref":"{next}"}}]}},"#);
    }
    let _ = write!(evaluators, r#""{levels}":{{"+":[{{"var":"n"}}]}}"#);
    format!(
        r#"{{"$evaluators":{{{evaluators}}},"flags":{{"f":{{"state":"ENABLED","variants":{{"big":1,"small":0}},"targeting":{{"if":[{{">":[{{"$ref":"0"}},0]}},"big","small"]}}}}}}}}"#
    )
}

#[test]
fn doublings_by_reference_cost_memory_linear_in_the_text() {
    let mut host = start();
    let plain = doublings(1);
    update(&mut host, plain.as_bytes());
    let before = host.memory_size();
    let document = doublings(18);
    assert!(document.len() < 1_000, "{} bytes", document.len());
    assert_eq!(update(&mut host, document.as_bytes())["success"], true);
    assert_eq!(update(&mut host, doublings(60).as_bytes())["success"], true);
    let grown = host.memory_size() - before;
    assert!(grown <= 4 * 65_536, "memory grew by {grown} bytes");
}

#[test]
fn doublings_by_reference_end_within_the_step_budget() {
    let mut host = start();
    update(&mut host, doublings(10).as_bytes());
    assert_eq!(evaluate(&mut host, "f", r#"{"n": 1}"#)["variant"], "big");
    update(&mut host, doublings(60).as_bytes());
    let before = host.memory_size();
    let answer = evaluate(&mut host, "f", r#"{"n": 1}"#);
    assert_eq!((&answer["reason"], &answer["errorCode"]), (&"ERROR".into(), &"GENERAL".into()));
    assert!(host.memory_size() - before <= 16 * 65_536);
}

#[test]
fn references_through_deep_rules_fit_the_stack() {
    // 64 hops, each through a rule nested as deep as a document may be.
    let negations = 120;
    let mut evaluators = String::new();
    for hop in 1..=64 {
        let end = if hop == 64 { r#"{"var":"n"}"#.to_owned() } else { format!(r#"{{"$ref":"e{}"}}"#, hop + 1) };
        let _ = write!(evaluators, r#""e{hop}":{}{end}{},"#, r#"{"!":"#.repeat(negations), "}".repeat(negations));
    }
    evaluators.pop();
    let document = format!(
        r#"{{"$evaluators":{{{evaluators}}},"flags":{{"f":{{"state":"ENABLED","variants":{{"yes":1,"no":0}},"targeting":{{"if":[{{"$ref":"e1"}},"yes","no"]}}}}}}}}"#
    );
    let mut host = start();
    let report = update(&mut host, document.as_bytes());
    assert_eq!(report["success"], true, "{report}");
    assert_eq!(evaluate(&mut host, "f", r#"{"n": 1}"#)["variant"], "yes");
    assert_eq!(evaluate(&mut host, "f", r#"{"n": 0}"#)["variant"], "no");
    read(host.set_validation_mode(1));
    assert_eq!(update(&mut host, document.replace("\"n\"", "\"m\"").as_bytes())["success"], true);
}

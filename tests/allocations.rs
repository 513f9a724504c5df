//! Evaluations take no memory once they have run. A native [`Evaluation`](burgee::Evaluation) owns the words that its
//! sentence repeats where the flags do not hold them: that is the one allocation of two kinds of error.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::alloc::System;

use burgee::{Attribute, Attributes, Engine, EvaluationContext, Options, Validation};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const FLAGS: &str = r#"{
  "metadata": {"team": "growth"},
  "$evaluators": {"staff": {"ends_with": [{"var": "email"}, "@example.com"]}},
  "flags": {
    "static": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "on"},
    "disabled": {"state": "DISABLED", "variants": {"on": true, "off": false}, "defaultVariant": "on"},
    "equals": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
      "targeting": {"if": [{"==": [{"var": "plan"}, "team"]}, "on", "off"]}},
    "nested": {"state": "ENABLED", "variants": {"on": {"a": [1, 2]}, "off": {}}, "defaultVariant": "off",
      "targeting": {"if": [{"and": [{">": [{"var": "app.build"}, 4000]}, {"in": ["beta", {"var": "app.channels"}]}]}, "on"]}},
    "in": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
      "targeting": {"if": [{"in": [{"var": "plan"}, ["a", "b", "c", "d", "e", "f", "g", "h", "team"]]}, "on", "off"]}},
    "share": {"state": "ENABLED", "variants": {"red": "r", "blue": "b"}, "defaultVariant": "red",
      "targeting": {"fractional": [{"cat": [{"var": "$flagd.flagKey"}, {"var": "targetingKey"}]}, ["red", 50], ["blue", 50]]}},
    "version": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
      "targeting": {"if": [{"sem_ver": [{"var": "version"}, ">=", "2.0.0"]}, "on", "off"]}},
    "shared": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
      "targeting": {"if": [{"$ref": "staff"}, "on", "off"]}},
    "loop": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
      "targeting": {"if": [{"some": [{"var": "app.channels"}, {"==": [{"var": ""}, "beta"]}]}, "on", "off"]}}
  }
}"#;

const CONTEXT: &[u8] = br#"{"targetingKey": "user-1", "plan": "team", "email": "ada@example.com", "version": "2.3.1",
  "name": "Ada \u00e9", "app": {"build": 4711, "channels": ["alpha", "beta"]}, "score": 1.5, "none": null}"#;

const KEYS: [&str; 9] = ["static", "disabled", "equals", "nested", "in", "share", "version", "shared", "loop"];

struct User;

impl Attributes for User {
    fn value(&self, path: &[&str]) -> Option<Attribute<'_>> {
        match path {
            ["targetingKey"] => Some(Attribute::Str("user-1")),
            ["plan"] => Some(Attribute::Str("team")),
            ["email"] => Some(Attribute::Str("ada@example.com")),
            ["version"] => Some(Attribute::Str("2.3.1")),
            ["app", "build"] => Some(Attribute::Int(4711)),
            _ => None,
        }
    }
}

/// How often `work` allocates, once it has run before.
fn allocations(mut work: impl FnMut()) -> usize {
    work();
    let region = Region::new(ALLOCATOR);
    for _ in 0..100 {
        work();
    }
    let taken = region.change();
    taken.allocations.saturating_add(taken.reallocations)
}

const BROKEN: &str = r#"{
  "flags": {
    "reference": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "on", "targeting": {"$ref": "nobody"}},
    "operator": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "on",
      "targeting": {"if": [{"var": "plan"}, {"equals": [1, 1]}]}},
    "default": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "off"},
    "constant": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "on", "targeting": {"cat": ["o", "ff"]}},
    "list": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "on", "targeting": {"var": "app.channels"}},
    "context": {"state": "ENABLED", "variants": {"team": true}, "defaultVariant": "team", "targeting": {"var": "plan"}},
    "chosen": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "on", "targeting": {"var": "plan"}}
  }
}"#;

fn an_answer_with_an_error_takes_no_memory() {
    let engine = Engine::with_options(Options::default().validation(Validation::Permissive));
    engine.update(BROKEN).expect("permissive takes it");
    let cases: [(&str, &[u8], &str, usize); 8] = [
        ("reference", CONTEXT, "does not exist in `$evaluators`", 0),
        ("operator", CONTEXT, "`equals` is not an operator", 0),
        ("default", CONTEXT, "the default variant `off`", 0),
        ("constant", CONTEXT, "chose `off`", 0),
        ("list", CONTEXT, "gave an array", 0),
        ("context", b"{\"plan\": \"team\", \"b\": }", "cannot be read: a value was expected", 0),
        ("chosen", CONTEXT, "chose `team`", 1),
        ("nobody has this key", CONTEXT, "no flag has the key", 1),
    ];
    let mut answer = String::new();
    for (key, context, sentence, each) in cases {
        let taken = allocations(|| {
            answer.clear();
            engine.evaluate(key, context).write_json(&mut answer);
        });
        assert!(answer.contains(sentence), "{key}: {answer}");
        assert_eq!(taken, each.saturating_mul(100), "`{key}`");
    }
}

fn a_rule_that_reads_the_whole_context_takes_no_memory() {
    let engine = Engine::new();
    let document = r#"{"flags": {"whole": {"state": "ENABLED", "variants": {"team": true}, "defaultVariant": null,
      "targeting": {"var": [{"var": "$flagd.flagKey"}, {"var": {"cat": ["pl", {"var": "rest"}]}}]}}}}"#;
    engine.update(document).expect("the document is valid");
    // More names than are compared pair by pair, some of one length and beginning, and one that stands twice.
    let plain =
        br#"{"plan": "team", "rest": "an", "a1": 1, "a2": 2, "b1": 1, "b2": 2, "c1": {"x1": 1, "x2": 2, "x3": 3},
      "c2": 2, "d1": 1, "d2": 2, "e1": 1, "plane": 1, "planet": "a rather long text", "planets": [1, 2, 3]}"#;
    let twice =
        br#"{"plan": "free", "rest": "an", "a1": 1, "a2": 2, "a1": 3, "b2": 2, "c1": {"x1": 1, "x1": 2, "x3": 3},
      "c2": 2, "d1": 1, "d2": 2, "e1": 1, "plane": 1, "plan": "team"}"#;
    let mut answer = String::new();
    for context in [&plain[..], twice, b"{\"plan\": \"team\", \"rest\": \"an\", \"pl\": 1, \"plan\": \"team\"}"] {
        let taken = allocations(|| {
            answer.clear();
            engine.evaluate("whole", context).write_json(&mut answer);
        });
        assert!(answer.contains("\"variant\":\"team\""), "{answer}");
        assert_eq!(taken, 0, "{}", String::from_utf8_lossy(context));
    }
}

fn an_evaluation_takes_no_memory() {
    let engine = Engine::new();
    engine.update(FLAGS).expect("the document is valid");
    let mut answer = String::new();
    for key in KEYS {
        let contexts = [
            EvaluationContext::json(CONTEXT),
            EvaluationContext::attributes(&User),
            EvaluationContext::json(CONTEXT).with(&User),
        ];
        for (context, way) in contexts.into_iter().zip(["JSON", "attributes", "attributes laid over JSON"]) {
            let taken = allocations(|| {
                answer.clear();
                engine.evaluate(key, context).write_json(&mut answer);
            });
            assert!(!answer.contains("ERROR"), "{key}: {answer}");
            assert_eq!(taken, 0, "`{key}` over {way}");
            let taken = allocations(|| {
                answer.clear();
                engine.evaluate_with(key, context, |read| read.write_metadata_json(&mut answer));
            });
            assert_eq!(answer, r#"{"team":"growth"}"#);
            assert_eq!(taken, 0, "`{key}` read in place over {way}");
        }
    }
}

fn an_answer_that_is_read_in_place_takes_no_memory() {
    let engine = Engine::with_options(Options::default().validation(Validation::Permissive));
    engine.update(BROKEN).expect("permissive takes it");
    let mut body = String::new();
    for key in ["chosen", "nobody has this key"] {
        let taken = allocations(|| {
            body.clear();
            engine.evaluate_with(key, CONTEXT, |answer| answer.write_error_json(&mut body));
        });
        assert!(body.contains("`"), "{body}");
        assert_eq!(taken, 0, "`{key}`");
    }
    engine.update(FLAGS).expect("the document is valid");
    let all = engine.evaluate_all(CONTEXT);
    let taken = allocations(|| {
        body.clear();
        for answer in all.answers() {
            answer.write_key_json(&mut body);
            body.push_str(answer.value_and_variant_json().unwrap_or(""));
            answer.write_metadata_json(&mut body);
        }
        all.write_flag_set_metadata_json(&mut body);
    });
    assert_eq!(taken, 0, "all flags");
}

/// One test, because the allocations of all threads are counted together.
#[test]
fn what_ran_before_takes_no_memory() {
    an_evaluation_takes_no_memory();
    an_answer_with_an_error_takes_no_memory();
    an_answer_that_is_read_in_place_takes_no_memory();
    a_rule_that_reads_the_whole_context_takes_no_memory();
}

//! Evaluations take no memory once they have run. Left out: answers with an error, whose sentence is written anew, and
//! rules that read the whole context, in which repeated names are looked for.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::alloc::System;

use burgee::{Attribute, Attributes, Engine, EvaluationContext};
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

#[test]
fn an_evaluation_that_ran_before_takes_no_memory() {
    let engine = Engine::new();
    engine.update(FLAGS).expect("the document is valid");
    let mut answer = String::new();
    for key in KEYS {
        let contexts = [EvaluationContext::json(CONTEXT), EvaluationContext::attributes(&User)];
        for (context, way) in contexts.into_iter().zip(["JSON", "attributes"]) {
            let mut evaluate = || {
                answer.clear();
                engine.evaluate(key, context).write_json(&mut answer);
                assert!(!answer.contains("ERROR"), "{key}: {answer}");
            };
            evaluate();
            let region = Region::new(ALLOCATOR);
            for _ in 0..100 {
                evaluate();
            }
            let taken = region.change();
            assert_eq!((taken.allocations, taken.reallocations), (0, 0), "`{key}` over {way}: {taken:?}");
        }
    }
}

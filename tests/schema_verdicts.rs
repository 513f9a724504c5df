//! The verdicts of the schema check are those of `boon`, an independent validator, with the same schema files.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has failed, which is what it is for"
)]

#[path = "schema_support/documents.rs"]
mod documents;
#[path = "support/operators.rs"]
mod operators;
#[path = "support/tape.rs"]
mod tape;
#[path = "schema_support/verdict.rs"]
mod verdict;

use documents::Vocabulary;
use serde_json::{Value, json};
use std::cell::Cell;
use tape::Tape;
use verdict::Oracle;

/// A document that has something of everything, so that mutations reach every part of the schemas without test data
/// from elsewhere.
fn everything() -> Value {
    json!({
        "$schema": "https://burgee.dev/schema/v0/flags.json",
        "metadata": {"flagSetId": "a", "version": 1, "beta": true},
        "$evaluators": {"staff": {"ends_with": [{"var": "email"}, "@example.com"]}, "none": {}},
        "flags": {
            "plain": {"state": "DISABLED", "variants": {"on": true, "off": false}, "defaultVariant": null},
            "numbers": {"state": "ENABLED", "variants": {"a": 1, "b": 2.5}, "defaultVariant": "a", "metadata": {"x": "y"}},
            "objects": {"state": "ENABLED", "variants": {"a": {}, "b": {"x": [1]}}, "targeting": {}},
            "rules": {
                "state": "ENABLED", "variants": {"a": "x", "b": "y"}, "defaultVariant": "a",
                "targeting": {"if": [
                    {"and": [{"$ref": "staff"}, {"!": {"missing": ["plan"]}}, {"missing_some": [1, ["a", "b"]]}]}, "a",
                    {"sem_ver": [{"var": "version"}, "^", "1.4.0-rc.1"]}, {"fractional": [["a", 1], ["b"]]},
                    {"fractional": [{"cat": [{"var": "$flagd.flagKey"}, {"var": ["email", ""]}]}, ["a", {"var": "w"}], [{"$ref": "staff"}, 2]]}
                ]}
            },
            "lists": {
                "state": "ENABLED", "variants": {"true": 1, "false": 0},
                "targeting": {"<": [0, {"reduce": [{"map": [[1, 2], {"*": [{"var": ""}, 2]}]}, {"+": [{"var": "current"}, 1]}, 0]}, 9]}
            }
        }
    })
}

#[test]
fn every_row_of_the_format_accepts_and_refuses_what_it_says() {
    let rows: Value = serde_json::from_str(include_str!("schema_support/rows.json")).expect("the rows are JSON");
    let oracle = Oracle::new();
    for row in rows.as_array().expect("the rows are an array") {
        for (list, expected) in [("accept", true), ("refuse", false)] {
            for value in row[list].as_array().expect("a row has values to accept and to refuse") {
                let document = place(row["in"].as_str().unwrap_or_default(), value);
                let accepted = oracle.agree(&document.to_string()).unwrap_or_else(|error| panic!("{error}"));
                assert_eq!(accepted, expected, "{}: {value}", row["row"]);
            }
        }
    }
}

/// A document with a value where a row wants it.
fn place(part: &str, value: &Value) -> Value {
    match part {
        "document" => value.clone(),
        "flag" => json!({"flags": {"f": value}}),
        "variants" => json!({"flags": {"f": {"state": "ENABLED", "variants": value}}}),
        "targeting" => json!({"flags": {"f": {"state": "ENABLED", "variants": {"a": 1}, "targeting": value}}}),
        "argument" => place("targeting", &json!({"and": [true, value]})),
        other => panic!("no part of a document is called `{other}`"),
    }
}

#[test]
fn the_verdicts_on_the_testbed_files_are_those_of_boon() {
    let Some(files) = verdict::testbed() else { return };
    let oracle = Oracle::new();
    for (name, file) in &files {
        let verdict = oracle.agree(&file.to_string()).unwrap_or_else(|error| panic!("{name}: {error}"));
        println!("{name}: {}", if verdict { "accepted" } else { "refused" });
    }
}

#[test]
fn the_flags_of_the_testbed_that_break_the_schema_are_the_known_ones() {
    // The testbed keeps them on purpose: they show what an engine answers to a rule that makes no sense.
    let known = [
        (
            "testkit-flags.json",
            "semver-invalid-operator-flag semver-v-prefix-flag semver-partial-version-flag semver-numeric-context-flag starts-with-wrong-args-flag ends-with-wrong-args-flag fractional-negative-weight-flag semver-wrong-args-flag",
        ),
        (
            "custom-ops.json",
            "starts-ends-flag equal-greater-lesser-version-flag semver-v-prefix-flag semver-partial-version-flag semver-numeric-context-flag",
        ),
        (
            "edge-case-flags.json",
            "error-targeting-flag semver-invalid-operator-flag starts-with-wrong-args-flag ends-with-wrong-args-flag fractional-negative-weight-flag semver-wrong-args-flag targeting-null-flag",
        ),
    ];
    let Some(files) = verdict::testbed() else { return };
    let oracle = Oracle::new();
    for (file, document) in &files {
        let refused = known.iter().find(|(name, _)| name == file).map_or("", |(_, flags)| flags);
        let mut expected: Vec<&str> = refused.split_whitespace().collect();
        expected.sort_unstable();
        let flags = document["flags"].as_object().expect("the testbed has flags by key");
        let alone = |key: &String, flag: &Value| json!({"flags": {key: flag}, "$evaluators": document.get("$evaluators").unwrap_or(&json!({}))});
        let breaks =
            |key: &String, flag: &Value| !oracle.agree(&alone(key, flag).to_string()).expect("the verdicts agree");
        let mut found: Vec<&str> =
            flags.iter().filter(|(key, flag)| breaks(key, flag)).map(|(key, _)| key.as_str()).collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{file}");
    }
}

#[test]
fn the_verdicts_on_every_document_of_the_vectors_are_those_of_boon() {
    let oracle = Oracle::new();
    let documents = verdict::vector_documents();
    let verdicts = documents.iter().map(|text| oracle.agree(text).unwrap_or_else(|error| panic!("{error}")));
    let accepted = verdicts.filter(|accepted| *accepted).count();
    println!("{} documents of the vectors, {accepted} of them accepted", documents.len());
}

#[test]
fn the_verdicts_on_mutated_documents_are_those_of_boon() {
    let oracle = Oracle::new();
    let vocabulary = Vocabulary::new();
    let mut seeds = vec![everything()];
    seeds.extend(verdict::testbed().into_iter().flatten().map(|(_, document)| document));
    let counts = Counts::default();
    tape::for_all(6_000, 40, |choices| {
        let mut tape = Tape::new(choices);
        // The first seed has every construct, so it gets half of the cases.
        let place = tape.below(seeds.len().saturating_mul(2)).saturating_sub(seeds.len());
        let mut document = seeds[place].clone();
        vocabulary.mutate(&mut document, &mut tape);
        counts.add(oracle.agree(&document.to_string())?)
    });
    counts.are_no_formality();
}

#[test]
fn the_verdicts_on_generated_rules_are_those_of_boon() {
    let oracle = Oracle::new();
    let vocabulary = Vocabulary::new();
    let counts = Counts::default();
    tape::for_all(4_000, 60, |choices| {
        let document = vocabulary.generate(&mut Tape::new(choices));
        counts.add(oracle.agree(&document.to_string())?)
    });
    counts.are_no_formality();
}

/// How often both said yes, and how often no.
#[derive(Default)]
struct Counts {
    accepted: Cell<u32>,
    refused: Cell<u32>,
}

impl Counts {
    fn add(&self, accepted: bool) -> Result<(), String> {
        let count = if accepted { &self.accepted } else { &self.refused };
        count.set(count.get().saturating_add(1));
        Ok(())
    }

    /// Agreement means little where one of the verdicts hardly ever comes up.
    fn are_no_formality(&self) {
        let (accepted, refused) = (self.accepted.get(), self.refused.get());
        println!("{accepted} documents accepted, {refused} refused");
        assert!(accepted.min(refused) >= 400, "{accepted} accepted, {refused} refused");
    }
}

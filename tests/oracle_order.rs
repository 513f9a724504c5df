//! The order of names against the standard library's sort: names are sorted seven bytes at a time, so what counts are
//! names that are alike for long, end in the middle of a piece, or hold bytes at the ends of the range.

#![expect(clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use burgee::{Engine, Options, Validation, evaluate_logic_json};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Names of few letters, most with a beginning that others have as well.
fn name() -> impl Strategy<Value = String> {
    let beginning =
        prop::sample::select(vec!["", "a", "abcdef", "abcdefg", "abcdefgh", "abcdefgabcdefg", "\u{10ffff}\u{10ffff}"]);
    let letters = prop::sample::select(vec!["", "\u{1}", "a", "b", "g", "\u{7f}", "é", "\u{10ffff}", "abcdefg"]);
    (beginning, prop::collection::vec(letters, 0..5))
        .prop_map(|(beginning, rest)| format!("{beginning}{}", rest.concat()))
}

/// An object as JSON, in which names may stand twice.
fn object(members: &[(String, Value)]) -> String {
    let members: Vec<String> = members.iter().map(|(name, value)| format!("{}:{value}", json!(name))).collect();
    format!("{{{}}}", members.join(","))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn flags_stand_in_the_order_of_their_keys(keys in prop::collection::vec(name(), 1..60)) {
        let flags: Vec<(String, Value)> = (0..).zip(&keys).filter(|(_, key)| !key.is_empty()).map(|(number, key)| {
            (key.clone(), json!({"state": "ENABLED", "variants": {"it": number}, "defaultVariant": "it"}))
        }).collect();
        let document = format!(r#"{{"flags": {}}}"#, object(&flags));
        let engine = Engine::with_options(Options::default().validation(Validation::Permissive));
        engine.update(&document).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let answers = engine.evaluate_all("{}");
        let given: Vec<(String, String)> = answers.iter()
            .map(|answer| (answer.key().to_owned(), answer.value_json().unwrap_or("").to_owned()))
            .collect();
        let last: BTreeMap<&String, String> =
            flags.iter().map(|(key, flag)| (key, flag["variants"]["it"].to_string())).collect();
        let wanted: Vec<(String, String)> = last.into_iter().map(|(key, value)| (key.clone(), value)).collect();
        prop_assert_eq!(given, wanted);
    }

    #[test]
    fn of_names_that_stand_twice_the_last_one_counts(names in prop::collection::vec(name(), 1..40)) {
        let members: Vec<(String, Value)> = (0..).zip(&names).map(|(number, name)| (name.clone(), json!(number))).collect();
        let data = object(&members);
        let reply = evaluate_logic_json(br#"{"var": ""}"#, data.as_bytes());
        // The text itself is compared, because a reader of JSON would hide a name that stands twice.
        let mut kept: Vec<&(String, Value)> = Vec::new();
        for member in members.iter().rev() {
            if kept.iter().all(|(name, _)| *name != member.0) {
                kept.insert(0, member);
            }
        }
        let kept: Vec<(String, Value)> = kept.into_iter().cloned().collect();
        prop_assert_eq!(reply, format!(r#"{{"success":true,"result":{}}}"#, object(&kept)));
    }
}

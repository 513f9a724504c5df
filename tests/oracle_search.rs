//! `in` over two texts against the standard library's search.

#![expect(clippy::indexing_slicing, reason = "a test fails by panicking")]

use burgee::evaluate_logic_json;
use serde_json::json;

/// All texts of two letters up to a length: every way in which a short text can overlap itself.
fn texts(most: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut from = 0;
    for _ in 0..most {
        let until = all.len();
        for place in from..until {
            for letter in ['a', 'b'] {
                all.push(format!("{}{letter}", all[place]));
            }
        }
        from = until;
    }
    all
}

fn is_in(needle: &str, haystack: &str) -> bool {
    let rule = json!({"in": [{"var": "needle"}, {"var": "haystack"}]}).to_string();
    let data = json!({"needle": needle, "haystack": haystack}).to_string();
    let answer = evaluate_logic_json(rule.as_bytes(), data.as_bytes());
    match answer.as_str() {
        r#"{"success":true,"result":true}"# => true,
        other => {
            assert_eq!(other, r#"{"success":true,"result":false}"#);
            false
        }
    }
}

#[test]
fn a_text_is_found_where_the_standard_library_finds_it() {
    let mut found = 0;
    for haystack in texts(7) {
        for needle in texts(5) {
            let wanted = haystack.contains(&needle);
            assert_eq!(is_in(&needle, &haystack), wanted, "{needle:?} in {haystack:?}");
            found += usize::from(wanted);
        }
    }
    assert!(found > 1_000, "{found} were found");
}

#[test]
fn a_search_that_almost_matches_everywhere_takes_no_longer_than_its_texts() {
    let haystack = "a".repeat(400_000);
    let needle = format!("{}b", "a".repeat(200_000));
    assert!(!is_in(&needle, &haystack));
    assert!(is_in(&needle, &format!("{haystack}b")));
}

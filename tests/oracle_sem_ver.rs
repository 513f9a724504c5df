//! `sem_ver` against the crate `semver`: order of valid versions, null for invalid ones, `^` and `~` by definition.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "support/tape.rs"]
mod tape;

use std::cell::RefCell;

use burgee::{Engine, Value};
use semver::Version;
use serde_json::{Value as Json, json};
use tape::Tape;

fn sem_ver(arguments: &Json) -> Value {
    let rule = json!({"sem_ver": arguments}).to_string();
    Engine::new().evaluate_logic(rule.as_bytes(), b"{}").expect("`sem_ver` never fails")
}

fn number(tape: &mut Tape<'_>) -> String {
    match tape.below(6) {
        0 => "0".to_owned(),
        1 => "1".to_owned(),
        5 => u64::from(tape.word()).to_string(),
        _ => tape.below(12).to_string(),
    }
}

fn identifier(tape: &mut Tape<'_>, build: bool) -> String {
    match tape.below(7) {
        0 => number(tape),
        1 => "alpha".to_owned(),
        2 => "beta".to_owned(),
        3 => "-".to_owned(),
        4 => "0a".to_owned(),
        5 if build => "007".to_owned(),
        _ => tape.pick(&["rc", "RC", "x-1", "a", "10a", "alpha-"]).to_owned(),
    }
}

fn identifiers(tape: &mut Tape<'_>, build: bool) -> String {
    (0..tape.below(3).saturating_add(1)).map(|_| identifier(tape, build)).collect::<Vec<_>>().join(".")
}

/// A version that SemVer allows, mostly without prerelease and build.
fn version(tape: &mut Tape<'_>) -> String {
    let mut text = format!("{}.{}.{}", number(tape), number(tape), number(tape));
    if tape.below(2) == 1 {
        text = format!("{text}-{}", identifiers(tape, false));
    }
    if tape.below(4) == 3 {
        text = format!("{text}+{}", identifiers(tape, true));
    }
    text
}

/// A version near another one, so that all of equal, less and greater occur.
fn neighbour(tape: &mut Tape<'_>, text: &str) -> String {
    match tape.below(4) {
        0 => version(tape),
        1 => text.to_owned(),
        2 => format!("{}+{}", text.split('+').next().unwrap_or(""), identifiers(tape, true)),
        _ => {
            let core = text.split(['-', '+']).next().unwrap_or("");
            format!("{core}-{}", identifiers(tape, false))
        }
    }
}

#[test]
fn versions_are_ordered_as_the_crate_semver_orders_them() {
    let orders = RefCell::new([0usize; 3]);
    tape::for_all(5000, 40, |choices| {
        let mut tape = Tape::new(choices);
        let left = version(&mut tape);
        let right = neighbour(&mut tape, &left);
        let parse = |text: &str| Version::parse(text).map_err(|error| format!("{text}: {error}"));
        let (ours, theirs) = (parse(&left)?, parse(&right)?);
        let order = ours.cmp_precedence(&theirs);
        let place = match order {
            std::cmp::Ordering::Less => 0,
            std::cmp::Ordering::Equal => 1,
            std::cmp::Ordering::Greater => 2,
        };
        if let Some(count) = orders.borrow_mut().get_mut(place) {
            *count = count.saturating_add(1);
        }
        let same_major = ours.major == theirs.major;
        let expected = [
            ("=", order.is_eq()),
            ("!=", order.is_ne()),
            ("<", order.is_lt()),
            ("<=", order.is_le()),
            (">", order.is_gt()),
            (">=", order.is_ge()),
            ("^", same_major),
            ("~", same_major && ours.minor == theirs.minor),
        ];
        for (operator, expected) in expected {
            let (left, right) = (prefixed(&mut tape, &left), prefixed(&mut tape, &right));
            let given = sem_ver(&json!([left, operator, right]));
            if given != Value::Bool(expected) {
                return Err(format!("{left} {operator} {right} gives {given}, not {expected}"));
            }
        }
        Ok(())
    });
    let orders = orders.into_inner();
    assert!(orders.iter().all(|count| *count > 200), "less, equal, greater: {orders:?}");
}

/// The same version with one `v` in front, now and then.
fn prefixed(tape: &mut Tape<'_>, text: &str) -> String {
    format!("{}{text}", tape.pick(&["", "", "v", "V"]))
}

#[test]
fn a_text_that_is_no_version_gives_null() {
    let counted = RefCell::new(0usize);
    tape::for_all(5000, 40, |choices| {
        let mut tape = Tape::new(choices);
        let text = broken(&mut tape);
        let unprefixed = text.strip_prefix(['v', 'V']).unwrap_or(&text);
        let partial = !unprefixed.is_empty()
            && unprefixed.split('.').count() < 3
            && unprefixed.split('.').all(|part| part.parse::<u64>().is_ok_and(|number| number.to_string() == part));
        if Version::parse(unprefixed).is_ok() || partial {
            return Ok(());
        }
        counted.replace_with(|count| count.saturating_add(1));
        for operator in ["=", "!=", "<", "<=", ">", ">=", "^", "~"] {
            for arguments in [json!([text, operator, "1.0.0"]), json!(["1.0.0", operator, text])] {
                let given = sem_ver(&arguments);
                if given != Value::Null {
                    return Err(format!("{arguments} gives {given}"));
                }
            }
        }
        Ok(())
    });
    assert!(counted.into_inner() > 2000);
}

/// A version with one character put in, taken out or replaced.
fn broken(tape: &mut Tape<'_>) -> String {
    let mut text: Vec<char> = version(tape).chars().collect();
    let character = *['.', '-', '+', ' ', 'v', '0', 'x', '*', 'é', '\n', '_', '1'].get(tape.below(12)).unwrap_or(&' ');
    let place = tape.below(text.len().saturating_add(1));
    match tape.below(3) {
        0 => text.insert(place, character),
        1 if place < text.len() => drop(text.remove(place)),
        _ => {
            if let Some(slot) = text.get_mut(place) {
                *slot = character;
            }
        }
    }
    text.into_iter().collect()
}

#[test]
fn the_table_of_the_format_holds() {
    let yes = [
        json!(["2.0.0", "=", "2.0.0"]),
        json!(["2.1.0", ">", "2.0.0"]),
        json!(["1.9.0", "<", "2.0.0"]),
        json!(["2.0.0-alpha", "<", "2.0.0"]),
        json!(["3.0.1", "~", "3.0.0"]),
        json!(["3.1.0", "^", "3.0.0"]),
        json!(["1.0.0", "=", "v1.0.0"]),
        json!(["v1.0.0", "=", "v1.0.0"]),
        json!(["V1.0.0", "=", "v1.0.0"]),
        json!(["1.5.0", "^", "1"]),
        json!(["1.0", "^", "1"]),
        json!(["1", "^", "1"]),
        json!([1, "^", "1"]),
        json!([1.0, "^", "1"]),
        json!([1.2, "^", "1"]),
        json!([1.2, ">", "1.1"]),
        json!([2, ">", "1.1"]),
        json!(["1.2", ">", "1.1"]),
        json!(["1.0.0+other", "=", "1.0.0+build"]),
        json!(["1.0.0-preview.1.3", ">", "1.0.0-preview.1.2"]),
        json!([1.2, "=", "1.2"]),
        json!([1, "=", "v1.0.0"]),
        json!(["1.2.2", "^", "1.2.3"]),
        json!(["0.3.0", "^", "0.2.3"]),
        json!(["1.2.2", "~", "1.2.3"]),
        json!(["1.9.9-rc", "^", "1.0.0"]),
        json!(["99999999999999999999.0.0", ">", "99999999999999999998.9.9"]),
    ];
    for arguments in yes {
        assert_eq!(sem_ver(&arguments), Value::Bool(true), "{arguments}");
    }
    let no = [
        json!(["4.0.0", "~", "3.0.0"]),
        json!(["4.0.0", "^", "3.0.0"]),
        json!(["3.1.0", "~", "3.0.0"]),
        json!(["2.0.0", "=", "v1.0.0"]),
        json!(["2.0.0", "^", "1"]),
        json!([1.1, ">", "1.1"]),
        json!([1, ">", "1.1"]),
        json!(["2.0.0", "=", "1.0.0+build"]),
        json!(["1.0", ">", "1.0.0"]),
    ];
    for arguments in no {
        assert_eq!(sem_ver(&arguments), Value::Bool(false), "{arguments}");
    }
    let ascending =
        ["alpha", "alpha.1", "alpha.beta", "beta", "beta.2", "beta.11", "rc.1"].map(|text| format!("1.0.0-{text}"));
    let ascending: Vec<String> = ascending.into_iter().chain(["1.0.0".to_owned()]).collect();
    for (left, right) in ascending.iter().zip(ascending.iter().skip(1)) {
        assert_eq!(sem_ver(&json!([left, "<", right])), Value::Bool(true), "{left} {right}");
    }
}

#[test]
fn what_is_no_comparison_of_versions_gives_null() {
    let invalid = [
        "",
        "1.x",
        "*",
        "1.2.3.4",
        "01.2.3",
        "1.2.3-01",
        "1.2.3-",
        "1.2.3+",
        "1.2.3-a..1",
        "-1",
        "1.2.3 ",
        " 1.0.0",
        "vv1",
        "Vv1",
        "v",
        "1.2-beta",
        "1+b",
        "not-a-version",
        "2.0.0.0",
        "1e+21",
        "1.",
        ".1",
        "1..2",
        "1.2.3+a..b",
    ];
    for text in invalid {
        assert_eq!(sem_ver(&json!([text, "=", "1.0.0"])), Value::Null, "{text}");
        assert_eq!(sem_ver(&json!(["1.0.0", "!=", text])), Value::Null, "{text}");
    }
    let malformed = [
        json!(["1.0.0", "===", "1.0.0"]),
        json!(["1.0.0", "==", "1.0.0"]),
        json!(["1.0.0", "eq", "1.0.0"]),
        json!(["1.0.0", 1, "1.0.0"]),
        json!(["1.0.0", "="]),
        json!(["1.0.0", "=", "1.0.0", "1.0.0"]),
        json!([]),
        json!("1.0.0"),
        json!([true, "=", "1.0.0"]),
        json!([null, "=", "1.0.0"]),
        json!([["1.0.0"], "=", "1.0.0"]),
        json!([{}, "=", "1.0.0"]),
        json!([1e21, "=", "1.0.0"]),
        json!([-1, "=", "1.0.0"]),
    ];
    for arguments in malformed {
        assert_eq!(sem_ver(&arguments), Value::Null, "{arguments}");
    }
}

//! Bad documents, contexts and rules: an error with place and hint, the old flags stay, and the next call works.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "support/documents.rs"]
mod documents;

use burgee::{Engine, Error, ErrorCode, Options, Reason, Validation, Value};
use documents::{nested, with_targeting};

const GOOD: &str = r#"{"flags": {"good": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "on"}}}"#;

fn flags(text: &str) -> String {
    format!(r#"{{"flags": {{{text}}}}}"#)
}

fn enabled(key: &str, members: &str) -> String {
    format!(r#""{key}": {{"state": "ENABLED"{members}}}"#)
}

/// Updates an engine that has flags in force with a bad document and gives the error.
#[track_caller]
fn refused(validation: Validation, document: &[u8]) -> Error {
    let engine = Engine::with_options(Options::default().validation(validation));
    engine.update(GOOD).expect("the good document is valid");
    let Err(error) = engine.update(document) else { panic!("accepted: {}", String::from_utf8_lossy(document)) };
    assert!(!error.findings().is_empty(), "{error}");
    for finding in error.findings() {
        assert!(finding.line() >= 1 && finding.column() >= 1, "{finding:?}");
        assert!(!finding.message().is_empty(), "{finding:?}");
        assert!(finding.hint().is_some_and(|hint| !hint.is_empty()), "no hint: {finding:?}");
    }
    assert_eq!(engine.evaluate_bool("good", "").value, Some(true), "the old flags stay");
    let report = engine.update(GOOD).expect("the next call works");
    assert!(report.changed_flags().is_empty(), "nothing was lost: {:?}", report.changed_flags());
    let report = engine.update(r#"{"flags": {}}"#).expect("the next call works");
    assert_eq!(report.removed(), ["good"]);
    error
}

/// The rule, pointer and place of the first finding.
#[track_caller]
fn assert_first(error: &Error, rule: &str, path: &str, line: u32, column: u32) {
    let first = error.findings().first().expect("a finding");
    assert_eq!((first.rule(), first.path(), first.line(), first.column()), (rule, path, line, column), "{error}");
}

#[test]
fn text_that_is_no_json_is_refused_with_its_place() {
    let cases: [(&str, u32, u32); 16] = [
        ("", 1, 1),
        ("hello", 1, 1),
        ("flags: {}\n", 1, 2),
        ("{\"flags\": {}", 1, 13),
        ("{\"flags\": {\n  \"a\": {\"state\"", 2, 16),
        ("{\"flags\": {}} x", 1, 15),
        ("{\"flags\": {},}", 1, 14),
        ("{\"é\": 1, flags: {}}", 1, 10),
        ("{\"flags\" {}}", 1, 10),
        ("{\"flags\": [1 2]}", 1, 14),
        ("{\"flags\": tru}", 1, 14),
        ("{\"flags\": 01}", 1, 12),
        ("{\"flags\": \"a\tb\"}", 1, 13),
        ("{\"flags\": \"\\x\"}", 1, 13),
        ("{'flags': {}}", 1, 2),
        ("\u{feff}{\"flags\": {}}", 1, 1),
    ];
    for (text, line, column) in cases {
        for validation in [Validation::Strict, Validation::Permissive] {
            let error = refused(validation, text.as_bytes());
            assert_first(&error, "json-syntax", "", line, column);
            assert!(error.message().contains(&format!("line {line}, column {column}")), "{error}");
        }
    }
}

#[test]
fn a_document_cut_anywhere_is_refused() {
    let text = r#"{"flags": {"a\u00e9": {"state": "ENABLED", "variants": {"x": -1.5e3, "y": [true, false, null]}}}, "metadata": {}}"#;
    for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
        let error = Engine::new().update(text.get(..end).expect("a prefix")).expect_err("cut");
        assert_eq!(error.code(), "json-syntax", "{end}");
    }
}

#[test]
fn a_root_without_flags_is_refused() {
    for (text, rule, path) in [
        ("[]", "root-type", ""),
        ("null", "root-type", ""),
        ("7", "root-type", ""),
        ("\"flags\"", "root-type", ""),
        ("{}", "flags-missing", ""),
        ("{\"Flags\": {}}", "flags-missing", ""),
        ("{\"flags\": 1}", "flags-type", "/flags"),
        ("{\"flags\": \"a\"}", "flags-type", "/flags"),
    ] {
        for validation in [Validation::Strict, Validation::Permissive] {
            let error = refused(validation, text.as_bytes());
            let column = if path.is_empty() { 1 } else { 11 };
            assert_first(&error, rule, path, 1, column);
        }
    }
}

#[test]
fn bytes_that_are_no_utf8_are_refused_with_their_offset() {
    let cases: [(&[u8], u32, u32, usize); 4] = [
        (b"{\"flags\": {\"\xff\": 1}}", 1, 13, 12),
        (b"{\n\"\xc3\xa9\": \"\xe2\x82\", \"flags\": {}}", 2, 7, 9),
        (b"\x80", 1, 1, 0),
        (b"{\"flags\": {}} \xed\xa0\x80", 1, 15, 14),
    ];
    for (text, line, column, offset) in cases {
        let error = refused(Validation::Strict, text);
        assert_first(&error, "utf8", "", line, column);
        assert!(error.message().contains(&format!("byte {offset}")), "{error}");
        let error = refused(Validation::Permissive, text);
        assert_eq!(error.code(), "utf8");
    }
}

#[test]
fn half_a_surrogate_pair_is_refused() {
    for escape in [r"\ud800", r"\udfff", r"\ud800x", r"\ud800\u0041", r"\ud800\ud800", r"\udc00\ud800"] {
        let text = format!("{{\"flags\": {{\"{escape}\": 1}}}}");
        let error = refused(Validation::Strict, text.as_bytes());
        assert_eq!(error.code(), "json-syntax", "{escape}");
        assert!(error.message().contains("surrogate"), "{error}");
        let engine = documents::engine(r#"{"!!": [{"var": "x"}]}"#, "");
        for name in ["x", "y"] {
            let answer = engine.evaluate("f", format!("{{\"{name}\": \"{escape}\"}}").as_str());
            assert_eq!(
                (answer.reason(), answer.error_code()),
                (Reason::Error, Some(ErrorCode::ParseError)),
                "{answer:?}"
            );
        }
    }
    let whole = Engine::new().evaluate_logic(br#""\ud83d\ude00""#, b"").expect("a pair is a character");
    assert_eq!(whole, Value::from("😀"));
}

#[test]
fn nesting_of_129_levels_is_refused_with_its_place() {
    let text = format!("{{\"flags\": {{}}, \"x\":\n{}}}", nested(128, "[", "", "]"));
    for validation in [Validation::Strict, Validation::Permissive] {
        let error = refused(validation, text.as_bytes());
        assert_first(&error, "json-depth", "", 2, 128);
    }
}

#[test]
fn references_that_lead_nowhere_or_in_a_circle_are_refused() {
    let unknown = with_targeting(r#"{"if": [{"$ref": "gone"}, "a"]}"#, r#","$evaluators":{"done":{"!":[true]}}"#);
    let error = refused(Validation::Strict, unknown.as_bytes());
    assert_first(&error, "unknown-reference", "/flags/f/targeting/if/0/$ref", 1, 131);
    assert_eq!(error.findings().first().and_then(|found| found.flag()), Some("f"));
    let circle = with_targeting(
        r#"{"if": [{"$ref": "a"}, "a"]}"#,
        r#","$evaluators":{"a":{"!":[{"$ref":"b"}]},"b":{"!":[{"$ref":"a"}]}}"#,
    );
    let error = refused(Validation::Strict, circle.as_bytes());
    assert_eq!((error.code(), error.findings().len()), ("reference-cycle", 1), "{error:?}");
    assert!(error.message().contains("`a` → `b` → `a`"), "{error}");
    let itself = with_targeting(r#"{"if": [{"$ref": "a"}, "a"]}"#, r#","$evaluators":{"a":{"!":[{"$ref":"a"}]}}"#);
    assert_eq!(refused(Validation::Strict, itself.as_bytes()).code(), "reference-cycle");
    for document in [unknown, circle, itself] {
        let engine = Engine::with_options(Options::default().validation(Validation::Permissive));
        let report = engine.update(&document).expect("permissive");
        assert_eq!(report.warnings().len(), 1, "{:?}", report.warnings());
        let answer = engine.evaluate("f", "{}");
        assert_eq!((answer.reason(), answer.error_code()), (Reason::Error, Some(ErrorCode::ParseError)), "{answer:?}");
    }
}

#[test]
fn sixty_five_hops_are_refused_with_their_place() {
    let evaluators: Vec<String> =
        (0..64).map(|place| format!(r#""e{place}": {{"!": [{{"$ref": "e{}"}}]}}"#, place + 1)).collect();
    let document = with_targeting(
        "\n{\"!\": [{\"$ref\": \"e0\"}]}",
        &format!(r#","$evaluators":{{{},"e64":{{"!":[true]}}}}"#, evaluators.join(",")),
    );
    let error = refused(Validation::Strict, document.as_bytes());
    assert_first(&error, "reference-depth", "/flags/f/targeting/!/0/$ref", 2, 17);
}

#[test]
fn names_that_stand_twice_are_refused_and_the_last_one_counts() {
    let text = "{\"flags\": {\n  \"a\": {\"state\": \"ENABLED\", \"variants\": {\"x\": 1}, \"defaultVariant\": \"x\"},\n  \"a\": {\"state\": \"ENABLED\", \"variants\": {\"x\": 2}, \"defaultVariant\": \"x\"}}}";
    let error = refused(Validation::Strict, text.as_bytes());
    assert_first(&error, "duplicate-key", "/flags/a", 3, 3);
    let engine = Engine::with_options(Options::default().validation(Validation::Permissive));
    assert_eq!(engine.update(text).expect("permissive").warnings().len(), 1);
    assert_eq!(engine.evaluate_int("a", "").value, Some(2));
    // An escape is the same name.
    let escaped = text.replacen("\"a\"", "\"\\u0061\"", 1);
    assert_eq!(refused(Validation::Strict, escaped.as_bytes()).code(), "duplicate-key");
    // In a context the last one counts, and nothing is said.
    let engine = documents::engine(r#"{"==": [{"var": "x"}, 2]}"#, "");
    assert_eq!(engine.evaluate("f", r#"{"x": 1, "x": 2}"#).variant(), Some("true"));
    assert_eq!(engine.evaluate("f", r#"{"x": 2, "y": {"x": 2}, "x": 1}"#).variant(), Some("false"));
}

#[test]
fn a_flag_without_variants_or_without_a_key_is_refused() {
    let error = refused(Validation::Strict, flags(&enabled("a", "")).as_bytes());
    assert!(
        error
            .findings()
            .iter()
            .any(|found| found.rule() == "variants" && found.path() == "/flags/a" && found.flag() == Some("a")),
        "{:?}",
        error.findings()
    );
    let error = refused(Validation::Strict, flags(&enabled("a", r#", "variants": {}"#)).as_bytes());
    assert_eq!(error.code(), "variants");
    let empty = flags(&enabled("", r#", "variants": {"x": 1}, "defaultVariant": "x""#));
    let error = refused(Validation::Strict, empty.as_bytes());
    assert_first(&error, "flag-key", "/flags/", 1, 12);
    let engine = Engine::with_options(Options::default().validation(Validation::Permissive));
    assert!(!engine.update(&empty).expect("permissive").warnings().is_empty());
    assert_eq!(engine.evaluate("", "").error_code(), Some(ErrorCode::FlagNotFound));
    engine.update(flags(&enabled("a", ""))).expect("permissive");
    assert_eq!(engine.evaluate("a", "").reason(), Reason::Default, "nothing to choose from and no default");
    engine.update(flags(&enabled("a", r#", "defaultVariant": "x""#))).expect("permissive");
    assert_eq!(engine.evaluate("a", "").error_code(), Some(ErrorCode::General));
}

#[test]
fn numbers_too_large_for_a_double_are_refused() {
    let long = "1".repeat(400);
    for number in ["1e999", "-1e999", "1e309", long.as_str(), "123456789e400"] {
        let document =
            flags(&enabled("a", &format!(", \"variants\": {{\"x\":\n{number}}}, \"defaultVariant\": \"x\"")));
        for validation in [Validation::Strict, Validation::Permissive] {
            assert_first(&refused(validation, document.as_bytes()), "json-number", "", 2, 1);
        }
        let engine = documents::engine(r#"{"!!": [{"var": "x"}]}"#, "");
        for name in ["x", "y"] {
            let answer = engine.evaluate("f", format!(r#"{{"{name}": {number}}}"#).as_str());
            assert_eq!(answer.error_code(), Some(ErrorCode::ParseError), "{name}: {answer:?}");
        }
        assert!(engine.evaluate_logic(number.as_bytes(), b"").is_err());
        assert!(engine.evaluate_logic(b"1", number.as_bytes()).is_err());
    }
    // Too small for a double is zero.
    assert_eq!(Engine::new().evaluate_logic(br#"{"==": [1e-999, 0]}"#, b"").expect("a number"), Value::Bool(true));
}

#[test]
fn numbers_that_some_readers_round_are_accepted_with_a_warning() {
    let document = |number: &str| {
        flags(&enabled("a", &format!(", \"variants\":\n{{\"x\": {number}}}, \"defaultVariant\": \"x\"")))
    };
    for number in
        ["-0", "0", "9007199254740991", "-9007199254740991", "1e300", "9007199254740993.0", "0.1", "-0.0", "1E5"]
    {
        let engine = Engine::new();
        let report = engine.update(document(number)).expect("valid");
        assert!(report.warnings().is_empty(), "{number}: {:?}", report.warnings());
        assert_eq!(engine.evaluate_float("a", "").value.map(f64::abs), number.parse::<f64>().ok().map(f64::abs));
    }
    for number in [
        "9007199254740992",
        "9007199254740993",
        "-9007199254740993",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775809",
        "18446744073709551616",
    ] {
        let engine = Engine::new();
        let report = engine.update(document(number)).expect("valid");
        let [warning] = report.warnings() else { panic!("one warning: {:?}", report.warnings()) };
        assert_eq!((warning.rule(), warning.path()), ("number-precision", "/flags/a/variants/x"));
        assert_eq!((warning.line(), warning.column(), warning.flag()), (2, 7, Some("a")));
        assert!(warning.is_advice(), "strict validation refuses nothing for it");
        assert!(warning.hint().is_some() && warning.message().contains(number), "{warning:?}");
        if let Ok(exact) = number.parse::<i64>() {
            assert_eq!(engine.evaluate("a", "").value_json(), Some(number));
            assert_eq!(engine.evaluate_int("a", "").value, Some(exact));
        } else {
            assert_eq!(engine.evaluate_float("a", "").value, number.parse::<f64>().ok());
            assert_eq!(engine.evaluate_int("a", "").error_code, Some(ErrorCode::TypeMismatch));
        }
    }
    assert_eq!(Engine::new().evaluate_logic(br#"{"===": [-0, 0]}"#, b"").expect("numbers"), Value::Bool(true));
    let exact = br#"{"===": [{"var": ""}, 9007199254740992]}"#;
    assert_eq!(Engine::new().evaluate_logic(exact, b"9007199254740993").expect("numbers"), Value::Bool(false));
}

#[test]
fn a_context_that_cannot_be_read_is_a_parse_error_with_its_place() {
    let engine = documents::engine(r#"{"==": [{"var": "x"}, 1]}"#, "");
    let cases: [(&[u8], &str); 7] = [
        (b"{", "line 1, column 2"),
        (b"{\"x\": 1,\n}", "line 2, column 1"),
        (b"{\"x\": 1} 2", "line 1, column 10"),
        (b"{\"x\": \"\xff\"}", "byte 7"),
        (b"{\"y\": [1, {\"a\" 2}], \"x\": 1}", "line 1, column 16"),
        (b"{x: 1}", "line 1, column 2"),
        (b"nothing", "line 1, column 2"),
    ];
    for (text, place) in cases {
        let answer = engine.evaluate("f", text);
        assert_eq!((answer.reason(), answer.error_code()), (Reason::Error, Some(ErrorCode::ParseError)), "{answer:?}");
        let message = answer.error_message().expect("an error has a message");
        assert!(message.contains(place), "{message}");
        assert_eq!(engine.evaluate("f", r#"{"x": 1}"#).variant(), Some("true"), "the next call works");
    }
}

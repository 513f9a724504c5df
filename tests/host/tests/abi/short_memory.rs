//! Hosts that cap memory: where it does not suffice the call answers with an error, and the old flags stay in force.

use std::fmt::Write as _;

use burgee_conformance::{json, places};
use burgee_example_wasmtime::Host;
use serde_json::Value;

use crate::support::{FLAGS, assert_flags_work, read, start};

/// A page of memory in bytes.
const PAGE: usize = 65_536;

/// Flags `f0`, `f1`, … that each end with `rest` for their place.
fn flags(count: usize, rest: impl Fn(usize) -> String) -> String {
    let flag = |place| {
        let rest = rest(place);
        format!(
            r#""f{place}": {{"state": "ENABLED", "variants": {{"a": "one", "b": "two"}}, "defaultVariant": "a"{rest}}}"#
        )
    };
    (0..count).map(flag).collect::<Vec<_>>().join(",\n")
}

fn numbered(count: usize, item: impl Fn(usize) -> String) -> String {
    (0..count).map(item).collect::<Vec<_>>().join(",")
}

/// Documents that take memory in different ways, each with a name.
fn documents() -> Vec<(&'static str, String)> {
    let targeting = |place: usize| {
        format!(
            r#", "targeting": {{"if": [{{"and": [{{"==": [{{"var": "tier{}"}}, "gold"]}}, {{"in": [{{"var": "user.country"}}, ["de", "fr", "es"]]}}]}}, "b", {{"fractional": [["a", 50], ["b", 50]]}}]}}"#,
            place % 50
        )
    };
    let list = numbered(40_000, |item| item.to_string());
    let texts = numbered(20_000, |item| format!("\"text {item}\""));
    let variants = numbered(10_000, |item| format!("\"v{item}\": {item}"));
    let shares = numbered(10_000, |item| format!("[\"v{item}\", {item}]"));
    let evaluators = numbered(5_000, |item| format!(r#""e{item}": {{"==": [{{"var": "x{item}"}}, "\u00e9 {item}"]}}"#));
    let references = numbered(5_000, |item| format!(r#"{{"$ref": "e{item}"}}"#));
    let metadata = numbered(3_000, |item| format!("\"m{item}\": \"value {item}\""));
    let constants = r#"{"cat": ["a long text, ", "#.repeat(40) + r#""end""# + &"]}".repeat(40);
    let sorted_badly = numbered(3_000, |item| {
        let key = item * 7_919 % 3_000;
        format!(r#""k{key}": {{"state": "DISABLED", "variants": {{"a": true}}, "defaultVariant": "a"}}"#)
    });
    vec![
        ("typical flags", format!(r#"{{"flags": {{{}}}}}"#, flags(1_000, targeting))),
        ("static flags", format!(r#"{{"flags": {{{}}}}}"#, flags(3_000, |_| String::new()))),
        (
            "a long list of numbers",
            format!(
                r#"{{"flags": {{{}}}}}"#,
                flags(1, |_| format!(r#", "targeting": {{"if": [{{"in": [{{"var": "x"}}, [{list}]]}}, "a"]}}"#))
            ),
        ),
        (
            "a long list of texts",
            format!(
                r#"{{"flags": {{{}}}}}"#,
                flags(1, |_| format!(r#", "targeting": {{"if": [{{"in": [{{"var": "x"}}, [{texts}]]}}, "a"]}}"#))
            ),
        ),
        (
            "a value of a megabyte",
            format!(
                r#"{{"flags": {{"f": {{"state": "ENABLED", "variants": {{"a": "{}\n"}}, "defaultVariant": "a"}}}}}}"#,
                "x".repeat(1 << 20)
            ),
        ),
        (
            "a list as value",
            format!(
                r#"{{"flags": {{"f": {{"state": "ENABLED", "variants": {{"a": {{"list": [{list}]}}}}, "defaultVariant": "a"}}}}}}"#
            ),
        ),
        (
            "many variants",
            format!(
                r#"{{"flags": {{"f": {{"state": "ENABLED", "variants": {{{variants}}}, "defaultVariant": "v9", "targeting": {{"fractional": [{shares}]}}}}}}}}"#
            ),
        ),
        (
            "many evaluators",
            format!(
                r#"{{"$evaluators": {{{evaluators}}}, "flags": {{{}}}}}"#,
                flags(1, |_| format!(r#", "targeting": {{"if": [{{"or": [{references}]}}, "a"]}}"#))
            ),
        ),
        (
            "shared rules",
            format!(
                r#"{{"$evaluators": {{"all": {{"or": [{}]}}}}, "flags": {{{}}}}}"#,
                numbered(200, |item| format!(r#"{{"var": "key number {item}"}}"#)),
                flags(500, |_| r#", "targeting": {"if": [{"$ref": "all"}, "a"]}"#.to_owned())
            ),
        ),
        (
            "much metadata",
            format!(
                r#"{{"metadata": {{{metadata}}}, "flags": {{{}}}}}"#,
                flags(50, |place| format!(r#", "metadata": {{"m{place}": {place}}}"#))
            ),
        ),
        ("constant texts", format!(r#"{{"flags": {{{}}}}}"#, flags(200, |_| format!(r#", "targeting": {constants}"#)))),
        ("keys out of order", format!(r#"{{"flags": {{{sorted_badly}}}}}"#)),
        (
            "unknown references",
            format!(
                r#"{{"flags": {{{}}}}}"#,
                flags(500, |place| format!(r#", "targeting": {{"$ref": "none {place}"}}"#))
            ),
        ),
        (
            "invalid flags",
            format!(
                r#"{{"flags": {{{}}}}}"#,
                flags(500, |place| format!(r#", "targeting": {{"nope {place}": 1}}, "state": 1"#))
            ),
        ),
        (
            "the same name again and again",
            format!(
                r#"{{"flags": {{{}}}}}"#,
                numbered(2_000, |item| format!(
                    r#""f{}": {{"state": "ENABLED", "variants": {{"a": 1}}, "defaultVariant": "a"}}"#,
                    item % 3
                ))
            ),
        ),
        ("text cut short", format!(r#"{{"flags": {{{}"#, flags(1_000, targeting))),
    ]
}

/// Calls with caps that rise page by page from what an instance with [`FLAGS`] has, until the answer is that of an
/// instance without a cap. Returns how many calls memory was too short for.
fn rise(
    name: &str,
    prepare: &dyn Fn(&mut Host),
    ask: &dyn Fn(&mut Host) -> anyhow::Result<String>,
    after: &dyn Fn(&mut Host),
) -> usize {
    let mut free = start();
    prepare(&mut free);
    let wanted = ask(&mut free).expect("without a cap it answers");
    let enough = free.memory_size();
    let mut least = start();
    prepare(&mut least);
    let mut short = 0;
    let mut cap = least.memory_size();
    loop {
        let mut host = places::program().and_then(|program| program.start_within(cap)).expect("the module starts");
        prepare(&mut host);
        // A cap that leaves no room for the input itself is the host's to notice.
        match ask(&mut host) {
            Ok(answer) if answer == wanted => break,
            Ok(answer) => assert!(answer.contains("memory"), "{name} within {cap} bytes: {:.300}", answer),
            Err(error) => {
                assert!(format!("{error:#}").contains("no memory left"), "{name} within {cap} bytes: {error:#}")
            }
        }
        short += 1;
        after(&mut host);
        assert!(cap <= enough + 4 * PAGE, "{name}: {cap} bytes do not suffice, without a cap it took {enough}");
        // Many steps at first, where most differs, and bigger ones later.
        cap += PAGE * (1 + short / 40);
    }
    println!("{name}: {short} caps were too low, {} pages suffice", cap / PAGE);
    short
}

fn with_flags(host: &mut Host) {
    assert_eq!(read(host.update_state(FLAGS.as_bytes()))["success"], true);
}

#[test]
fn an_update_without_memory_leaves_the_old_flags() {
    let mut short = 0;
    for (name, document) in documents() {
        for mode in [0, 1] {
            let prepare = |host: &mut Host| {
                with_flags(host);
                read(host.set_validation_mode(mode));
            };
            short += rise(name, &prepare, &|host| host.update_state(document.as_bytes()), &assert_flags_work);
        }
    }
    assert!(short > 200, "{short} caps were too low");
}

#[test]
fn an_evaluation_without_memory_is_an_error_of_that_evaluation() {
    let document = r#"{"flags": {
      "whole": {"state": "ENABLED", "variants": {"a": 1}, "defaultVariant": "a", "targeting": {"if": [{"var": {"var": "path"}}, "a"]}},
      "list": {"state": "ENABLED", "variants": {"a": 1}, "defaultVariant": "a", "targeting": {"if": [{"map": [{"var": "list"}, {"cat": [{"var": ""}, " and more"]}]}, "a"]}},
      "text": {"state": "ENABLED", "variants": {"a": 1}, "defaultVariant": "a", "targeting": {"if": [{"cat": [{"var": "text"}, {"var": "text"}, {"var": "list"}]}, "a"]}},
      "merge": {"state": "ENABLED", "variants": {"a": 1}, "defaultVariant": "a", "targeting": {"if": [{"merge": [{"var": "list"}, {"var": "list"}]}, "a"]}},
      "share": {"state": "ENABLED", "variants": {"a": 1}, "defaultVariant": "a", "targeting": {"fractional": [{"cat": [{"var": "text"}]}, ["a", 1]]}},
      "name": {"state": "ENABLED", "variants": {"a": 1}, "defaultVariant": "a", "targeting": {"var": "text"}},
      "in": {"state": "ENABLED", "variants": {"a": 1}, "defaultVariant": "a", "targeting": {"if": [{"in": [{"var": "text"}, {"cat": [{"var": "text"}, "y"]}]}, "a"]}}
    }}"#;
    let context = format!(
        r#"{{"path": "list", "text": "{}\n", "list": [{}], {}}}"#,
        "x".repeat(300_000),
        numbered(20_000, |item| format!("\"{item}\"")),
        numbered(5_000, |item| format!("\"key {}\": {item}", item * 7_919 % 5_000))
    );
    let prepare = |host: &mut Host| assert_eq!(read(host.update_state(document.as_bytes()))["success"], true);
    let after = |host: &mut Host| {
        let answer = read(host.evaluate(b"list", br#"{"list": [1]}"#));
        assert_eq!(answer["reason"], "TARGETING_MATCH", "{answer}");
    };
    let mut short = 0;
    for key in ["whole", "list", "text", "merge", "share", "name", "in"] {
        let ask = |host: &mut Host| host.evaluate(key.as_bytes(), context.as_bytes());
        short += rise(key, &prepare, &ask, &after);
    }
    short += rise("all flags", &prepare, &|host| host.evaluate_all(context.as_bytes()), &after);
    let rule = r#"{"map": [{"var": "list"}, {"cat": [{"var": ""}, " and more"]}]}"#;
    short += rise("a bare rule", &prepare, &|host| host.evaluate_logic(rule.as_bytes(), context.as_bytes()), &after);
    assert!(short > 50, "{short} caps were too low");
}

#[test]
fn what_hosts_read_after_an_update_may_be_too_much() {
    let metadata = numbered(2_000, |item| format!("\"m{item}\": \"value {item}\""));
    let document = format!(r#"{{"metadata": {{{metadata}}}, "flags": {{{}}}}}"#, flags(60, |_| String::new()));
    let prepare = |host: &mut Host| assert_eq!(read(host.update_state(document.as_bytes()))["success"], true);
    let after = |host: &mut Host| assert_eq!(read(host.evaluate(b"f1", b""))["variant"], "a");
    rise("a description", &prepare, &|host| host.describe_state(), &after);
    rise("all answers", &prepare, &|host| host.evaluate_all(b"{}"), &after);
}

#[test]
fn calls_go_on_when_memory_comes_back() {
    // Updates that do not fit, between others that do, leave nothing behind.
    let mut large = String::from(r#"{"flags": {"#);
    for place in 0..2_000 {
        let _ = write!(
            large,
            r#"{}"f{place}": {{"state": "ENABLED", "variants": {{"a": {place}}}, "defaultVariant": "a"}}"#,
            if place > 0 { "," } else { "" }
        );
    }
    large.push_str("}}");
    let mut host = start();
    with_flags(&mut host);
    let cap = host.memory_size() + 8 * PAGE;
    let mut host = places::program().and_then(|program| program.start_within(cap)).expect("the module starts");
    for _ in 0..50 {
        let answer: Value = json::parse(&host.update_state(large.as_bytes()).expect("no trap")).expect("JSON");
        assert_eq!(answer["success"], false, "{answer}");
        with_flags(&mut host);
        assert_flags_work(&mut host);
    }
}

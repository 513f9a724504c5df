//! Starting instances and asking them things.

use burgee_conformance::{json, places};
use burgee_example_wasmtime::Host;
use serde_json::Value;

/// A document with one flag that needs no context, one that reads `tier`, and one that reads the time.
pub(crate) const FLAGS: &str = r#"{"flags": {
  "banner": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "on"},
  "price": {"state": "ENABLED", "variants": {"low": 10, "high": 20}, "defaultVariant": "low",
            "targeting": {"if": [{"==": [{"var": "tier"}, "gold"]}, "high"]}},
  "sale": {"state": "ENABLED", "variants": {"true": "running", "false": "over"}, "defaultVariant": "false",
           "targeting": {"<": [{"var": "$flagd.timestamp"}, 1000]}}
}}"#;

pub(crate) fn start() -> Host {
    places::program().and_then(|program| program.start()).expect("the module starts")
}

/// An instance with [`FLAGS`] in force.
pub(crate) fn start_with_flags() -> Host {
    let mut host = start();
    let report = update(&mut host, FLAGS.as_bytes());
    assert_eq!(report["success"], true, "{report}");
    host
}

pub(crate) fn update(host: &mut Host, document: &[u8]) -> Value {
    read(host.update_state(document))
}

pub(crate) fn evaluate(host: &mut Host, key: &str, context: &str) -> Value {
    read(host.evaluate(key.as_bytes(), context.as_bytes()))
}

pub(crate) fn logic(host: &mut Host, rule: &str, data: &str) -> Value {
    read(host.evaluate_logic(rule.as_bytes(), data.as_bytes()))
}

/// Calls an export with raw numbers.
pub(crate) fn call(host: &mut Host, export: &str, arguments: &[u32]) -> Value {
    let place = host.call(export, arguments).unwrap_or_else(|error| panic!("`{export}` trapped: {error:#}"));
    read(host.read(place).map(str::to_owned))
}

/// The JSON of an answer; an answer that did not come is a trap.
pub(crate) fn read(answer: anyhow::Result<String>) -> Value {
    let text = answer.unwrap_or_else(|error| panic!("the module trapped: {error:#}"));
    json::parse(&text).expect("answers are JSON")
}

/// The flags of [`FLAGS`] are still in force.
pub(crate) fn assert_flags_work(host: &mut Host) {
    assert_eq!(evaluate(host, "price", r#"{"tier": "gold"}"#)["value"], 20);
    assert_eq!(evaluate(host, "banner", "")["reason"], "STATIC");
}

/// Copies bytes into the instance for raw calls.
pub(crate) fn lend(host: &mut Host, bytes: &[u8]) -> (u32, u32) {
    let len = u32::try_from(bytes.len()).expect("an input of the tests is short");
    let address = host.alloc(len).expect("`alloc` does not trap");
    assert_ne!(address, 0, "no memory for {len} bytes");
    host.write(address, bytes).expect("memory of `alloc` can be written");
    (address, len)
}

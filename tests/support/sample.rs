//! A document with a flag of each kind, which the tests of the interface share.

#![allow(dead_code, reason = "every test takes the helpers it needs")]

use burgee::Engine;

pub(crate) const DOCUMENT: &str = r#"{
  "metadata": {"owner": "team", "revision": 7},
  "flags": {
    "static-bool": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "on"},
    "ten": {"state": "ENABLED", "variants": {"int": 10, "float": 10.0, "fraction": 3.9, "negative": -3.9, "big": 9007199254740993,
      "huge": 1e300}, "defaultVariant": "int", "targeting": {"var": "pick"}, "metadata": {"owner": "me", "beta": true}},
    "text": {"state": "ENABLED", "variants": {"a": "A", "b": "déjà \"vu\""}, "defaultVariant": "a",
      "targeting": {"if": [{"ends_with": [{"var": "user.email"}, "@example.com"]}, "b"]}},
    "object": {"state": "ENABLED", "variants": {"o": {"a": [1, 2.5, null], "b": {"c": "d"}}}, "defaultVariant": "o"},
    "off": {"state": "DISABLED", "variants": {"on": true}, "defaultVariant": "on", "metadata": {"why": "old"}},
    "no-default": {"state": "ENABLED", "variants": {"on": true}},
    "clock": {"state": "ENABLED", "variants": {"past": "past", "future": "future"}, "defaultVariant": "past",
      "targeting": {"if": [{">": [{"var": "$flagd.timestamp"}, 1000]}, "future"]}},
    "astray": {"state": "ENABLED", "variants": {"on": true}, "targeting": {"var": "name"}}
  }
}"#;

#[track_caller]
pub(crate) fn engine() -> Engine {
    let engine = Engine::new();
    engine.update(DOCUMENT).expect("the document is valid");
    engine
}

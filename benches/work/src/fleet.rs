//! Documents of many typical flags.

use serde_json::{Map, Value, json};

use crate::rules::{bucket_by, evaluators, switch};

const AREAS: [&str; 8] = ["checkout", "search", "account", "catalogue", "billing", "support", "mobile", "admin"];
const TENANTS: [&str; 5] = ["tenant-0007", "tenant-0042", "tenant-0311", "tenant-0721", "tenant-0990"];

/// A document of this many flags: a third static, a third one `==`, the others `fractional`, `sem_ver`, `in` or `$ref`.
pub(crate) fn document(count: usize) -> Value {
    wrap((0..count).map(|number| (key(number), flag(number))).collect())
}

/// The same with another default variant in the flag in the middle.
pub(crate) fn with_one_changed(count: usize) -> Value {
    let mut document = document(count);
    let changed = &mut document["flags"][key(count / 2)]["defaultVariant"];
    *changed = json!(if *changed == "off" { "on" } else { "off" });
    document
}

/// A document of this many flags with the given one in the middle.
pub(crate) fn around(count: usize, own_key: &str, own_flag: Value) -> Value {
    let mut flags = Map::new();
    let before = count / 2;
    flags.extend((0..before).map(|number| (key(number), flag(number))));
    flags.insert(own_key.to_owned(), own_flag);
    flags.extend((before..count - 1).map(|number| (key(number), flag(number))));
    wrap(flags)
}

fn wrap(flags: Map<String, Value>) -> Value {
    json!({
        "$schema": "https://flagd.dev/schema/v0/flags.json",
        "metadata": { "flagSetId": "storefront", "version": "2026.3" },
        "$evaluators": evaluators(),
        "flags": flags
    })
}

fn key(number: usize) -> String {
    format!("{}-flag-{number:05}", AREAS[number % AREAS.len()])
}

fn flag(number: usize) -> Value {
    let mut flag = match number % 12 {
        0 | 3 | 6 | 9 => plain(number),
        1 | 4 | 7 | 10 => {
            let condition = json!({ "==": [{ "var": "email" }, format!("user-{number}@example.com")] });
            switch(condition)
        }
        2 => split(number),
        5 => switch(json!({ "sem_ver": [{ "var": "version" }, ">=", format!("{}.{}.0", number % 4, number % 9)] })),
        8 => switch(json!({ "in": [{ "var": "tenant" }, TENANTS] })),
        _ => switch(json!({ "$ref": "isInEurope" })),
    };
    if number.is_multiple_of(4) {
        flag["metadata"] = json!({ "owner": AREAS[number % AREAS.len()], "ticket": number + 1000 });
    }
    flag
}

/// Booleans and strings in turn.
fn plain(number: usize) -> Value {
    let (variants, default) = if number.is_multiple_of(2) {
        (json!({ "on": true, "off": false }), "off")
    } else {
        (json!({ "on": "#0b5fff", "off": "#1c1c1e", "high-contrast": "#ffffff" }), "on")
    };
    json!({ "state": "ENABLED", "variants": variants, "defaultVariant": default })
}

fn split(number: usize) -> Value {
    let share = number % 80 + 10;
    json!({
        "state": "ENABLED",
        "variants": { "on": true, "off": false },
        "defaultVariant": "off",
        "targeting": { "fractional": [bucket_by(), ["on", share], ["off", 100 - share]] }
    })
}

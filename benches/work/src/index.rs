//! The list of scenarios.

use serde_json::{Value, json};

use crate::rules::{
    CLAUSES, COUNT, DISABLED, EQUALS, FRACTIONAL_2, FRACTIONAL_10, IN_LIST, MISSING, REF, SEM_VER, STATIC,
};
use crate::{BULK, CROWDS, UPDATES};

pub(crate) fn index() -> Value {
    let mut evaluations: Vec<Value> = groups().iter().flat_map(Group::scenarios).collect();
    evaluations.extend(CROWDS.map(crowd));
    json!({ "evaluations": evaluations, "bulk": [bulk()], "updates": updates() })
}

/// One flag, asked with contexts of several sizes.
struct Group {
    key: &'static str,
    title: &'static str,
    sizes: &'static [usize],
    expect: Value,
}

impl Group {
    fn scenarios(&self) -> impl Iterator<Item = Value> + '_ {
        self.sizes.iter().map(|&attributes| {
            json!({
                "id": format!("{}-{attributes}", self.key),
                "group": self.key,
                "title": self.title,
                "attributes": attributes,
                "flags": "flags.json",
                "flagCount": COUNT,
                "key": self.key,
                "context": context(self.key, attributes),
                "expect": self.expect
            })
        })
    }
}

fn groups() -> [Group; 10] {
    let on = || matched(json!(true), "on");
    let group = |key, title, sizes, expect| Group { key, title, sizes, expect };
    [
        group(STATIC, "static flag", &[2, 20], json!({ "value": true, "variant": "on", "reason": "STATIC" })),
        group(EQUALS, "one `==`", &[2, 20, 100, 1000], on()),
        group(CLAUSES, "20 clauses of `and` and `or`", &[20], on()),
        group(IN_LIST, "`in` over 100 strings", &[20], on()),
        group(FRACTIONAL_2, "`fractional` of 2", &[20], on()),
        group(FRACTIONAL_10, "`fractional` of 10", &[2, 20], matched(json!("/assets/layout-4.css"), "layout-4")),
        group(SEM_VER, "`sem_ver`", &[2, 20], on()),
        group(REF, "`$ref`", &[20], on()),
        group(MISSING, "missing flag", &[20], json!({ "reason": "ERROR", "errorCode": "FLAG_NOT_FOUND" })),
        group(DISABLED, "disabled flag", &[20], json!({ "reason": "DISABLED" })),
    ]
}

fn matched(value: Value, variant: &str) -> Value {
    json!({ "value": value, "variant": variant, "reason": "TARGETING_MATCH" })
}

fn context(key: &str, attributes: usize) -> String {
    match (key, attributes) {
        (SEM_VER, 2) => "context-2-version.json".to_owned(),
        _ => format!("context-{attributes}.json"),
    }
}

/// The same flag in documents of different sizes.
fn crowd(flags: usize) -> Value {
    json!({
        "id": format!("{EQUALS}-20-of-{flags}"),
        "group": "count",
        "title": format!("one `==`, document of {} flags", thousands(flags)),
        "attributes": 20,
        "flags": format!("flags-of-{flags}.json"),
        "flagCount": flags,
        "key": EQUALS,
        "context": "context-20.json",
        "expect": matched(json!(true), "on")
    })
}

fn bulk() -> Value {
    json!({
        "id": format!("bulk-{BULK}"),
        "title": format!("bulk of {BULK}"),
        "attributes": 20,
        "flags": format!("flags-{BULK}.json"),
        "context": "context-20.json",
        "count": BULK
    })
}

fn updates() -> Vec<Value> {
    let mut list = Vec::new();
    for flags in UPDATES {
        list.push(update("first", "update", flags));
        if flags >= 1000 {
            list.push(update("unchanged", "unchanged", flags));
            let mut changed = update("one-changed", "one-changed", flags);
            changed["other"] = json!(format!("update-{flags}-changed.json"));
            list.push(changed);
        }
    }
    list
}

fn update(kind: &str, prefix: &str, flags: usize) -> Value {
    let title = match kind {
        "unchanged" => format!("{} flags, the same text again", thousands(flags)),
        "one-changed" => format!("{} flags, one changed", thousands(flags)),
        _ => format!("{} flags", thousands(flags)),
    };
    json!({
        "id": format!("{prefix}-{flags}"),
        "kind": kind,
        "title": title,
        "flagCount": flags,
        "flags": format!("update-{flags}.json")
    })
}

/// 100000 as `100,000`.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|group| str::from_utf8(group).ok()).collect();
    groups.join(",")
}

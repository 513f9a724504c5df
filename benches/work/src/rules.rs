//! The flags that evaluations ask for.

use serde_json::{Value, json};

use crate::clauses;

pub(crate) const STATIC: &str = "static";
pub(crate) const EQUALS: &str = "equals";
pub(crate) const CLAUSES: &str = "clauses";
pub(crate) const IN_LIST: &str = "in-list";
pub(crate) const FRACTIONAL_2: &str = "fractional-2";
pub(crate) const FRACTIONAL_10: &str = "fractional-10";
pub(crate) const SEM_VER: &str = "sem-ver";
pub(crate) const REF: &str = "ref";
pub(crate) const DISABLED: &str = "disabled";
/// A key that no document has.
pub(crate) const MISSING: &str = "missing";

/// How many flags [`document`] has.
pub(crate) const COUNT: usize = 9;

/// One flag for each group.
pub(crate) fn document() -> Value {
    let flags = json!({
        STATIC: { "state": "ENABLED", "variants": { "on": true, "off": false }, "defaultVariant": "on" },
        EQUALS: equals(),
        CLAUSES: switch(clauses::twenty()),
        IN_LIST: switch(json!({ "in": [{ "var": "tenant" }, tenants()] })),
        FRACTIONAL_2: {
            "state": "ENABLED",
            "variants": { "on": true, "off": false },
            "defaultVariant": "off",
            "targeting": { "fractional": [bucket_by(), ["on", 50], ["off", 50]] }
        },
        FRACTIONAL_10: fractional_10(),
        SEM_VER: switch(json!({ "sem_ver": [{ "var": "version" }, ">=", "2.1.0"] })),
        REF: switch(json!({ "$ref": "isEmployee" })),
        DISABLED: {
            "state": "DISABLED",
            "variants": { "on": true, "off": false },
            "defaultVariant": "on",
            "targeting": { "if": [{ "==": [{ "var": "plan" }, "enterprise"] }, "on", "off"] }
        }
    });
    json!({ "$evaluators": evaluators(), "flags": flags })
}

/// What `$ref` names, here and in the larger documents.
pub(crate) fn evaluators() -> Value {
    json!({
        "isEmployee": { "ends_with": [{ "var": "email" }, "@example.com"] },
        "isInEurope": { "in": [{ "var": "country" }, ["AT", "DE", "ES", "FR", "IT", "NL", "PL"]] }
    })
}

/// The flag whose cost must not depend on how many others there are.
pub(crate) fn equals() -> Value {
    switch(json!({ "==": [{ "var": "email" }, crate::context::EMAIL] }))
}

/// The value that implementations of `fractional` agree on: all of them hash an explicit string.
pub(crate) fn bucket_by() -> Value {
    json!({ "cat": [{ "var": "$flagd.flagKey" }, { "var": "targetingKey" }] })
}

/// A boolean flag that is on where the condition holds.
pub(crate) fn switch(condition: Value) -> Value {
    json!({
        "state": "ENABLED",
        "variants": { "on": true, "off": false },
        "defaultVariant": "off",
        "targeting": { "if": [condition, "on", "off"] }
    })
}

fn fractional_10() -> Value {
    let names: Vec<String> = (0..10).map(|number| format!("layout-{number}")).collect();
    let variants: serde_json::Map<_, _> =
        names.iter().map(|name| (name.clone(), json!(format!("/assets/{name}.css")))).collect();
    let mut arguments = vec![bucket_by()];
    arguments.extend(names.iter().map(|name| json!([name, 10])));
    json!({
        "state": "ENABLED",
        "variants": variants,
        "defaultVariant": "layout-0",
        "targeting": { "fractional": arguments }
    })
}

/// A hundred tenants; the one of the contexts is the 73rd.
fn tenants() -> Vec<String> {
    (0..100).map(|number| format!("tenant-{:04}", number * 10 + 1)).collect()
}

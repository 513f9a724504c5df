//! The long condition.

use serde_json::{Value, json};

/// Twenty clauses, each of which has to be evaluated: ten that must hold, and of ten alternatives the last one holds.
pub(crate) fn twenty() -> Value {
    let mut all = vec![
        json!({ "==": [{ "var": "plan" }, "enterprise"] }),
        json!({ "!=": [{ "var": "country" }, "US"] }),
        json!({ ">=": [{ "var": "age" }, 18] }),
        json!({ "<": [{ "var": "age" }, 65] }),
        json!({ "==": [{ "var": "premium" }, true] }),
        json!({ "starts_with": [{ "var": "locale" }, "de"] }),
        json!({ "ends_with": [{ "var": "email" }, "@example.com"] }),
        json!({ ">": [{ "var": "sessions" }, 100] }),
        json!({ "!": [{ "var": "suspended" }] }),
        json!({ "in": [{ "var": "timezone" }, ["Europe/Paris", "Europe/Berlin", "Europe/Madrid"]] }),
    ];
    all.push(json!({ "or": any() }));
    json!({ "and": all })
}

fn any() -> Value {
    json!([
        { "==": [{ "var": "os" }, "windows"] },
        { "==": [{ "var": "os" }, "macos"] },
        { "==": [{ "var": "device" }, "tablet"] },
        { "==": [{ "var": "device" }, "phone"] },
        { ">": [{ "var": "spend" }, 5000] },
        { "<": [{ "var": "sessions" }, 10] },
        { "==": [{ "var": "app.channel" }, "stable"] },
        { "in": [{ "var": "city" }, ["Berlin", "Hamburg", "Leipzig"]] },
        { "starts_with": [{ "var": "tenant" }, "trial-"] },
        { "==": [{ "var": "cohort" }, "2026-03"] }
    ])
}

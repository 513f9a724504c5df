//! Contexts: what an application knows of a user and a request.

use serde_json::{Map, Value, json};

pub(crate) const USER: &str = "user-7f3a91c2";
pub(crate) const EMAIL: &str = "ada.lovelace@example.com";
pub(crate) const VERSION: &str = "2.3.1";

/// Names of attributes beyond the common ones, combined with a number.
const TOPICS: [&str; 10] =
    ["experiment", "segment", "consent", "campaign", "preference", "feature", "score", "visit", "basket", "label"];

/// Two attributes, for rules that read the email address or the targeting key.
pub(crate) fn with_email() -> Value {
    json!({ "targetingKey": USER, "email": EMAIL })
}

/// Two attributes, for rules that read the version.
pub(crate) fn with_version() -> Value {
    json!({ "targetingKey": USER, "version": VERSION })
}

/// A context of this many attributes. The common ones, which rules read, are spread evenly over it, `targetingKey` first
/// and `email` in the middle.
pub(crate) fn wide(attributes: usize) -> Value {
    let common = common();
    let step = attributes / common.len();
    let mut members = Map::new();
    for (place, (name, value)) in common.into_iter().enumerate() {
        members.insert(name, value);
        for filler in 1..step {
            let (name, value) = other(place * step + filler);
            members.insert(name, value);
        }
    }
    Value::Object(members)
}

fn common() -> Map<String, Value> {
    let attributes = json!({
        "targetingKey": USER,
        "tenant": "tenant-0721",
        "country": "DE",
        "city": "Frankfurt am Main",
        "plan": "enterprise",
        "age": 36,
        "premium": true,
        "locale": "de-DE",
        "device": "desktop",
        "userAgent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "email": EMAIL,
        "os": "linux",
        "version": VERSION,
        "app": { "name": "storefront", "channel": "beta", "build": 4711 },
        "sessions": 128,
        "spend": 1849.5,
        "timezone": "Europe/Berlin",
        "referrer": "https://www.example.org/search?q=feature+flags",
        "suspended": false,
        "cohort": "2026-03"
    });
    match attributes {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// An attribute that no rule reads: four of six are strings.
fn other(number: usize) -> (String, Value) {
    let topic = TOPICS[number % TOPICS.len()];
    let value = match number % 6 {
        0 => json!(number * 37 % 1000),
        1 => json!(number.is_multiple_of(4)),
        2 => json!(format!("{topic} {number} of the spring catalogue")),
        3 => json!(format!("2026-0{}-1{}T08:30:00Z", number % 9 + 1, number % 10)),
        4 => json!(format!("{:08x}", number * 2_654_435)),
        _ => json!(format!("{topic}-{}", number % 17)),
    };
    (format!("{topic}_{number:03}"), value)
}

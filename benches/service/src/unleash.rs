//! Documents of the scenarios as Unleash would hold them: the nearest equal work for unleash-edge.

use anyhow::{Context as _, Result, bail};
use serde_json::{Map, Value, json};

/// The number of the segment that the rule of countries becomes.
const SEGMENT: u32 = 1;

/// What `/api/client/features` of Unleash would answer for a document of flags in flagd's format: a static flag is a
/// feature that is on or off, a comparison a constraint, a shared rule a segment, and `fractional` a gradual roll-out.
pub fn features(document: &Value) -> Result<Value> {
    let flags = document["flags"].as_object().context("a document without flags")?;
    let features: Result<Vec<Value>> =
        flags.iter().map(|(key, flag)| feature(key, flag).with_context(|| format!("the flag `{key}`"))).collect();
    let shared = constraint(&document["$evaluators"]["isInEurope"])?;
    let segments = json!([{ "id": SEGMENT, "name": "isInEurope", "constraints": [shared] }]);
    Ok(json!({ "version": 2, "features": features?, "segments": segments }))
}

fn feature(key: &str, flag: &Value) -> Result<Value> {
    let strategy = match flag.get("targeting") {
        Some(targeting) => strategy(key, targeting)?,
        None => json!({ "name": "default", "parameters": {}, "constraints": [] }),
    };
    let enabled = flag.get("targeting").is_some() || flag["defaultVariant"] == "on";
    Ok(json!({
        "name": key,
        "type": "release",
        "project": "default",
        "enabled": enabled,
        "stale": false,
        "impressionData": false,
        "strategies": [strategy],
        "variants": variants(flag)
    }))
}

/// Variants where the value is no boolean: a feature of Unleash is one itself.
fn variants(flag: &Value) -> Vec<Value> {
    let members = flag["variants"].as_object().into_iter().flatten();
    let texts = members.filter_map(|(name, value)| value.as_str().map(|text| (name, text)));
    texts
        .map(|(name, text)| {
            json!({
                "name": name,
                "weight": if flag["defaultVariant"] == name.as_str() { 1000 } else { 0 },
                "weightType": "variable",
                "stickiness": "default",
                "payload": { "type": "string", "value": text },
                "overrides": []
            })
        })
        .collect()
}

fn strategy(key: &str, targeting: &Value) -> Result<Value> {
    let rollout = |share: u64| json!({ "rollout": share.to_string(), "stickiness": "userId", "groupId": key });
    if let Some(arguments) = targeting["fractional"].as_array() {
        let share = arguments.get(1).and_then(|on| on[1].as_u64()).context("a share")?;
        return Ok(json!({ "name": "flexibleRollout", "parameters": rollout(share), "constraints": [] }));
    }
    let condition = &targeting["if"][0];
    let mut strategy = json!({ "name": "flexibleRollout", "parameters": rollout(100), "constraints": [] });
    if condition["$ref"] == "isInEurope" {
        strategy["segments"] = json!([SEGMENT]);
    } else {
        strategy["constraints"] = json!([constraint(condition)?]);
    }
    Ok(strategy)
}

fn constraint(condition: &Value) -> Result<Value> {
    let (operator, arguments) =
        condition.as_object().and_then(|members| members.iter().next()).context("no condition")?;
    let name = arguments[0]["var"].as_str().context("no attribute")?;
    let constraint = |operator: &str| json!({ "contextName": name, "operator": operator, "inverted": false, "caseInsensitive": false, "values": [] });
    let mut translated = match operator.as_str() {
        "==" | "in" => constraint("IN"),
        "sem_ver" => constraint("SEMVER_LT"),
        other => bail!("`{other}` has no translation"),
    };
    match operator.as_str() {
        "==" => translated["values"] = json!([arguments[1]]),
        "in" => translated["values"] = arguments[1].clone(),
        _ => {
            translated["inverted"] = json!(true);
            translated["value"] = arguments[2].clone();
        }
    }
    Ok(translated)
}

/// A context of Unleash: the targeting key is the user, every other attribute a property, which is a text there.
pub fn context(context: &Value) -> Value {
    let mut user = Value::Null;
    let mut properties = Map::new();
    for (name, value) in context.as_object().into_iter().flatten() {
        match value {
            _ if name == "targetingKey" => user = value.clone(),
            Value::String(_) => drop(properties.insert(name.clone(), value.clone())),
            _ => drop(properties.insert(name.clone(), json!(value.to_string()))),
        }
    }
    json!({ "userId": user, "properties": properties })
}

/// The same as a query, for a request that may be answered from a cache.
pub fn query(context: &Value) -> String {
    let own = self::context(context);
    let mut query = format!("userId={}", encoded(own["userId"].as_str().unwrap_or_default()));
    for (name, value) in own["properties"].as_object().into_iter().flatten() {
        let value = value.as_str().unwrap_or_default();
        query.push_str(&format!("&properties%5B{}%5D={}", encoded(name), encoded(value)));
    }
    query
}

fn encoded(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flag_of_the_scenarios_has_a_translation() {
        let document = burgee_bench_work::document(50);
        let features = features(&document).unwrap();
        assert_eq!(features["features"].as_array().unwrap().len(), 50);
        let strategies: Vec<&Value> =
            features["features"].as_array().unwrap().iter().map(|feature| &feature["strategies"][0]).collect();
        let shared = strategies.iter().filter(|strategy| strategy.get("segments").is_some()).count();
        assert_eq!(shared, 4);
        let constraints = |operator: &str| {
            strategies.iter().filter(|strategy| strategy["constraints"][0]["operator"] == operator).count()
        };
        assert_eq!((constraints("SEMVER_LT"), constraints("IN")), (4, 21));
    }

    #[test]
    fn a_query_says_what_the_context_does() {
        let own = query(&json!({ "targetingKey": "u 1", "a": 1, "e-mail": "a@b" }));
        assert_eq!(own, "userId=u%201&properties%5Ba%5D=1&properties%5Be-mail%5D=a%40b");
    }

    #[test]
    fn properties_are_texts() {
        let own = context(&json!({ "targetingKey": "u", "a": 1, "b": "c", "d": { "e": true } }));
        assert_eq!(own, json!({ "userId": "u", "properties": { "a": "1", "b": "c", "d": "{\"e\":true}" } }));
    }
}

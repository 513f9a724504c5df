//! flagd's operators which datalogic-rs 4 does not have. It has `starts_with` and `ends_with`, and looks for a custom
//! operator only where it has none of its own.

use datalogic_rs::{ContextStack, DataLogic, Evaluator, Operator, Result};
use semver::Version;
use serde_json::Value;

/// The largest total of weights.
const MOST: u64 = i32::MAX as u64;

pub(crate) fn engine() -> DataLogic {
    let mut engine = DataLogic::new();
    engine.add_operator("fractional".to_owned(), Box::new(Fractional));
    engine.add_operator("sem_ver".to_owned(), Box::new(SemVer));
    engine
}

/// Arguments come as rules. Most are literals, whose evaluation would compile and copy them.
fn evaluated(argument: &Value, context: &mut ContextStack, evaluator: &dyn Evaluator) -> Result<Value> {
    if is_literal(argument) { Ok(argument.clone()) } else { evaluator.evaluate(argument, context) }
}

fn is_literal(value: &Value) -> bool {
    match value {
        Value::Object(_) => false,
        Value::Array(items) => items.iter().all(is_literal),
        _ => true,
    }
}

/// `fractional` in its second version: integer arithmetic over the hash of a string.
struct Fractional;

impl Operator for Fractional {
    fn evaluate(&self, arguments: &[Value], context: &mut ContextStack, evaluator: &dyn Evaluator) -> Result<Value> {
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            values.push(evaluated(argument, context, evaluator)?);
        }
        Ok(choose(&values, context).unwrap_or(Value::Null))
    }
}

fn choose(values: &[Value], context: &ContextStack) -> Option<Value> {
    let implicit;
    let (bucket_by, shares) = match values {
        [Value::String(text), shares @ ..] => (text.as_str(), shares),
        [Value::Null, shares @ ..] | shares => {
            implicit = implicit_key(context)?;
            (implicit.as_str(), shares)
        }
    };
    let mut total = 0u64;
    for share in shares {
        total += weight(share)?;
    }
    if total == 0 || total > MOST {
        return None;
    }
    let hash = murmur3::murmur3_32(&mut bucket_by.as_bytes(), 0).ok()?;
    let bucket = (u64::from(hash) * total) >> 32;
    let mut end = 0;
    for share in shares {
        end += weight(share)?;
        if bucket < end {
            return share.get(0).cloned();
        }
    }
    None
}

/// The flag's key and the targeting key, without anything between them.
fn implicit_key(context: &ContextStack) -> Option<String> {
    let root = context.root();
    let data = root.data();
    let targeting_key = data.get("targetingKey")?.as_str().filter(|key| !key.is_empty())?;
    let flag_key = data.get("$flagd")?.get("flagKey")?.as_str()?;
    Some(format!("{flag_key}{targeting_key}"))
}

/// The weight of `[variant, weight]`; `None` makes the whole operator null.
fn weight(share: &Value) -> Option<u64> {
    let share = share.as_array()?;
    if matches!(share.first()?, Value::Array(_) | Value::Object(_)) {
        return None;
    }
    let weight = match share.get(1) {
        None | Some(Value::Null) => 1.0,
        Some(weight) => weight.as_f64()?,
    };
    let usable = weight.fract() == 0.0 && weight <= MOST as f64;
    usable.then_some(weight.max(0.0) as u64)
}

/// `[version, operator, version]`; null where a part cannot be read.
struct SemVer;

impl Operator for SemVer {
    fn evaluate(&self, arguments: &[Value], context: &mut ContextStack, evaluator: &dyn Evaluator) -> Result<Value> {
        let [left, operator, right] = arguments else { return Ok(Value::Null) };
        let left = evaluated(left, context, evaluator)?;
        let operator = evaluated(operator, context, evaluator)?;
        let right = evaluated(right, context, evaluator)?;
        Ok(compare(&left, &operator, &right).map_or(Value::Null, Value::Bool))
    }
}

fn compare(left: &Value, operator: &Value, right: &Value) -> Option<bool> {
    let (left, right) = (version(left)?, version(right)?);
    let order = left.cmp_precedence(&right);
    Some(match operator.as_str()? {
        "=" => order.is_eq(),
        "!=" => order.is_ne(),
        "<" => order.is_lt(),
        "<=" => order.is_le(),
        ">" => order.is_gt(),
        ">=" => order.is_ge(),
        "^" => left.major == right.major,
        "~" => (left.major, left.minor) == (right.major, right.minor),
        _ => return None,
    })
}

/// flagd also reads a leading `v`, numbers, and versions of one or two parts.
fn version(value: &Value) -> Option<Version> {
    let number;
    let text = match value {
        Value::String(text) => text.as_str(),
        Value::Number(value) => {
            number = value.to_string();
            &number
        }
        _ => return None,
    };
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    if let Ok(version) = Version::parse(text) {
        return Some(version);
    }
    match text.bytes().filter(|byte| *byte == b'.').count() {
        0 => Version::parse(&format!("{text}.0.0")).ok(),
        1 => Version::parse(&format!("{text}.0")).ok(),
        _ => None,
    }
}

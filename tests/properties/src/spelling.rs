//! Values as JSON text, spelled in one of the many ways that mean the same.

use serde_json::Value as Json;

use crate::choices::Choices;

const SPACE: [&str; 6] = ["", "", " ", "\n", "\t", " \r\n "];

/// A text of the value: with spaces, escapes, exponents, and names that stand in their object before.
pub fn spell(value: &Json, choices: &mut Choices<'_>) -> String {
    let mut text = String::new();
    if choices.is_empty() {
        // The usual spelling.
        return value.to_string();
    }
    write(&mut text, value, choices);
    text
}

fn write(out: &mut String, value: &Json, choices: &mut Choices<'_>) {
    out.push_str(choices.pick(&SPACE));
    match value {
        Json::Number(number) => write_number(out, &number.to_string(), choices),
        Json::String(text) => write_string(out, text, choices),
        Json::Array(items) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                out.push_str(if place > 0 { "," } else { "" });
                write(out, item, choices);
            }
            out.push_str(choices.pick(&SPACE));
            out.push(']');
        }
        Json::Object(members) => {
            out.push('{');
            for (place, (name, member)) in members.iter().enumerate() {
                out.push_str(if place > 0 { "," } else { "" });
                if choices.rarely(40) {
                    write_string(out, name, choices);
                    out.push_str(":null,");
                }
                write_string(out, name, choices);
                out.push_str(choices.pick(&SPACE));
                out.push(':');
                write(out, member, choices);
            }
            out.push_str(choices.pick(&SPACE));
            out.push('}');
        }
        other => out.push_str(&other.to_string()),
    }
    out.push_str(choices.pick(&SPACE));
}

/// Doubles have other spellings; integers have one, because with a fraction they would be doubles.
fn write_number(out: &mut String, number: &str, choices: &mut Choices<'_>) {
    match (number.contains(['.', 'e']), choices.below(5)) {
        (true, 3) if !number.contains('e') => {
            out.push_str(number);
            out.push_str(choices.pick(&["e0", "E+0", "e-0", "00", "0E00"]));
        }
        (true, 4) => out.push_str(&number.to_uppercase()),
        _ => out.push_str(number),
    }
}

fn write_string(out: &mut String, text: &str, choices: &mut Choices<'_>) {
    if !choices.rarely(8) {
        out.push_str(&Json::from(text).to_string());
        return;
    }
    out.push('"');
    for unit in text.encode_utf16() {
        out.push_str(&format!("\\u{unit:04x}"));
    }
    out.push('"');
}

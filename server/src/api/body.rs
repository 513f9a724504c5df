//! Bodies: JSON, read once into a type.

use garde::Validate;
use serde::de::DeserializeOwned;

use crate::error::{Error, Field, Result, sentences};
use crate::flags::compile::pointer_part;

/// Reads a body into a type and checks it. All broken rules are listed; of wrong types the first.
pub fn read_json<T>(body: &[u8]) -> Result<T>
where
    T: DeserializeOwned + Validate,
    T::Context: Default,
{
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value: T = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let pointer = pointer(error.path());
        match error.inner().classify() {
            serde_json::error::Category::Data if pointer.is_empty() => {
                Error::field("", format!("the body: {}", error.inner()))
            }
            serde_json::error::Category::Data => sentences::wrong_field(&pointer, error.inner()),
            _ => sentences::not_json(error.inner()),
        }
    })?;
    reader.end().map_err(|error| sentences::not_json(&error))?;
    value.validate().map_err(|report| {
        let field = |(path, error): &(garde::Path, garde::Error)| {
            let name = path.to_string();
            let pointer = format!("/{}", name.replace(['.', '['], "/").replace(']', ""));
            Field { message: format!("`{name}`: {}", error.message()), pointer }
        };
        Error::fields(report.iter().map(field).collect())
    })?;
    Ok(value)
}

/// A path as a JSON pointer.
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut out = String::new();
    for segment in path {
        match segment {
            Segment::Map { key } => {
                out.push('/');
                out.push_str(&pointer_part(key));
            }
            Segment::Seq { index } => out.push_str(&format!("/{index}")),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    out
}

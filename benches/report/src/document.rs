//! The parts of a document that are written by a program.

use anyhow::{Context, Result};

const END: &str = "<!-- end -->";

/// Puts `body` between the marker `<!-- NAME -->` and the next `<!-- end -->`.
pub fn replace(document: &str, name: &str, body: &str) -> Result<String> {
    let marker = format!("<!-- {name} -->");
    let (before, rest) = document.split_once(&marker).with_context(|| format!("the document has no `{marker}`"))?;
    let (_, after) = rest.split_once(END).with_context(|| format!("no `{END}` follows `{marker}`"))?;
    Ok(format!("{before}{marker}\n\n{}\n\n{END}{after}", body.trim()))
}

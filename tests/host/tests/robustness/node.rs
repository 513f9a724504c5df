//! V8: the same calls made by a script for Node.js.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use burgee_conformance::places;
use serde_json::Value;

use crate::calls::Case;

/// Runs the script on cases; `None`, said aloud, where there is no Node.js.
pub(crate) fn run(cases: &[Case], repeat: usize) -> Result<Option<Value>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/robustness/v8.mjs");
    let node = Command::new("node")
        .arg(script)
        .arg(places::module_path()?)
        .arg(repeat.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut node = match node {
        Ok(node) => node,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            println!("skipped: V8, because there is no `node`");
            return Ok(None);
        }
        Err(error) => return Err(error).context("cannot run `node`"),
    };
    let cases = Value::Array(cases.iter().map(Case::to_json).collect());
    // The script reads all of it before it writes.
    node.stdin.take().context("`node` has an input")?.write_all(cases.to_string().as_bytes())?;
    let output = node.wait_with_output()?;
    if !output.status.success() {
        bail!("the script for V8 failed: {}", output.status);
    }
    Ok(Some(burgee_conformance::json::parse(std::str::from_utf8(&output.stdout)?)?))
}

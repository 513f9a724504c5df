//! Compares the report of an update with what a case expects.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::expect::known_members;

const MEMBERS: [&str; 8] =
    ["success", "changedFlags", "added", "removed", "errors", "warnings", "requiredContextKeys", "preEvaluated"];

/// A report, as far as the case names its members.
pub fn check_report(expected: &Value, report: &Value) -> Result<()> {
    known_members(expected, &MEMBERS)?;
    ensure!(expected["success"] == report["success"], "`success` should be {}", expected["success"]);
    for list in ["changedFlags", "added", "removed"] {
        if let Some(wanted) = expected.get(list) {
            ensure!(report.get(list) == Some(wanted), "`{list}` should be {wanted}");
        }
    }
    for list in ["errors", "warnings"] {
        if let Some(wanted) = expected.get(list) {
            check_findings(list, wanted, report.get(list))?;
        }
    }
    if let Some(wanted) = expected.get("requiredContextKeys") {
        check_required_keys(wanted, &report["requiredContextKeys"])?;
    }
    if let Some(wanted) = expected.get("preEvaluated") {
        let found: BTreeSet<&str> =
            report["preEvaluated"].as_object().into_iter().flat_map(|ready| ready.keys().map(String::as_str)).collect();
        ensure!(texts(wanted) == found, "`preEvaluated` should have {wanted}, but has {found:?}");
    }
    Ok(())
}

fn check_findings(list: &str, wanted: &Value, reported: Option<&Value>) -> Result<()> {
    let wanted = wanted.as_array().with_context(|| format!("`{list}` is no list"))?;
    let reported = reported.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    for finding in wanted {
        known_members(finding, &["rule", "path", "line", "column", "flag", "hintContains"])?;
        ensure!(reported.iter().any(|found| meets(finding, found)), "`{list}` lacks {finding}");
    }
    ensure!(
        wanted.len() == reported.len(),
        "`{list}` should have {} findings, but has {}",
        wanted.len(),
        reported.len()
    );
    let mut taken = vec![false; reported.len()];
    ensure!(assign(wanted, reported, &mut taken), "two findings of the case are met only by the same one in `{list}`");
    Ok(())
}

/// Whether each wanted finding can be met by a reported one of its own.
fn assign(wanted: &[Value], reported: &[Value], taken: &mut [bool]) -> bool {
    let Some((first, rest)) = wanted.split_first() else { return true };
    (0..reported.len()).any(|place| {
        if taken[place] || !meets(first, &reported[place]) {
            return false;
        }
        taken[place] = true;
        let done = assign(rest, reported, taken);
        taken[place] = done;
        done
    })
}

fn meets(wanted: &Value, found: &Value) -> bool {
    let equal = ["rule", "path", "line", "column", "flag"]
        .iter()
        .all(|member| wanted.get(member).is_none_or(|wanted| found.get(member) == Some(wanted)));
    let hint = wanted["hintContains"].as_str().unwrap_or_default();
    equal && (hint.is_empty() || found["hint"].as_str().is_some_and(|found| found.contains(hint)))
}

fn check_required_keys(wanted: &Value, found: &Value) -> Result<()> {
    let members = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let (wanted_flags, found_flags) = (members(wanted), members(found));
    let same = wanted_flags.len() == found_flags.len()
        && wanted_flags.iter().all(|(key, list)| found_flags.get(key).is_some_and(|found| texts(list) == texts(found)));
    ensure!(same, "`requiredContextKeys` should be {wanted}, but is {found}");
    Ok(())
}

fn texts(list: &Value) -> BTreeSet<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

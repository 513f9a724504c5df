//! Plays one case to the core module, and compares it with the full one in permissive mode.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::File;
use super::play::answer;
use crate::json::{self, shorten};
use crate::subject::{Mode, Target};

/// What came of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Both modules gave the same answer.
    Same,
    /// The case needs what the core module leaves out, for this reason.
    LeftOut(&'static str),
}

const STRICT: &str = "only strict validation answers so";
const VERSION: &str = "its flags choose v1 or v3 of `fractional`, and are quarantined";
const FINDINGS: &str = "the schema check finds more";

/// Plays a case. Findings are compared without their sentences: the core module has no hints by similarity.
pub fn play(file: &File, case: &Value) -> Result<Outcome> {
    let (full, _) = answer(file, case, Target::Module, Mode::Permissive).context("in the full module")?;
    let (core, _) = answer(file, case, Target::Core, Mode::Permissive).context("in the core module")?;
    if chooses_version(file, case)? {
        return judge_version(case, &full, &core);
    }
    let differ = || {
        format!("the answers differ\nin the full module: {}\nin the core module: {}", shorten(&full), shorten(&core))
    };
    if case.get("updates").is_none() {
        ensure!(full == core, differ());
        return Ok(Outcome::Same);
    }
    let strict = answer(file, case, Target::Module, file.mode(case)?)?.0 != full;
    let (mut full_report, mut core_report) = (json::parse(&full)?, json::parse(&core)?);
    let missing = take_findings(&mut full_report, &mut core_report).with_context(differ)?;
    if missing {
        // Its sentence counts the findings.
        take(&mut full_report, "error");
        take(&mut core_report, "error");
    }
    ensure!(full_report == core_report, differ());
    Ok(match (strict, missing) {
        (true, _) => Outcome::LeftOut(STRICT),
        (false, true) => Outcome::LeftOut(FINDINGS),
        (false, false) => Outcome::Same,
    })
}

/// Whether a text of the case names one of the generations that the core module leaves out.
fn chooses_version(file: &File, case: &Value) -> Result<bool> {
    let text = match case.get("updates") {
        Some(updates) => updates.to_string().replace('\\', ""),
        None if case.get("rule").or(case.get("ruleText")).is_some() => return Ok(false),
        None => file.document(case)?,
    };
    Ok(text.contains("\"fractionalVersion\"") && ["\"v1\"", "\"v3\""].iter().any(|version| text.contains(version)))
}

/// A flag that cannot have its share of users answers the same, because it needs none, or an error: never another share.
fn judge_version(case: &Value, full: &str, core: &str) -> Result<Outcome> {
    if full == core {
        return Ok(Outcome::Same);
    }
    if case.get("key").is_some() {
        let answer = json::parse(core)?;
        ensure!(
            answer["errorCode"] == "PARSE_ERROR",
            "the core module should refuse the flag, but answers {}",
            shorten(core)
        );
    }
    Ok(Outcome::LeftOut(VERSION))
}

/// Takes the findings out of two reports. Those of the core module must be among those of the full one; gives whether
/// the full one has more.
fn take_findings(full: &mut Value, core: &mut Value) -> Result<bool> {
    let mut missing = false;
    for list in ["warnings", "errors"] {
        let (mut full, core) = (places(full, list), places(core, list));
        for finding in core {
            let place = full.iter().position(|known| *known == finding);
            full.remove(place.with_context(|| format!("only the core module has {finding:?} in `{list}`"))?);
        }
        missing |= !full.is_empty();
    }
    for report in [full, core] {
        take(report, "truncated");
    }
    Ok(missing)
}

/// Rule and place of each finding of a list, which is taken out.
fn places(report: &mut Value, list: &str) -> Vec<[Value; 5]> {
    let findings = take(report, list);
    let place = |finding: &Value| ["rule", "path", "line", "column", "flag"].map(|member| finding[member].clone());
    findings.as_array().into_iter().flatten().map(place).collect()
}

fn take(report: &mut Value, member: &str) -> Value {
    report.as_object_mut().and_then(|members| members.shift_remove(member)).unwrap_or_default()
}

//! `burgee validate`: everything that loading a file would find.

use std::io::{self, Write};
use std::path::PathBuf;

use burgee::{Engine, Finding, Options, Validation};
use clap::ValueHint;
use serde::Serialize;

use super::Answered;
use crate::document::Document;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::{BAD, GOOD, NAME, Output, STRONG, WARNING, counted};
use crate::snippet;

pub(crate) const EXAMPLES: &str = examples! {
    "one file, as a service would load it" => "burgee validate flags.json",
    "many files, for a build" => "burgee validate --deny-warnings --json flags.json shop.yaml",
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Flag documents, JSON or YAML; `-` for the standard input
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    files: Vec<PathBuf>,
    /// A fault refuses the whole file; so it is unless said otherwise
    #[arg(long, overrides_with = "permissive")]
    strict: bool,
    /// A fault is a warning wherever the other flags of the file would work
    #[arg(long, overrides_with = "strict")]
    permissive: bool,
    /// Warnings refuse the file as well
    #[arg(long)]
    deny_warnings: bool,
}

/// What was found in a file.
struct Found {
    document: Document,
    refused: Option<String>,
    findings: Vec<Finding>,
    truncated: u32,
}

#[derive(Serialize)]
struct FileReport<'a> {
    file: String,
    valid: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    findings: Vec<FindingReport<'a>>,
    /// How many more were found than are listed.
    #[serde(skip_serializing_if = "is_zero")]
    truncated: u32,
}

#[derive(Serialize)]
struct FindingReport<'a> {
    severity: &'static str,
    rule: &'a str,
    path: &'a str,
    line: u32,
    column: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    flag: Option<&'a str>,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Arguments {
    pub(crate) fn run(self, output: Output) -> Answered {
        let mut all_good = true;
        for path in &self.files {
            let found = self.check(path)?;
            let valid = self.accepts(&found);
            all_good &= valid;
            output.answer(&self.report(&found, valid), |out| self.write(out, &found, valid))?;
        }
        Ok(if all_good { Exit::Done } else { Exit::No })
    }

    fn check(&self, path: &std::path::Path) -> Result<Found> {
        let document = Document::read(path)?;
        let validation = if self.permissive { Validation::Permissive } else { Validation::Strict };
        let found = match document.load(&Engine::with_options(Options::default().validation(validation))) {
            Ok(report) => {
                let findings = report.warnings().to_vec();
                Found { document, refused: None, findings, truncated: 0 }
            }
            Err(error) => Found {
                document,
                refused: Some(error.message().to_owned()),
                findings: error.findings().to_vec(),
                truncated: error.truncated(),
            },
        };
        Ok(found)
    }

    fn accepts(&self, found: &Found) -> bool {
        found.refused.is_none() && (found.findings.is_empty() || !self.deny_warnings)
    }

    /// Whether a finding is one of those that the file is refused for.
    fn refuses(&self, found: &Found, finding: &Finding) -> bool {
        self.deny_warnings || (found.refused.is_some() && !finding.is_advice())
    }

    fn report<'a>(&self, found: &'a Found, valid: bool) -> FileReport<'a> {
        let finding = |finding: &'a Finding| FindingReport {
            severity: if self.refuses(found, finding) { "error" } else { "warning" },
            rule: finding.rule(),
            path: finding.path(),
            line: finding.line(),
            column: finding.column(),
            flag: finding.flag(),
            message: finding.message(),
            hint: finding.hint(),
        };
        FileReport {
            file: found.document.name.display().to_string(),
            valid,
            error: found.refused.as_deref(),
            findings: found.findings.iter().map(finding).collect(),
            truncated: found.truncated,
        }
    }

    fn write(&self, out: &mut dyn Write, found: &Found, valid: bool) -> io::Result<()> {
        let name = found.document.name.display();
        for finding in &found.findings {
            let style = if self.refuses(found, finding) { BAD } else { WARNING };
            let (line, column, rule) = (finding.line(), finding.column(), finding.rule());
            let message = finding.message();
            writeln!(out, "{STRONG}{name}:{line}:{column}:{STRONG:#} {style}{rule}{style:#}: {message}")?;
            snippet::write(out, &found.document.text, line, column, style, finding.hint())?;
            writeln!(out)?;
        }
        match (&found.refused, found.findings.len()) {
            // An error without a place, such as a file that is too large.
            (Some(error), 0) => writeln!(out, "{STRONG}{name}:{STRONG:#} {BAD}refused{BAD:#}: {error}"),
            (_, 0) => writeln!(out, "{NAME}{name}{NAME:#} {GOOD}ok{GOOD:#}"),
            (_, count) => {
                let more = found.truncated;
                let count = u64::try_from(count).unwrap_or(u64::MAX).saturating_add(more.into());
                let findings = counted(count, "finding");
                let listed = if more > 0 { format!(", {more} of them not listed") } else { String::new() };
                let (style, word) = if valid { (GOOD, "ok") } else { (BAD, "refused") };
                writeln!(out, "{NAME}{name}{NAME:#} {style}{word}{style:#}: {findings}{listed}")
            }
        }
    }
}

//! `burgee validate`: everything that loading a file would find.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use burgee::Validation;
use burgee_server::source::Finding;
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
    refused: bool,
    findings: Vec<Finding>,
}

#[derive(Serialize)]
struct FileReport<'a> {
    file: String,
    valid: bool,
    findings: Vec<FindingReport<'a>>,
}

#[derive(Serialize)]
struct FindingReport<'a> {
    severity: &'static str,
    rule: &'a str,
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u32>,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
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

    fn check(&self, path: &Path) -> Result<Found> {
        let document = Document::read(path)?;
        let validation = if self.permissive { Validation::Permissive } else { Validation::Strict };
        let (refused, findings) = match document.content(validation) {
            Ok(content) => (false, content.warnings),
            Err(findings) => (true, findings),
        };
        Ok(Found { document, refused, findings })
    }

    fn accepts(&self, found: &Found) -> bool {
        !found.refused && (found.findings.is_empty() || !self.deny_warnings)
    }

    /// Whether a finding is one of those that the file is refused for.
    fn refuses(&self, found: &Found, finding: &Finding) -> bool {
        self.deny_warnings || (found.refused && !finding.is_advice)
    }

    fn report<'a>(&self, found: &'a Found, valid: bool) -> FileReport<'a> {
        let finding = |finding: &'a Finding| FindingReport {
            severity: if self.refuses(found, finding) { "error" } else { "warning" },
            rule: finding.rule,
            path: &finding.pointer,
            line: finding.place.map(|(line, _)| line),
            column: finding.place.map(|(_, column)| column),
            message: &finding.message,
            hint: finding.hint.as_deref(),
        };
        let findings = found.findings.iter().map(finding).collect();
        FileReport { file: found.document.name.display().to_string(), valid, findings }
    }

    fn write(&self, out: &mut dyn Write, found: &Found, valid: bool) -> io::Result<()> {
        let name = found.document.name.display();
        for finding in &found.findings {
            let style = if self.refuses(found, finding) { BAD } else { WARNING };
            let place = finding.place.map(|(line, column)| format!("{line}:{column}:")).unwrap_or_default();
            let Finding { rule, message, .. } = finding;
            writeln!(out, "{STRONG}{name}:{place}{STRONG:#} {style}{rule}{style:#}: {message}")?;
            snippet::write(out, &found.document.text, finding.place, style, finding.hint.as_deref())?;
            writeln!(out)?;
        }
        let (style, word) = if valid { (GOOD, "ok") } else { (BAD, "refused") };
        write!(out, "{NAME}{name}{NAME:#} {style}{word}{style:#}")?;
        match u64::try_from(found.findings.len()).unwrap_or(u64::MAX) {
            0 => writeln!(out),
            count => writeln!(out, ": {}", counted(count, "finding")),
        }
    }
}

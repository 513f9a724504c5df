//! Which scenarios run, and which are left out for what reason.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use cucumber::feature::Ext as _;
use cucumber::gherkin::{Feature, GherkinEnv, Scenario};
use cucumber::{Parser, cli, parser};
use futures::stream;

use crate::provider::Flags;

/// Where the flags of a suite's scenarios come from.
#[derive(Clone, Debug)]
pub(crate) enum Kit {
    /// Each scenario says them.
    Own,
    /// One document for all of them.
    Evaluator(Arc<str>),
    /// The files of the provider kit.
    Provider(Arc<Flags>),
}

/// Features, without the scenarios that are left out.
pub(crate) struct Suite {
    pub(crate) name: &'static str,
    pub(crate) kit: Kit,
    pub(crate) features: Vec<Feature>,
    /// Reason and number of scenarios.
    pub(crate) left_out: BTreeMap<String, usize>,
}

impl Suite {
    /// The project's own features.
    pub(crate) fn own(folder: &Path) -> Result<Self> {
        Self::load("own features", Kit::Own, folder, |_, _| None)
    }

    /// The testbed's kit for evaluators, in full.
    pub(crate) fn evaluator_kit(testbed: &Path) -> Result<Self> {
        let path = testbed.join("evaluator/flags/testkit-flags.json");
        let flags = fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
        Self::load("evaluator kit", Kit::Evaluator(flags.into()), &testbed.join("evaluator/gherkin"), |_, _| None)
    }

    /// What a pure evaluator can answer of the testbed's kit for providers.
    pub(crate) fn provider_kit(testbed: &Path) -> Result<Self> {
        let flags = Flags::load(&testbed.join("provider-flags"))?;
        let kit = Kit::Provider(Arc::new(flags));
        Self::load("provider kit", kit, &testbed.join("provider-gherkin"), not_for_an_evaluator)
    }

    fn load(
        name: &'static str,
        kit: Kit,
        folder: &Path,
        reason: fn(&str, &Scenario) -> Option<&'static str>,
    ) -> Result<Self> {
        let mut suite = Self { name, kit, features: Vec::new(), left_out: BTreeMap::new() };
        for path in feature_files(folder)? {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let mut feature = read_feature(&path)?;
            feature.scenarios.retain(|scenario| {
                let reason = reason(&stem, scenario);
                if let Some(reason) = reason {
                    *suite.left_out.entry(format!("{stem}: {reason}")).or_default() += 1;
                }
                reason.is_none()
            });
            suite.features.push(feature);
        }
        Ok(suite)
    }

    /// How many scenarios run.
    pub(crate) fn scenarios(&self) -> usize {
        self.features.iter().map(|feature| feature.count_scenarios()).sum()
    }
}

/// Why a scenario of the provider kit is none for an evaluator.
fn not_for_an_evaluator(feature: &str, scenario: &Scenario) -> Option<&'static str> {
    let deprecated = scenario.tags.iter().any(|tag| tag == "deprecated");
    match feature {
        "config" => Some("options and environment variables of a provider"),
        "connection" => Some("connections and events of a provider"),
        "events" => Some("events of a provider"),
        "rpc-caching" => Some("caching of a provider"),
        "sync-payload" => Some("context that a provider gets from its sync stream"),
        "contextEnrichment" if scenario.name != "Use enriched context" => {
            Some("connection loss and caching of a provider")
        }
        "evaluation" if deprecated => Some("superseded by @no-default-variant (tag @deprecated)"),
        _ => None,
    }
}

fn feature_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read `{}`", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "feature") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read_feature(path: &Path) -> Result<Feature> {
    let text = fs::read_to_string(path)?;
    let feature = Feature::parse(escape_cells(&text), GherkinEnv::default());
    let mut feature = feature.with_context(|| format!("in `{}`", path.display()))?;
    feature.path = Some(path.to_path_buf());
    Ok(feature.expand_examples()?)
}

/// Gherkin leaves a backslash before any other character than `n`, `|` and `\` alone; the parser refuses it.
fn escape_cells(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        if line.trim_start().starts_with('|') {
            escape_row(line, &mut out);
        } else {
            out.push_str(line);
        }
        out.push('\n');
    }
    out
}

fn escape_row(line: &str, out: &mut String) {
    let mut rest = line.chars().peekable();
    while let Some(character) = rest.next() {
        out.push(character);
        if character == '\\' {
            match rest.next_if(|next| matches!(next, 'n' | '|' | '\\')) {
                Some(known) => out.push(known),
                None => out.push('\\'),
            }
        }
    }
}

/// A parser for features that were read already.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Loaded;

impl Parser<Vec<Feature>> for Loaded {
    type Cli = cli::Empty;
    type Output = stream::Iter<std::vec::IntoIter<parser::Result<Feature>>>;

    fn parse(self, features: Vec<Feature>, _: cli::Empty) -> Self::Output {
        stream::iter(features.into_iter().map(Ok).collect::<Vec<_>>())
    }
}

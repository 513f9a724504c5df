//! A file of flags: read, checked, shown, and kept for a start at which it cannot be read.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::board::Condition;
use super::content::{self, Content, Form};
use super::{Finding, Target, succeed};
use crate::config::Config;
use crate::error::{Error, Result, sentences};
use crate::flags::Flag;
use crate::live::SourceFlags;
use crate::log::event::now;

/// The largest file: what the engine takes.
const LARGEST: u64 = 100 * 1024 * 1024;

/// The folder in the data folder for copies of files that were accepted.
pub const COPIES: &str = "last-good";

type Fingerprint = [u8; 32];

/// A file that flags come from.
#[derive(Debug)]
pub struct File {
    path: PathBuf,
    /// For people.
    name: String,
    /// Where what was accepted is kept.
    copy: PathBuf,
    target: Target,
    /// The flags in force.
    flags: BTreeMap<String, Arc<Flag>>,
    /// Of the content that is in force.
    in_force: Option<Fingerprint>,
    /// Whether it could not even be read, which may end without a change of the file.
    unreadable: bool,
}

/// What a look at the file came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It has what is in force.
    Same,
    /// It had something else, which is in force now.
    Loaded,
    /// It cannot be read or was refused.
    Refused,
}

impl File {
    /// Reads the file for the first time, or its copy where it cannot be read.
    pub(super) async fn open(path: &Path, config: &Config, target: Target) -> Result<Self> {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let (copies, optional) = (config.data.join(COPIES), config.flags_optional);
        let first = move || Self::first(path, &copies, optional, target);
        tokio::task::spawn_blocking(first).await.map_err(|_| sentences::internal())?
    }

    fn first(path: PathBuf, copies: &Path, optional: bool, target: Target) -> Result<Self> {
        let name = format!("the file `{}`", path.display());
        let copy = copies.join(copy_name(&path));
        let mut file = Self { path, name, copy, target, flags: BTreeMap::new(), in_force: None, unreadable: false };
        // Taken in first, so that it has its place below sources that are read later.
        file.show(Content::default());
        let error = match file.accept(read(&file.path), "Loaded configuration") {
            Ok(_) => return Ok(file),
            Err(error) => error,
        };
        match read(&file.copy).and_then(|bytes| file.checked(&bytes).map(|content| (content, fingerprint(&bytes)))) {
            Ok((content, fingerprint)) => {
                file.show(content);
                file.in_force = Some(fingerprint);
                file.target.board.loaded(&file.name, file.flags.len());
                file.refuse(&error);
                tracing::warn!(source = file.name, flags = file.flags.len(), "the last good copy is in force");
                Ok(file)
            }
            Err(_) if optional => {
                file.refuse(&error);
                Ok(file)
            }
            Err(_) => Err(error),
        }
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the last look found nothing that can be read.
    pub(super) fn is_unreadable(&self) -> bool {
        self.unreadable
    }

    /// Looks at the file, and takes over what is new in it.
    pub(super) fn reload(&mut self) -> Outcome {
        let span = tracing::info_span!("source.reload", source = self.name);
        let _inside = span.enter();
        match self.accept(read(&self.path), "Configuration reloaded") {
            Ok(outcome) => outcome,
            Err(error) => {
                self.refuse(&error);
                Outcome::Refused
            }
        }
    }

    fn accept(&mut self, read: Result<Vec<u8>>, said: &'static str) -> Result<Outcome> {
        self.unreadable = read.is_err();
        let bytes = read.map_err(|error| sentences::source_unreadable(&self.name, &error))?;
        let fingerprint = fingerprint(&bytes);
        if self.in_force == Some(fingerprint) {
            if self.target.board.turn(&self.name, Condition::Ready, None) {
                tracing::info!(source = self.name, "the file has again what is in force");
            }
            return Ok(Outcome::Same);
        }
        let content = self.checked(&bytes)?;
        for warning in &content.warnings {
            tracing::warn!(source = self.name, "{warning}");
        }
        let changed = self.show(content);
        self.in_force = Some(fingerprint);
        self.target.board.loaded(&self.name, self.flags.len());
        metrics::counter!("source_reloads_total", "source" => self.name.clone(), "result" => "loaded").increment(1);
        tracing::info!(source = self.name, flags = self.flags.len(), changed, "{said}");
        if let Err(error) = keep(&self.copy, &bytes) {
            tracing::warn!(source = self.name, %error, "no copy was kept for a start without the file");
        }
        Ok(Outcome::Loaded)
    }

    /// What the bytes say, or the first thing that is wrong with them; the log gets all.
    fn checked(&self, bytes: &[u8]) -> Result<Content> {
        let found = match std::str::from_utf8(bytes) {
            Ok(text) => content::read(text, Form::of(&self.path, text), now()),
            Err(_) => Err(vec![Finding::new("", sentences::file_not_text())]),
        };
        found.map_err(|findings| {
            for finding in &findings {
                let (line, column) = finding.place.unwrap_or_default();
                let (pointer, message) = (&finding.pointer, &finding.message);
                tracing::warn!(source = self.name, pointer, line, column, message, "a fault in the file");
            }
            let first = findings.first().map(ToString::to_string).unwrap_or_default();
            sentences::source_refused(&self.name, &first, findings.len().saturating_sub(1))
        })
    }

    fn show(&mut self, content: Content) -> usize {
        self.flags = succeed(&self.flags, content.flags);
        let (name, flags) = (self.name.clone(), self.flags.clone());
        self.target.show(SourceFlags { name, flags, evaluators: content.evaluators, loose: false })
    }

    /// Notes that the file is not what is in force. What is said once is not said again.
    fn refuse(&self, error: &Error) {
        let condition = if self.in_force.is_some() { Condition::Stale } else { Condition::Failed };
        if self.target.board.turn(&self.name, condition, Some(error.message().to_owned())) {
            metrics::counter!("source_reloads_total", "source" => self.name.clone(), "result" => "refused")
                .increment(1);
            tracing::error!(source = self.name, %error, "Failed to reload config");
        }
    }
}

fn fingerprint(bytes: &[u8]) -> Fingerprint {
    Sha256::digest(bytes).into()
}

/// The name of the copy: other files have other ones, and its end tells the form.
fn copy_name(path: &Path) -> String {
    let digest = Sha256::digest(path.as_os_str().as_encoded_bytes());
    let digits: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    format!("{digits}-{name}")
}

fn read(path: &Path) -> Result<Vec<u8>> {
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => sentences::no_such_file(),
        _ => sentences::unreadable(&error),
    };
    // Pipes and devices would keep the reader waiting.
    if !std::fs::metadata(path).map_err(failed)?.is_file() {
        return Err(sentences::no_file());
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes)).map_err(failed)?;
    if bytes.len() as u64 > LARGEST { Err(sentences::file_too_large(LARGEST)) } else { Ok(bytes) }
}

/// Keeps bytes so that the file is whole at any moment.
fn keep(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let new = path.with_extension("new");
    let mut file = std::fs::File::create(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&new, path)?;
    // The name, too, must outlast a crash.
    std::fs::File::open(folder)?.sync_all()
}

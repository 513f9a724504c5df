//! Why a command did not do what was asked, and every sentence of the command's own.

use std::fmt::Display;
use std::io;
use std::path::Path;

use burgee_server::error::Kind;
use burgee_server::source::Finding;
use serde::Serialize;

use crate::exit::Exit;

/// A refusal: how to end, a word for programs, a sentence for people.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

/// What commands give.
pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

/// The form of `--json`, which is that of the service's answers.
#[derive(Serialize)]
pub(crate) struct Body<'a> {
    error: &'a str,
    message: &'a str,
}

impl Failure {
    fn new(exit: Exit, code: &'static str, message: impl Into<String>) -> Self {
        Self { exit, code, message: message.into() }
    }

    pub(crate) fn body(&self) -> Body<'_> {
        Body { error: self.code, message: &self.message }
    }

    /// Whether there is nothing to say: whoever read the output has gone.
    pub(crate) fn is_silent(&self) -> bool {
        self.message.is_empty()
    }
}

impl From<burgee_server::Error> for Failure {
    fn from(error: burgee_server::Error) -> Self {
        let exit = match error.kind() {
            Kind::Invalid | Kind::MediaType => Exit::Usage,
            Kind::Internal | Kind::Unavailable | Kind::Full => Exit::Data,
            _ => Exit::No,
        };
        Self::new(exit, error.kind().code(), error.message())
    }
}

/// Of writing the output. A pipe that was closed, as by `head`, is no failure.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::new(Exit::Done, "", ""),
            _ => Self::new(Exit::Data, "output", format!("the output cannot be written: {error}")),
        }
    }
}

pub(crate) fn unreadable(path: &Path, reason: &dyn Display) -> Failure {
    Failure::new(Exit::Usage, "unreadable", format!("`{}` cannot be read: {reason}", path.display()))
}

pub(crate) fn unwritable(path: &Path, reason: &dyn Display) -> Failure {
    Failure::new(Exit::Usage, "unwritable", format!("`{}` cannot be written: {reason}", path.display()))
}

/// A document that is refused, with the first thing that is wrong with it.
pub(crate) fn refused(path: &Path, findings: &[Finding]) -> Failure {
    let first = findings.iter().find(|finding| !finding.is_advice).or(findings.first());
    let place = first.and_then(|finding| finding.place).map(|(line, column)| format!(":{line}:{column}"));
    let message = first.map_or_else(String::new, |first| Finding { place: None, ..first.clone() }.to_string());
    let more = match findings.len() {
        0 | 1 => String::new(),
        several => format!("; `burgee validate` lists {} more", several - 1),
    };
    let message = format!("{}{}: {message}{more}", path.display(), place.unwrap_or_default());
    Failure::new(Exit::Usage, "refused", message)
}

pub(crate) fn not_json(what: &str, reason: &dyn Display) -> Failure {
    Failure::new(Exit::Usage, "not_json", format!("{what} is not JSON: {reason}"))
}

pub(crate) fn not_an_object(what: &str) -> Failure {
    Failure::new(
        Exit::Usage,
        "not_json",
        format!("{what} must be a JSON object such as `{{\"targetingKey\":\"ada\"}}`"),
    )
}

pub(crate) fn no_data(folder: &Path) -> Failure {
    let message = format!(
        "there is no data in `{}`; `burgee serve` makes it at its first start, or name another folder with `--data`",
        folder.display()
    );
    Failure::new(Exit::Data, "no_data", message)
}

pub(crate) fn no_password(reason: &dyn Display) -> Failure {
    Failure::new(Exit::Usage, "no_password", format!("no password was given: {reason}"))
}

pub(crate) fn not_confirmed(what: &str) -> Failure {
    Failure::new(Exit::Usage, "not_confirmed", format!("{what}; repeat with `--yes` to do it"))
}

pub(crate) fn runtime(reason: &dyn Display) -> Failure {
    Failure::new(Exit::Data, "runtime", format!("no threads can be started: {reason}"))
}

pub(crate) fn cannot_listen(error: &burgee_server::Error) -> Failure {
    Failure::new(Exit::Network, "cannot_listen", error.message())
}

pub(crate) fn bad_url(url: &str, reason: &dyn Display) -> Failure {
    Failure::new(Exit::Usage, "bad_url", format!("`{url}` cannot be asked: {reason}"))
}

pub(crate) fn unhealthy(url: &str, reason: &dyn Display) -> Failure {
    Failure::new(Exit::No, "unhealthy", format!("`{url}` {reason}"))
}

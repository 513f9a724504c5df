//! What the service tells when it has started: where it is, how to get in, and what to try.

use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use burgee_server::App;
use burgee_server::access::secrets::{self, Made};
use burgee_server::log::Scope;
use burgee_server::source::{Condition, Status};
use serde::Serialize;
use serde_json::json;

use super::example::{EMAIL, Example, FLAG};
use crate::failure::Result;
use crate::output::{FAINT, GOOD, NAME, Output, STRONG, WARNING, counted};

/// For whom the flag is on.
const CONTEXT: &str = r#"{"context": {"targetingKey": "ada", "email": "ada@example.com"}}"#;

pub(super) struct Welcome {
    url: String,
    data: PathBuf,
    /// Environments with their flags.
    flags: Vec<(Scope, usize)>,
    sources: Vec<Status>,
    /// The file with the secrets that nobody configured, if there are any.
    secrets: Option<PathBuf>,
    made: Option<Made>,
    example: Option<Example>,
}

#[derive(Serialize)]
struct Secrets<'w> {
    #[serde(skip_serializing_if = "Option::is_none")]
    admin_key: Option<&'w str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sdk_key: Option<&'w str>,
    file: &'w Path,
}

impl Welcome {
    pub(super) fn new(app: &App, address: SocketAddr, example: Option<Example>) -> Self {
        let live = app.live.load();
        let mut flags: Vec<_> = live.sets().map(|set| (set.scope.clone(), set.entries.len())).collect();
        flags.retain(|(scope, count)| *count > 0 || *scope == Scope::default());
        flags.sort();
        Self {
            url: format!("http://{}", reachable(address)),
            data: std::path::absolute(&app.config.data).unwrap_or_else(|_| app.config.data.clone()),
            flags,
            secrets: Some(app.config.data.join(secrets::FILE)).filter(|file| file.is_file()),
            sources: app.sources.board.all(),
            made: app.made.clone(),
            example,
        }
    }

    /// As one line of JSON on the standard output, or as text beside it; `in_lines`, where the log is read by programs, that
    /// is a line of JSON as well.
    pub(super) fn tell(&self, output: Output, in_lines: bool) -> Result<()> {
        if output.is_json() {
            return output.answer(&self.json(), |_| Ok(()));
        }
        let mut out = anstream::stderr();
        if in_lines {
            return Ok(writeln!(out, "{}", self.json())?);
        }
        if !output.is_quiet() {
            self.place(&mut out)?;
        }
        // What is said once is said.
        self.secrets(&mut out)?;
        if self.example.is_some() && !output.is_quiet() {
            self.requests(&mut out)?;
        }
        Ok(())
    }

    fn json(&self) -> serde_json::Value {
        let made = self.made.as_ref().map(|made| Secrets {
            admin_key: made.admin_key.as_deref(),
            sdk_key: made.sdk_key.as_deref(),
            file: &made.file,
        });
        let user = self.example.as_ref().map(|example| json!({"email": EMAIL, "password": example.password}));
        json!({"url": self.url, "data": self.data, "made": made, "user": user})
    }

    fn place(&self, out: &mut dyn Write) -> io::Result<()> {
        let url = &self.url;
        writeln!(out, "\n{STRONG}burgee {}{STRONG:#} {GOOD}is ready{GOOD:#}\n", env!("CARGO_PKG_VERSION"))?;
        row(out, "Service", &format!("{NAME}{url}{NAME:#}"))?;
        row(out, "API", &format!("{NAME}{url}/openapi.json{NAME:#}"))?;
        let users = "`burgee user add` adds users";
        row(out, "Log in", &format!("{NAME}{url}/auth/login{NAME:#}  {FAINT}{users}{FAINT:#}"))?;
        row(out, "Data", &self.data.display().to_string())?;
        let flags: Vec<String> = self
            .flags
            .iter()
            .map(|(scope, count)| format!("{} in {scope}", counted(u64::try_from(*count).unwrap_or(0), "flag")))
            .collect();
        row(out, "Flags", &flags.join(", "))?;
        if let (Some(file), None) = (&self.secrets, &self.made) {
            row(out, "Keys", &format!("in {}", file.display()))?;
        }
        for source in &self.sources {
            let (style, state) = match source.condition {
                Condition::Ready => (GOOD, "ready"),
                Condition::Stale => (WARNING, "stale"),
                Condition::Failed => (WARNING, "failed"),
            };
            let reason = source.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
            row(out, "Source", &format!("{} {style}{state}{style:#}{reason}", source.name))?;
        }
        writeln!(out)
    }

    fn secrets(&self, out: &mut dyn Write) -> io::Result<()> {
        let password = self.example.as_ref().and_then(|example| example.password.as_ref());
        if self.made.is_none() && password.is_none() {
            return Ok(());
        }
        writeln!(out, "{WARNING}Made just now, and shown only this once:{WARNING:#}\n")?;
        if let Some(made) = &self.made {
            let key = |out: &mut dyn Write, name: &str, key: &Option<String>, what: &str| match key {
                Some(key) => row(out, name, &format!("{STRONG}{key}{STRONG:#}  {FAINT}{what}{FAINT:#}")),
                None => Ok(()),
            };
            key(out, "Admin key", &made.admin_key, "may do everything")?;
            key(out, "SDK key", &made.sdk_key, "evaluates flags of project `default`")?;
        }
        if let Some(password) = password {
            let value = format!("{STRONG}{EMAIL}{STRONG:#}  {FAINT}password{FAINT:#} {STRONG}{password}{STRONG:#}");
            row(out, "User", &value)?;
        }
        if let Some(made) = &self.made {
            let file = made.file.display();
            writeln!(out, "\n  {FAINT}The keys are kept in {file}, which only you can read.{FAINT:#}")?;
        }
        writeln!(out)
    }

    /// Requests to paste: each works as it stands, where the keys were made just now or are in the environment.
    fn requests(&self, out: &mut dyn Write) -> io::Result<()> {
        let url = &self.url;
        let made = |key: fn(&Made) -> &Option<String>| self.made.as_ref().and_then(|made| key(made).as_deref());
        let sdk = header("X-SDK-Key", made(|made| &made.sdk_key).unwrap_or("$SDK_API_KEY"));
        let admin = header("X-Admin-API-Key", made(|made| &made.admin_key).unwrap_or("$ADMIN_API_KEY"));
        writeln!(out, "{STRONG}Try it, from another terminal:{STRONG:#}\n")?;
        let about = |out: &mut dyn Write, text: &str| writeln!(out, "  {FAINT}# {text}{FAINT:#}");
        about(out, "is the new checkout on for Ada? (OFREP, which every OpenFeature SDK can speak)")?;
        writeln!(out, "  curl {url}/ofrep/v1/evaluate/flags/{FLAG} \\\n    {sdk} \\")?;
        writeln!(out, "    -H 'Content-Type: application/json' \\\n    -d '{CONTEXT}'\n")?;
        about(out, "see each change as it happens")?;
        writeln!(out, "  curl -N {url}/flags/stream \\\n    {sdk}\n")?;
        about(out, "switch the new checkout off, and on again")?;
        writeln!(out, "  curl -X POST {url}/api/admin/flags/{FLAG}/toggle \\\n    {admin}\n")
    }
}

/// A header as an argument of curl, for a shell.
fn header(name: &str, value: &str) -> String {
    let quote = if value.starts_with('$') { '"' } else { '\'' };
    format!("-H {quote}{name}: {value}{quote}")
}

fn row(out: &mut dyn Write, name: &str, value: &str) -> io::Result<()> {
    writeln!(out, "  {FAINT}{name:<10}{FAINT:#} {value}")
}

/// An address that a client on this machine can use.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

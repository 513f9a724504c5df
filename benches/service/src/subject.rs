//! The servers that are measured: how each is started and asked.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde_json::json;

use crate::check;
use crate::http::{self, Request, Response};
use crate::process::{Launch, Server, free_ports, local};
use crate::unleash;
use crate::work::{self, Flags};

/// Keys of servers that live for a few seconds, on the loopback interface.
pub const ADMIN_KEY: &str = "bench-admin-0123456789abcdefghijkl";
const SDK_KEY: &str = "bench-sdk-0123456789abcdefghijklmn";
const TOKEN_SECRET: &str = "bench-token-secret-0123456789abcdefghijklmnopqrstuvwxyz";
const EDGE_TOKEN: &str = "*:development.0123456789abcdef";

/// How long a server that is ready may take until it knows its flags.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// Ours.
    Burgee,
    /// flagd's daemon, which answers OFREP as well.
    Flagd,
    /// Unleash's edge server, which has an interface of its own.
    Edge,
}

/// All of them, ours first.
pub const SUBJECTS: [Subject; 3] = [Subject::Burgee, Subject::Flagd, Subject::Edge];

impl Subject {
    /// As results and options call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Burgee => "burgee",
            Self::Flagd => "flagd",
            Self::Edge => "unleash-edge",
        }
    }

    /// One flag, by its key and the context.
    pub fn single(self, flags: &Flags) -> Request {
        match self {
            Self::Edge => edge(&format!("/api/frontend/features/{}", flags.key)),
            _ => ofrep(self, &format!("/ofrep/v1/evaluate/flags/{}", flags.key)),
        }
    }

    /// All flags.
    pub fn bulk(self) -> Request {
        match self {
            Self::Edge => edge("/api/frontend/all"),
            _ => ofrep(self, "/ofrep/v1/evaluate/flags"),
        }
    }

    /// All flags, for somebody who may have the answer already. Unleash's edge server has ETags only for GET.
    pub fn cacheable(self) -> Request {
        match self {
            Self::Edge => Request::get(format!("/api/frontend/all?{}", unleash::query(&work::context())))
                .with("Authorization", EDGE_TOKEN),
            _ => self.bulk(),
        }
    }

    /// Fails if the answer to [`Self::single`] is wrong.
    pub fn check_single(self, answer: &Response, flags: &Flags) -> Result<()> {
        let checked = match self {
            Self::Edge => check::unleash_feature(answer, &flags.key, &flags.expected),
            _ => check::ofrep_flag(answer, &flags.key, &flags.expected),
        };
        checked.with_context(|| format!("{} answers otherwise than the engine", self.name()))
    }

    /// Fails if the answer to [`Self::bulk`] or [`Self::cacheable`] is wrong.
    pub fn check_bulk(self, answer: &Response, flags: &Flags) -> Result<()> {
        let checked = match self {
            Self::Edge => check::unleash_features(answer, &flags.expected, &flags.split),
            _ => check::ofrep_flags(answer, &flags.expected),
        };
        checked.with_context(|| format!("{} answers otherwise than the engine", self.name()))
    }
}

fn ofrep(subject: Subject, path: &str) -> Request {
    let request = Request::json("POST", path, &json!({ "context": work::context() }));
    if subject == Subject::Burgee { request.with("X-API-Key", SDK_KEY) } else { request }
}

fn edge(path: &str) -> Request {
    Request::json("POST", path, &unleash::context(&work::context())).with("Authorization", EDGE_TOKEN)
}

/// A request to ours with the right to change flags.
pub fn admin(request: Request) -> Request {
    request.with("X-API-Key", ADMIN_KEY)
}

/// Where the executables are, and on which core they run.
#[derive(Clone, Debug)]
pub struct Programs {
    /// Ours.
    pub burgee: Option<PathBuf>,
    /// The peer.
    pub flagd: Option<PathBuf>,
    /// The other peer.
    pub edge: Option<PathBuf>,
    /// The core of servers.
    pub core: usize,
    /// For logs and data.
    pub folder: PathBuf,
}

impl Programs {
    /// The executable, if this subject is there.
    pub fn find(&self, subject: Subject) -> Option<&Path> {
        match subject {
            Subject::Burgee => self.burgee.as_deref(),
            Subject::Flagd => self.flagd.as_deref(),
            Subject::Edge => self.edge.as_deref(),
        }
    }

    /// Starts a subject with these flags and nothing else, and waits until it knows them: flagd says that it is ready
    /// before it has read its file.
    pub async fn start(&self, subject: Subject, flags: &Flags) -> Result<Server> {
        let launch = match subject {
            Subject::Burgee => self.burgee(&self.empty_data()?, Some(&flags.flagd))?,
            Subject::Flagd => self.flagd(&flags.flagd)?,
            Subject::Edge => self.edge(&flags.unleash)?,
        };
        let mut server = Server::start(&launch, self.core, &self.folder).await?;
        let ready = Instant::now();
        let request = subject.single(flags);
        loop {
            let answer = http::once(server.address, &request).await?;
            match subject.check_single(&answer, flags) {
                Ok(()) => break,
                Err(error) if ready.elapsed() > PATIENCE => return Err(error),
                Err(_) => tokio::task::yield_now().await,
            }
        }
        server.start += ready.elapsed();
        Ok(server)
    }

    /// Starts ours on a folder of data that may hold something.
    pub async fn start_on(&self, data: &Path) -> Result<Server> {
        Server::start(&self.burgee(data, None)?, self.core, &self.folder).await
    }

    /// A folder for data with nothing in it.
    pub fn empty_data(&self) -> Result<PathBuf> {
        let data = self.folder.join("data");
        if data.exists() {
            fs::remove_dir_all(&data).with_context(|| format!("cannot empty {}", data.display()))?;
        }
        fs::create_dir_all(&data).with_context(|| format!("cannot make the folder {}", data.display()))?;
        Ok(data)
    }

    /// Writes the flags of a file into the log of a folder of data.
    pub async fn import(&self, data: &Path, flags: &Path) -> Result<()> {
        let mut command = tokio::process::Command::new(self.program(Subject::Burgee)?);
        command.arg("import").arg("--data").arg(data).arg(flags).envs(burgee_environment()).kill_on_drop(true);
        let output = command.output().await.context("cannot start burgee")?;
        anyhow::ensure!(output.status.success(), "the import failed: {}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }

    fn program(&self, subject: Subject) -> Result<PathBuf> {
        let found = self.find(subject).map(Path::to_path_buf);
        found.with_context(|| format!("{} is not there", subject.name()))
    }

    fn burgee(&self, data: &Path, flags: Option<&Path>) -> Result<Launch> {
        let [port] = free_ports()?;
        let mut arguments = texts(&[
            "serve",
            "--host",
            "127.0.0.1",
            "--no-rate-limit",
            "--streams-per-key",
            "20000",
            "--max-connections",
            "20000",
            "--port",
        ]);
        arguments.extend([port.to_string(), "--data".to_owned(), data.display().to_string()]);
        if let Some(flags) = flags {
            arguments.extend(["--flags".to_owned(), flags.display().to_string()]);
        }
        Ok(Launch {
            name: "burgee",
            program: self.program(Subject::Burgee)?,
            arguments,
            environment: burgee_environment().to_vec(),
            address: local(port),
            ready: (local(port), "/readyz"),
        })
    }

    /// Its four ports are asked for by name; only that of OFREP and that of its state are used.
    fn flagd(&self, flags: &Path) -> Result<Launch> {
        let [port, management, evaluation, sync] = free_ports()?;
        let mut arguments = vec!["start".to_owned()];
        let ports = [("ofrep", port), ("management", management), ("sync", sync)];
        arguments.extend(ports.iter().flat_map(|(name, port)| [format!("--{name}-port"), port.to_string()]));
        arguments.extend(["--port".to_owned(), evaluation.to_string()]);
        arguments.extend(["--uri".to_owned(), format!("file:{}", flags.display())]);
        Ok(Launch {
            name: "flagd",
            program: self.program(Subject::Flagd)?,
            arguments,
            environment: Vec::new(),
            address: local(port),
            ready: (local(management), "/readyz"),
        })
    }

    /// Offline: its features come from a file, and it reports to nobody.
    fn edge(&self, features: &Path) -> Result<Launch> {
        let [port] = free_ports()?;
        let port_text = port.to_string();
        let file = features.display().to_string();
        let arguments = texts(&[
            "--port",
            &port_text,
            "--interface",
            "127.0.0.1",
            "--workers",
            "1",
            "offline",
            "--bootstrap-file",
            &file,
            "--client-tokens",
            EDGE_TOKEN,
            "--frontend-tokens",
            EDGE_TOKEN,
        ]);
        Ok(Launch {
            name: "unleash-edge",
            program: self.program(Subject::Edge)?,
            arguments,
            environment: Vec::new(),
            address: local(port),
            ready: (local(port), "/internal-backstage/ready"),
        })
    }
}

fn burgee_environment() -> [(&'static str, String); 3] {
    [("ADMIN_API_KEY", ADMIN_KEY), ("SDK_API_KEY", SDK_KEY), ("JWT_SECRET", TOKEN_SECRET)]
        .map(|(name, value)| (name, value.to_owned()))
}

fn texts(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

//! A server as a process on a core of its own.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, setrlimit};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::http::{self, Request};

/// How long a server may take to be ready or to stop.
const PATIENCE: Duration = Duration::from_secs(60);
/// Of what /proc counts in, which is the same on every Linux that matters.
const TICKS_A_SECOND: f64 = 100.0;

/// How a server is started.
#[derive(Clone, Debug)]
pub struct Launch {
    /// What messages call it.
    pub name: &'static str,
    /// The executable.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// The variables that it is given beside `PATH` and `HOME`: those of this process could change what it does.
    pub environment: Vec<(&'static str, String)>,
    /// Where requests go.
    pub address: SocketAddr,
    /// Where it says that it is ready.
    pub ready: (SocketAddr, &'static str),
}

/// A server that runs; it is killed when this is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    name: &'static str,
    log: PathBuf,
    /// Where requests go.
    pub address: SocketAddr,
    /// From its start until it was ready and knew its flags.
    pub start: Duration,
}

impl Server {
    /// Starts a server on this core and waits until it is ready. What it prints goes to a file in the folder.
    pub async fn start(launch: &Launch, core: usize, folder: &Path) -> Result<Self> {
        let log = folder.join(format!("{}.log", launch.name));
        let file = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut command = Command::new("taskset");
        command.args(["--cpu-list", &core.to_string()]).arg(&launch.program).args(&launch.arguments);
        command.env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path))).env("HOME", folder);
        command.envs(launch.environment.iter().map(|(name, value)| (*name, value)));
        command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file).kill_on_drop(true);
        let begin = Instant::now();
        let child = command.spawn().with_context(|| format!("cannot start {}", launch.program.display()))?;
        let mut server = Self { child, name: launch.name, log, address: launch.address, start: Duration::ZERO };
        server.wait(launch.ready, begin).await?;
        server.start = begin.elapsed();
        Ok(server)
    }

    /// Asks without a pause: this runs on another core than the server.
    async fn wait(&mut self, (address, path): (SocketAddr, &str), begin: Instant) -> Result<()> {
        let request = Request::get(path);
        while begin.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                bail!("{} ended with {status} before it was ready: {}", self.name, self.last_lines());
            }
            if let Ok(Ok(answer)) = timeout(Duration::from_secs(1), http::once(address, &request)).await
                && answer.status == 200
            {
                return Ok(());
            }
            tokio::task::yield_now().await;
        }
        bail!("{} is not ready after {} s: {}", self.name, PATIENCE.as_secs(), self.last_lines())
    }

    /// The last lines that it printed.
    fn last_lines(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().rev().take(10).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    fn id(&self) -> Result<u32> {
        self.child.id().with_context(|| format!("{} has ended: {}", self.name, self.last_lines()))
    }

    /// Resident memory in MiB.
    pub fn memory(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id()?))?;
        resident(&status).with_context(|| format!("no resident memory of {}", self.name))
    }

    /// Seconds of processor time that it has used.
    pub fn processor(&self) -> Result<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.id()?))?;
        processor(&stat).with_context(|| format!("no processor time of {}", self.name))
    }

    /// Asks it to stop, as whoever runs it would.
    pub async fn stop(mut self) -> Result<()> {
        kill_process(pid(self.id()?)?, Signal::TERM)?;
        match timeout(PATIENCE, self.child.wait()).await {
            Ok(_) => Ok(()),
            Err(_) => bail!("{} does not stop when it is asked to: {}", self.name, self.last_lines()),
        }
    }

    /// Takes it away, as a power cut would.
    pub async fn kill(mut self) -> Result<()> {
        self.child.kill().await.with_context(|| format!("cannot kill {}", self.name))
    }
}

fn pid(id: u32) -> Result<Pid> {
    i32::try_from(id).ok().and_then(Pid::from_raw).context("a process without a number")
}

/// MiB of `VmRSS` in `/proc/…/status`.
pub fn resident(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes / 1024.0)
}

/// Seconds in which anybody had this core, the hypervisor's other guests included, since the machine started.
pub fn core_time(core: usize) -> Result<f64> {
    let stat = std::fs::read_to_string("/proc/stat")?;
    busy(&stat, core).with_context(|| format!("there is no core {core}"))
}

/// Of a line of `/proc/stat` everything but idling and waiting for disks, in seconds; guests are part of users.
pub fn busy(stat: &str, core: usize) -> Option<f64> {
    let line = stat.lines().find_map(|line| line.strip_prefix(&format!("cpu{core} ")))?;
    let times: Option<Vec<f64>> = line.split_whitespace().take(8).map(|field| field.parse().ok()).collect();
    let times = times.filter(|times| times.len() == 8)?;
    Some((times.iter().sum::<f64>() - times[3] - times[4]) / TICKS_A_SECOND)
}

/// Seconds of `utime` and `stime` in `/proc/…/stat`; the name before them may hold anything.
pub fn processor(stat: &str) -> Option<f64> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<f64>().ok();
    Some((next()? + next()?) / TICKS_A_SECOND)
}

/// Ports of the loopback interface that nobody listens on.
pub fn free_ports<const N: usize>() -> Result<[u16; N]> {
    let mut listeners = Vec::with_capacity(N);
    let mut ports = [0; N];
    for port in &mut ports {
        let listener = TcpListener::bind(local(0))?;
        *port = listener.local_addr()?.port();
        listeners.push(listener);
    }
    Ok(ports)
}

/// A port of the loopback interface.
pub fn local(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

/// Lets this process and its children open so many files, if the system lets it.
pub fn allow_files(wanted: u64) -> Result<()> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_none_or(|current| current >= wanted) {
        return Ok(());
    }
    ensure!(
        maximum.is_none_or(|maximum| maximum >= wanted),
        "{wanted} open files are needed and {} allowed: raise the hard limit (`ulimit -Hn`)",
        maximum.unwrap_or_default()
    );
    setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resident_memory_is_read_in_mebibytes() {
        assert_eq!(resident("Name:\tx\nVmHWM:\t  9999 kB\nVmRSS:\t    5120 kB\n"), Some(5.0));
        assert_eq!(resident("Name:\tx\n"), None);
    }

    #[test]
    fn processor_time_is_read_behind_any_name() {
        let stat = "42 (a) b) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20 0 1 0";
        assert_eq!(processor(stat), Some(2.0));
        assert_eq!(processor("42 (a"), None);
    }

    #[test]
    fn a_core_is_busy_when_it_does_not_idle() {
        let stat = "cpu  9 9 9 9 9 9 9 9 9 9\ncpu0 100 20 30 4000 500 6 7 37 1 1\ncpu1 1 1 1 1 1 1 1 1 0 0\n";
        assert_eq!(busy(stat, 0), Some(2.0));
        assert_eq!(busy(stat, 2), None);
    }

    #[test]
    fn ports_differ() {
        let [one, two] = free_ports().unwrap();
        assert_ne!(one, two);
    }
}

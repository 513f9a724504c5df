//! The program as a child process, and requests to it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// The key that may do everything.
pub(crate) const KEY: &str = "key-of-the-tests";

/// A service that runs. It is killed when this is dropped.
pub(crate) struct Service {
    pub(crate) child: Child,
    pub(crate) address: SocketAddr,
}

/// The command, with nothing of this process's environment that it would read.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_burgee"));
    command.args(arguments).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("ADMIN_API_KEY", KEY).env("BURGEE_NO_RATE_LIMIT", "true").stdin(Stdio::null());
    command
}

/// The arguments that start a service on a folder.
pub(crate) fn serve(folder: &Path, port: u16) -> Vec<String> {
    ["serve", "--data", folder.to_str().unwrap(), "--port", &port.to_string()].map(str::to_owned).into()
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Service {
    /// Starts one, and waits until it answers.
    pub(crate) fn start(folder: &Path) -> Self {
        Self::of(command(&[]), folder)
    }

    /// Starts one by a command that says how, and waits until it answers.
    pub(crate) fn of(mut command: Command, folder: &Path) -> Self {
        let port = free_port();
        let child = command.args(serve(folder, port)).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let mut service = Self { child, address: ([127, 0, 0, 1], port).into() };
        let deadline = Instant::now() + Duration::from_secs(60);
        while service.get("/health").is_none_or(|(status, _)| status != 200) {
            let ended = service.child.try_wait().unwrap();
            assert!(ended.is_none(), "it ended with {ended:?}");
            assert!(Instant::now() < deadline, "it never answered");
            std::thread::sleep(Duration::from_millis(20));
        }
        service
    }

    pub(crate) fn get(&self, path: &str) -> Option<(u16, Value)> {
        request(self.address, "GET", path, "")
    }

    /// Creates a flag.
    pub(crate) fn create(&self, key: &str) {
        let body = format!(r#"{{"flag_id":"{key}","name":"{key}","description":"","enabled_by_default":true}}"#);
        let (status, answer) = request(self.address, "POST", "/flags", &body).unwrap();
        assert_eq!(status, 201, "{answer}");
    }

    /// Changes a flag's description.
    pub(crate) fn describe(&self, key: &str, text: &str) -> Option<(u16, Value)> {
        describe(self.address, key, text)
    }

    /// What a boolean flag answers.
    pub(crate) fn evaluate(&self, key: &str) -> Option<bool> {
        let path = format!("/ofrep/v1/evaluate/flags/{key}");
        let (_, answer) = request(self.address, "POST", &path, r#"{"context":{"targetingKey":"u"}}"#)?;
        answer["value"].as_bool()
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends a signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for its end, and gives its exit code.
    pub(crate) fn ended(&mut self) -> Option<i32> {
        wait(&mut self.child)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits for the end of a process, and gives its exit code.
fn wait(child: &mut Child) -> Option<i32> {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        assert!(Instant::now() < deadline, "it never ended");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Runs the command to its end: its exit code, and all that it said.
pub(crate) fn run(mut command: Command) -> (Option<i32>, String) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let code = wait(&mut child);
    let Output { stdout, stderr, .. } = child.wait_with_output().unwrap();
    (code, String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap())
}

/// The same with a service on a folder that is expected not to start.
pub(crate) fn refused(command: Command, folder: &Path) -> (Option<i32>, String) {
    let mut command = command;
    command.args(serve(folder, free_port()));
    run(command)
}

/// Changes a flag's description.
pub(crate) fn describe(address: SocketAddr, key: &str, text: &str) -> Option<(u16, Value)> {
    request(address, "PATCH", &format!("/flags/{key}"), &format!(r#"{{"description":"{text}"}}"#))
}

/// One request on a connection of its own: status and JSON, or nothing where the connection broke.
pub(crate) fn request(address: SocketAddr, method: &str, path: &str, body: &str) -> Option<(u16, Value)> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\nX-Admin-API-Key: {KEY}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    );
    stream.write_all((head + body).as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    // Half an answer is none.
    if length.is_some_and(|length: usize| length != body.len()) {
        return None;
    }
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some((status, serde_json::from_str(body).unwrap_or(Value::String(body.to_owned()))))
}

/// Opens the log of a folder that no service uses, and does something with it.
pub(crate) fn with_store<T>(folder: &Path, work: impl AsyncFnOnce(&burgee_server::store::sqlite::Sqlite) -> T) -> T {
    use burgee_server::store::LogStore;
    use burgee_server::store::sqlite::{Sharing, Sqlite};
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        let store = Sqlite::open(folder, Sharing::Alone).await.unwrap();
        let found = work(&store).await;
        LogStore::close(&store).await;
        found
    })
}

/// Whether this process may mount file systems and become somebody else.
pub(crate) fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().unwrap();
    output.stdout.trim_ascii() == b"0"
}

//! A service for a test: in a temporary folder, on a free port, stopped when it is dropped.

#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

pub mod sse;

use std::net::SocketAddr;
use std::sync::Arc;

use burgee::EvaluationContext;
use burgee_server::config::Rates;
use burgee_server::flags::bucket::Buckets;
use burgee_server::log::Scope;
use burgee_server::store::Snapshot;
use burgee_server::{App, Config, serve};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json as object};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// The keys of each test's service.
pub const ADMIN: &str = "admin-key-of-the-tests";
pub const SDK: &str = "sdk-key-of-the-tests";

pub struct Service {
    pub app: App,
    pub address: SocketAddr,
    pub client: Client,
    pub folder: tempfile::TempDir,
    stop: Option<oneshot::Sender<()>>,
    running: JoinHandle<()>,
}

impl Service {
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// A service that is set up otherwise.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::on(tempfile::tempdir().unwrap(), change).await
    }

    /// A service on a folder that may have data already.
    pub async fn on(folder: tempfile::TempDir, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config {
            data: folder.path().join("data"),
            port: 0,
            admin_key: Some(ADMIN.into()),
            sdk_key: Some(SDK.into()),
            rates: Rates::NONE,
            ..Config::default()
        };
        change(&mut config);
        let app = App::open(config).await.unwrap();
        let listener = serve::listen(&app).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let running = tokio::spawn(serve::serve(app.clone(), listener, async {
            let _ = stopped.await;
        }));
        Self { app, address, client: Client::new(), folder, stop: Some(stop), running }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A request without credentials.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, self.url(path))
    }

    /// A request with the key that may do everything.
    pub fn admin(&self, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path).header("X-Admin-API-Key", ADMIN)
    }

    /// A request with the applications' key.
    pub fn sdk(&self, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path).header("X-SDK-Key", SDK)
    }

    /// Stops as on SIGTERM, and gives the folder back.
    pub async fn stop(mut self) -> tempfile::TempDir {
        let _ = self.stop.take().unwrap().send(());
        self.running.await.unwrap();
        drop(self.app);
        self.folder
    }
}

/// Sends a request and reads status and JSON.
pub async fn json(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

/// What the engine answers a user of the default environment: value, variant, reason, as JSON.
pub fn evaluate(app: &App, flag: &str, user: &str, attributes: Value) -> Value {
    let mut context = attributes;
    context["targetingKey"] = user.into();
    let text = context.to_string();
    let buckets = Buckets { user: Some(user) };
    let live = app.live.load();
    let set = live.set(&Scope::default()).unwrap();
    let answer = set.engine.evaluate(flag, EvaluationContext::json(text.as_bytes()).with(&buckets));
    serde_json::from_str(&answer.to_json()).unwrap()
}

/// What users `user-0`, `user-1` and so on are answered.
pub fn answers(app: &App, flags: &[&str], users: usize) -> Vec<Value> {
    let user = |flag: &str| {
        (0..users).map(|number| evaluate(app, flag, &format!("user-{number}"), object!({}))).collect::<Vec<_>>()
    };
    flags.iter().flat_map(|flag| user(flag)).collect()
}

/// Drops all events that there are; gives the place of the last one.
pub async fn compact(app: &App) -> u64 {
    let state = Arc::clone(&app.live.load().state);
    app.store.compact(&Snapshot::of(&state).unwrap()).await.unwrap();
    state.seq
}

/// Asks again until the answer is there. The limit is for a machine that has much else to do.
pub async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..1500 {
        if let Some(answer) = ask().await {
            return answer;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("{what} did not happen in 30 seconds");
}

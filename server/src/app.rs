//! The service as a whole: what its parts share.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tower_http::cors::CorsLayer;

use crate::access::keyring::Keyring;
use crate::access::password::Passwords;
use crate::access::rate::RateLimits;
use crate::access::secrets::{Made, Secrets};
use crate::access::ticket::Tickets;
use crate::access::token::Tokens;
use crate::analytics::Recorder;
use crate::api::shell;
use crate::config::Config;
use crate::error::Result;
use crate::live::LiveCell;
use crate::log::event::now;
use crate::log::ledger::Publish;
use crate::log::reduce::{EnvironmentChange, ProjectChange};
use crate::log::{Author, Draft, Event, EventType, Ledger, Scope, SnapshotPolicy, State, replay};
use crate::observe;
use crate::push::Hub;
use crate::source::Sources;
use crate::store::Store;
use crate::store::sqlite::{Sharing, Sqlite};

/// How long it may take until keys count that another process changed.
const KEYS_INTERVAL: Duration = Duration::from_secs(1);

/// A service that is running, or about to. Clones are the same service.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What interfaces use.
pub struct Parts {
    /// How it is set up.
    pub config: Config,
    /// Where everything lives.
    pub store: Arc<dyn Store>,
    /// The way to change anything.
    pub ledger: Ledger,
    /// What requests read.
    pub live: Arc<LiveCell>,
    /// Changes, told.
    pub hub: Arc<Hub>,
    /// Keys.
    pub keyring: Keyring,
    /// Evaluations.
    pub recorder: Recorder,
    /// Flags that somebody else owns.
    pub sources: Sources,
    /// Passwords of users.
    pub passwords: Passwords,
    /// Tokens of users.
    pub tokens: Tokens,
    /// Tickets for streams.
    pub tickets: Tickets,
    /// How often one may ask.
    pub rates: RateLimits,
    /// Which pages may read answers.
    pub cors: CorsLayer,
    /// Keys that were made at this start, which is the first; to be told once, and not in a log.
    pub made: Option<Made>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// Opens the store, replays the log, and makes everything ready to serve.
    pub async fn open(config: Config) -> Result<Self> {
        let store: Arc<dyn Store> = Arc::new(Sqlite::open(&config.data, Sharing::Alone).await?);
        Self::on(config, store).await
    }

    /// The same on a store that is open.
    pub async fn on(config: Config, store: Arc<dyn Store>) -> Result<Self> {
        let secrets = Secrets::load(&config)?;
        let (cors, rates) = (shell::cors(&config.origins)?, RateLimits::new(&config.rates));
        observe::metrics::start();
        let state = Arc::new(replay(store.as_ref()).await?);
        let (live, hub) = (Arc::new(LiveCell::default()), Arc::new(Hub::default()));
        live.set_state(Arc::clone(&state));
        hub.begin(state.seq);
        let publish = publisher(Arc::clone(&live), Arc::clone(&hub));
        let (ledger, writer) = Ledger::start(Arc::clone(&store), state, publish, SnapshotPolicy::default());
        ledger.write(Author { actor: "start".into(), ..Author::default() }, seed).await?;
        let sources = Sources::start(&config, &live, &hub).await?;
        let keyring = Keyring::new(&secrets);
        keyring.refresh(store.as_ref()).await?;
        let recorder = Recorder::start(config.recording, &store, &live);
        let parts = Arc::new(Parts {
            config,
            store,
            ledger,
            live,
            hub,
            keyring,
            recorder,
            sources,
            passwords: Passwords::default(),
            tokens: Tokens::new(&secrets.jwt_secret, secrets.jwt_secret_previous.as_deref()),
            tickets: Tickets::new(&secrets.jwt_secret),
            rates,
            cors,
            made: secrets.made,
            writer: Mutex::new(Some(writer)),
        });
        tokio::spawn(look_after(Arc::downgrade(&parts)));
        Ok(Self(parts))
    }

    /// Finishes what is to be written, makes a last snapshot, and lets others have the data. Reads go on.
    pub async fn close(&self) {
        self.recorder.stop().await;
        self.ledger.stop();
        if let Some(writer) = self.writer.lock().await.take() {
            // It ends by itself; where it panicked, that was told.
            let _ = writer.await;
        }
        self.store.close().await;
    }
}

/// Shows states, then tells events, so that whoever hears of one finds it.
fn publisher(live: Arc<LiveCell>, hub: Arc<Hub>) -> Publish {
    Arc::new(move |state: Arc<State>, events: &[Arc<Event>]| {
        live.set_state(state);
        let live = live.load_full();
        for event in events {
            let lag = (now() - event.timestamp).to_std().unwrap_or_default();
            metrics::histogram!("event_apply_lag_seconds").record(lag.as_secs_f64());
            hub.publish(event, &live);
        }
    })
}

/// The project of interfaces that know none.
fn seed(state: &State) -> Result<Vec<Draft>> {
    let scope = Scope::default();
    if state.projects.contains_key(&scope.project) {
        return Ok(Vec::new());
    }
    let change = ProjectChange { name: Some("Default".into()), ..ProjectChange::default() };
    Ok(new_project(&scope.project, &change))
}

/// The events that make a project, with its environments.
pub(crate) fn new_project(id: &str, change: &ProjectChange) -> Vec<Draft> {
    let mut drafts = vec![Draft::new(EventType::ProjectCreated, &Scope::new(id, ""), id, change)];
    for name in [Scope::DEFAULT_ENVIRONMENT, "staging"] {
        let open = EnvironmentChange { protected: Some(false) };
        drafts.push(Draft::new(EventType::EnvironmentCreated, &Scope::new(id, name), name, &open));
    }
    drafts
}

/// Notices keys that another process changed, and forgets idle callers, as long as the service lives.
async fn look_after(parts: Weak<Parts>) {
    let mut tick = tokio::time::interval(KEYS_INTERVAL);
    for count in 1u64.. {
        tick.tick().await;
        let Some(parts) = parts.upgrade().filter(|parts| !parts.ledger.is_stopped()) else { return };
        if let Err(error) = parts.keyring.refresh(parts.store.as_ref()).await {
            tracing::warn!(%error, "the keys were not read");
        }
        if count % 60 == 0 {
            parts.rates.forget_idle();
        }
    }
}

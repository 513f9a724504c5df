//! Flags that somebody else owns: files, and variables of the environment. They lie over the flags of the log in
//! [`Scope::default`](crate::log::Scope), and are read-only everywhere else.
//!
//! Precedence, from the strongest: the environment, the file named last, …, the file named first, the log.

pub mod board;
pub mod content;
pub mod environment;
pub mod file;
mod finding;
mod places;
mod switch;
mod syntax;
pub(crate) mod watch;

pub use board::{Board, Condition, Status};
pub use finding::Finding;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::config::Config;
use crate::error::Result;
use crate::flags::{Change, Flag};
use crate::live::{Changed, LiveCell, SourceFlags};
use crate::log::event::now;
use crate::log::{Event, EventType, Scope};
use crate::push::Hub;

/// Where sources put what they read.
#[derive(Clone, Debug)]
pub struct Target {
    /// What requests read.
    pub live: Arc<LiveCell>,
    /// Those who listen for changes.
    pub hub: Arc<Hub>,
    /// How each source does.
    pub board: Arc<Board>,
}

impl Target {
    /// Shows the flags of a source and tells listeners which flags are others now. Gives how many.
    fn show(&self, source: SourceFlags) -> usize {
        let actor = format!("source:{}", source.name);
        let changed = self.live.set_source(source);
        let count = changed.len();
        if !self.hub.is_heard() {
            // At the start, where a file may have ten thousand flags.
            if count > 0 {
                self.hub.pass_over(now());
            }
            return count;
        }
        let live = self.live.load_full();
        for change in changed {
            self.hub.publish_unlogged(event(change, &actor), &live);
        }
        count
    }
}

/// A change of a source as listeners know changes. The log has no such event.
fn event(changed: Changed, actor: &str) -> Event {
    let (kind, flag, payload) = match (&changed.before, &changed.after) {
        (None, Some(after)) => (EventType::FlagCreated, after, after.as_change()),
        (_, Some(after)) => (EventType::FlagUpdated, after, after.as_change()),
        (Some(before), None) => (EventType::FlagDeleted, before, Change::of(changed.key.as_str())),
        (None, None) => return Event::new(EventType::FlagDeleted, &changed.key, 0, serde_json::Value::Null),
    };
    let Scope { project, environment } = Scope::default();
    // A structure of strings, numbers and JSON values does not fail to serialise.
    let payload = serde_json::to_value(payload).unwrap_or_default();
    let version = flag.version + u64::from(kind == EventType::FlagDeleted);
    let event = Event::new(kind, &changed.key, version, payload);
    Event { project, environment, actor: actor.to_owned(), ..event }
}

/// Flags as they are now, from those just read and those before: what did not change stays the same flag, and what did
/// goes on counting.
fn succeed(before: &BTreeMap<String, Arc<Flag>>, mut read: BTreeMap<String, Arc<Flag>>) -> BTreeMap<String, Arc<Flag>> {
    for (key, flag) in &mut read {
        let new = Arc::make_mut(flag);
        let Some(old) = before.get(key) else {
            new.version = 1;
            continue;
        };
        let updated_at = std::mem::replace(&mut new.updated_at, old.updated_at);
        (new.version, new.created_at) = (old.version, old.created_at);
        if new == old.as_ref() {
            *flag = Arc::clone(old);
        } else {
            (new.version, new.updated_at) = (old.version.saturating_add(1), updated_at);
        }
    }
    read
}

/// The sources of a service. Files are watched as long as it lives.
#[derive(Debug)]
pub struct Sources {
    /// How each does.
    pub board: Arc<Board>,
    watches: Vec<tokio::task::JoinHandle<()>>,
}

impl Sources {
    /// Reads all sources and watches the files. An error where one cannot be read, and there is no earlier copy of it, and
    /// it is not optional.
    pub async fn start(config: &Config, live: &Arc<LiveCell>, hub: &Arc<Hub>) -> Result<Self> {
        let board = Arc::new(Board::default());
        let target = Target { live: Arc::clone(live), hub: Arc::clone(hub), board: Arc::clone(&board) };
        let mut sources = Self { board, watches: Vec::new() };
        for path in &config.flags {
            let file = file::File::open(path, config, target.clone()).await?;
            sources.watches.push(tokio::spawn(watch::run(file, config.watch)));
        }
        environment::show(&config.flag_variables, &target)?;
        Ok(sources)
    }
}

impl Drop for Sources {
    fn drop(&mut self) {
        self.watches.iter().for_each(tokio::task::JoinHandle::abort);
    }
}

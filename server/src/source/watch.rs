//! Watching a file so that no change is lost: editors rename, deployments swap links, and some file systems tell nothing.
//!
//! What is watched are folders, never the file itself: a file that is replaced takes its watch with it.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::watch::{Receiver, Sender};
use tokio::time::{Instant, MissedTickBehavior};

use super::file::File;

/// How long after a change a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Without a change for so long, a save is over.
    pub rest: Duration,
    /// So much longer, for the writer to finish.
    pub settle: Duration,
    /// A file that never rests is read after so long all the same.
    pub most: Duration,
    /// How often the file is looked at where nothing was told.
    pub poll: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            rest: Duration::from_millis(500),
            settle: Duration::from_millis(100),
            most: Duration::from_secs(5),
            poll: Duration::from_secs(30),
        }
    }
}

/// How many links are followed.
const LINKS: usize = 40;

/// Watches a file and reloads it, without end.
pub(super) async fn run(mut file: File, pace: Pace) {
    let (told, mut changes) = tokio::sync::watch::channel(Instant::now());
    let mut folders = Folders::new(file.path(), told);
    let mut poll = tokio::time::interval(pace.poll);
    poll.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut seen = stamp(file.path());
    // What changed since it was read and before anybody watched.
    let mut due = true;
    loop {
        if !due {
            tokio::select! {
                changed = changes.changed() => match changed {
                    Ok(()) => rest(&mut changes, pace).await,
                    Err(_) => return,
                },
                _ = poll.tick() => {
                    folders.watch(file.path());
                    let now = stamp(file.path());
                    if now == seen && !file.is_unreadable() {
                        continue;
                    }
                }
            }
        }
        // Before it is read, so that a change while it is read is seen later.
        seen = stamp(file.path());
        let reading = tokio::task::spawn_blocking(move || {
            file.reload();
            file
        });
        match reading.await {
            Ok(back) => file = back,
            Err(error) => {
                tracing::error!(%error, "a file is no longer watched");
                return;
            }
        }
        // What changed in a folder before it was watched.
        due = folders.watch(file.path());
    }
}

/// Waits until nothing changes any more.
async fn rest(changes: &mut Receiver<Instant>, pace: Pace) {
    let latest = Instant::now() + pace.most;
    loop {
        let last = *changes.borrow_and_update();
        tokio::time::sleep_until(latest.min(last + pace.rest)).await;
        if Instant::now() >= latest || !changes.has_changed().unwrap_or(false) {
            break;
        }
    }
    tokio::time::sleep(pace.settle).await;
    changes.mark_unchanged();
}

/// What tells a file from another one, and from itself before a change.
fn stamp(path: &Path) -> Option<Stamp> {
    let found = std::fs::metadata(path).ok()?;
    Some(Stamp { identity: identity(path), length: found.len(), modified: found.modified().ok() })
}

#[derive(Debug, PartialEq, Eq)]
struct Stamp {
    identity: Option<(u64, u64)>,
    length: u64,
    modified: Option<std::time::SystemTime>,
}

#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).ok().map(|found| (found.dev(), found.ino()))
}

#[cfg(not(unix))]
fn identity(_: &Path) -> Option<(u64, u64)> {
    None
}

/// The folders that are watched, each with what told it from another one of its name.
struct Folders {
    watcher: Option<RecommendedWatcher>,
    watched: BTreeMap<PathBuf, Option<(u64, u64)>>,
    names: std::sync::Arc<std::sync::Mutex<BTreeSet<OsString>>>,
}

impl Folders {
    fn new(path: &Path, told: Sender<Instant>) -> Self {
        let names: std::sync::Arc<std::sync::Mutex<BTreeSet<OsString>>> = std::sync::Arc::default();
        let known = std::sync::Arc::clone(&names);
        let hear = move |event: notify::Result<notify::Event>| {
            let concerned = event.as_ref().map_or(true, |event| {
                let known = known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                let named = |path: &PathBuf| path.file_name().is_none_or(|name| known.contains(name));
                is_change(event.kind) && (event.paths.is_empty() || event.paths.iter().any(named))
            });
            if concerned {
                told.send_replace(Instant::now());
            }
        };
        let watcher = notify::recommended_watcher(hear);
        if let Err(error) = &watcher {
            tracing::warn!(%error, "files are only looked at from time to time");
        }
        let mut folders = Self { watcher: watcher.ok(), watched: BTreeMap::new(), names };
        folders.watch(path);
        folders
    }

    /// Watches what leads to the file now, and no longer what led there before. Gives whether there is anything new.
    fn watch(&mut self, path: &Path) -> bool {
        let Some(watcher) = &mut self.watcher else { return false };
        let way = way(path);
        *self.names.lock().unwrap_or_else(std::sync::PoisonError::into_inner) =
            way.iter().filter_map(|step| step.file_name().map(OsString::from)).collect();
        let wanted: BTreeMap<PathBuf, Option<(u64, u64)>> =
            way.iter().filter_map(|step| step.parent()).map(|folder| (folder.to_owned(), identity(folder))).collect();
        for (folder, known) in std::mem::take(&mut self.watched) {
            if wanted.get(&folder) == Some(&known) {
                self.watched.insert(folder, known);
            } else {
                // A folder that is gone is no longer watched anyway.
                let _ = watcher.unwatch(&folder);
            }
        }
        let mut news = false;
        for (folder, identity) in wanted {
            if self.watched.contains_key(&folder) {
                continue;
            }
            match watcher.watch(&folder, RecursiveMode::NonRecursive) {
                Ok(()) => {
                    self.watched.insert(folder, identity);
                    news = true;
                }
                Err(error) => tracing::debug!(%error, folder = %folder.display(), "a folder cannot be watched"),
            }
        }
        news
    }
}

/// Whether a file may have changed. Reading it, as this service does, is no change.
fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Access(_) => false,
        _ => true,
    }
}

/// The file, and each link on the way to it. Whatever of them is replaced, another file may stand there.
fn way(path: &Path) -> Vec<PathBuf> {
    let (mut way, mut open) = (Vec::new(), vec![path.to_owned()]);
    while let Some(path) = open.pop() {
        if way.len() > LINKS || way.contains(&path) {
            continue;
        }
        for step in path.ancestors() {
            let Ok(target) = std::fs::read_link(step) else { continue };
            let folder = step.parent().unwrap_or(Path::new("/"));
            let rest = path.strip_prefix(step).unwrap_or(Path::new(""));
            let next = folder.join(target);
            open.push(if rest.as_os_str().is_empty() { next } else { next.join(rest) });
            way.push(step.to_owned());
        }
        way.push(path);
    }
    way
}

//! What requests read: the state, and for each environment its compiled flags. Reading takes no lock.

use std::collections::{BTreeMap, HashMap};
use std::fmt::{Debug, Formatter};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use arc_swap::{ArcSwap, Guard};
use burgee::{Answer, BulkEvaluation, Engine, Options, Validation};
use chrono::{DateTime, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::analytics::{Leftovers, Tally};
use crate::error::{Result, sentences};
use crate::flags::{Flag, compile};
use crate::log::event::now;
use crate::log::state::Environment;
use crate::log::{Scope, State};
use crate::page::Page;

/// The flags of a source, which owns them: nobody else changes them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceFlags {
    /// Its name for people, for example `the file flags.json`.
    pub name: String,
    /// Flags by key.
    pub flags: BTreeMap<String, Arc<Flag>>,
    /// Shared evaluators of a file in flagd's format, by name. They take the place of segments of that name.
    pub evaluators: BTreeMap<String, Value>,
    /// Whether keys stand for every flag whose key is the same but for upper and lower case, `-`, `_` and `.`, which
    /// names of environment variables cannot tell apart.
    pub loose: bool,
}

/// A flag that is another one since its source changed.
#[derive(Clone, Debug)]
pub struct Changed {
    /// Its key.
    pub key: String,
    /// The flag before; `None` where there was none.
    pub before: Option<Arc<Flag>>,
    /// The flag now; `None` where there is none.
    pub after: Option<Arc<Flag>>,
}

/// A flag in force.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The flag.
    pub flag: Arc<Flag>,
    /// Its definition, as the engine reads it.
    pub definition: Arc<str>,
    /// The name of the source that owns it; `None` where the log does.
    pub source: Option<Arc<str>>,
    /// How often it was evaluated.
    pub tally: Arc<Tally>,
}

/// The flags of one environment, compiled.
pub struct FlagSet {
    /// The environment.
    pub scope: Scope,
    /// The place of the last event that concerned it.
    pub seq: u64,
    /// Says which flags these are: others have another one. 16 hexadecimal digits.
    pub tag: String,
    /// When the flags last changed.
    pub changed_at: DateTime<Utc>,
    /// The engine with the flags.
    pub engine: Arc<Engine>,
    /// Whether a flag's answer may change with the time alone.
    pub uses_time: bool,
    /// Whether a flag's rule asks for a bucket that the service computes.
    pub has_hashes: bool,
    /// All flags by key, those that are disabled or archived included.
    pub entries: BTreeMap<String, Entry>,
    /// Answers that show it as a whole, made when the first request asks for one.
    pub pages: Pages,
    /// What it was made from, to see whether it must be made anew.
    made_from: Option<Arc<Environment>>,
}

/// Answers that show a flag set, by the interface that gives them.
#[derive(Debug, Default)]
pub struct Pages {
    /// `/flags/state` of the event-sourced interface.
    pub events: OnceLock<Page>,
    /// `/api/client/flags` of the platform's.
    pub platform: OnceLock<Page>,
}

impl Debug for FlagSet {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "FlagSet({}, {} flags)", self.scope, self.entries.len())
    }
}

impl FlagSet {
    /// The flag of this key.
    pub fn flag(&self, key: &str) -> Result<&Entry> {
        self.entries.get(key).ok_or_else(|| sentences::no_flag(key))
    }

    /// The flag of this key or this id.
    pub fn find(&self, key_or_id: &str) -> Result<&Entry> {
        let by_id = || self.entries.values().find(|entry| entry.flag.id == key_or_id);
        self.entries.get(key_or_id).or_else(by_id).ok_or_else(|| sentences::no_flag(key_or_id))
    }

    /// The flags that were evaluated all at once, each with its answer.
    pub fn answers<'s>(&'s self, all: &'s BulkEvaluation) -> impl Iterator<Item = (&'s Entry, Answer<'s>)> {
        // Both are in the order of keys, so that no flag is looked for.
        let mut entries = self.entries.iter().peekable();
        all.answers().filter_map(move |answer| {
            while entries.next_if(|(key, _)| key.as_str() < answer.key()).is_some() {}
            let (_, entry) = entries.next_if(|(key, _)| key.as_str() == answer.key())?;
            Some((entry, answer))
        })
    }

    /// Refuses to change a flag that a source owns.
    pub fn check_writable(&self, key: &str) -> Result<()> {
        match self.entries.get(key).and_then(|entry| entry.source.as_ref()) {
            Some(source) => Err(sentences::read_only(key, source)),
            None => Ok(()),
        }
    }
}

/// Everything that requests read, of one moment.
#[derive(Debug, Default)]
pub struct Live {
    /// What the log says.
    pub state: Arc<State>,
    sets: HashMap<Scope, Arc<FlagSet>>,
}

impl Live {
    /// The flags of an environment.
    pub fn set(&self, scope: &Scope) -> Result<&Arc<FlagSet>> {
        self.sets.get(scope).ok_or_else(|| match self.state.project(&scope.project) {
            Ok(_) => sentences::no_environment(&scope.environment),
            Err(error) => error,
        })
    }

    /// All environments.
    pub fn sets(&self) -> impl Iterator<Item = &Arc<FlagSet>> {
        self.sets.values()
    }
}

/// Where the current [`Live`] is. Sources lie over the flags of [`Scope::default`], later ones over earlier ones.
#[derive(Debug, Default)]
pub struct LiveCell {
    current: ArcSwap<Live>,
    /// Taken by those who change it.
    sources: Mutex<Vec<Arc<SourceFlags>>>,
    leftovers: Arc<Leftovers>,
}

impl LiveCell {
    /// The current one.
    pub fn load(&self) -> Guard<Arc<Live>> {
        self.current.load()
    }

    /// The current one, to keep for longer.
    pub fn load_full(&self) -> Arc<Live> {
        self.current.load_full()
    }

    /// What was counted of flags that are no longer in force.
    pub fn leftovers(&self) -> &Leftovers {
        &self.leftovers
    }

    /// Shows a new state. Only environments that changed are compiled anew.
    pub fn set_state(&self, state: Arc<State>) {
        let sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        self.show(state, &sources, false);
    }

    /// Shows the flags of a source instead of those that the source of this name had before. Gives those that are others
    /// now.
    pub fn set_source(&self, source: SourceFlags) -> Vec<Changed> {
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        let source = Arc::new(source);
        match sources.iter_mut().find(|known| known.name == source.name) {
            Some(known) => *known = source,
            None => {
                let empty = source.flags.is_empty() && source.evaluators.is_empty();
                sources.push(source);
                // It only takes its place.
                if empty {
                    return Vec::new();
                }
            }
        }
        let before = self.load().set(&Scope::default()).ok().cloned();
        let state = Arc::clone(&self.load().state);
        self.show(state, &sources, true);
        let after = self.load().set(&Scope::default()).ok().cloned();
        changed(before.as_deref(), after.as_deref())
    }

    fn show(&self, state: Arc<State>, sources: &[Arc<SourceFlags>], sources_changed: bool) {
        let span = tracing::info_span!("state.reduce", seq = state.seq);
        let _inside = span.enter();
        let before = self.load();
        let mut sets = HashMap::new();
        for (id, project) in &state.projects {
            for (name, environment) in &project.environments {
                let scope = Scope::new(id.as_str(), name.as_str());
                let old = before.sets.get(&scope);
                let over: &[_] = if scope == Scope::default() { sources } else { &[] };
                let kept = old.filter(|old| {
                    let same = old.made_from.as_ref().is_some_and(|made| Arc::ptr_eq(made, environment));
                    same && !(sources_changed && scope == Scope::default())
                });
                let set = match kept {
                    Some(kept) => Arc::clone(kept),
                    None => Arc::new(compiled(&scope, environment, over, old.map(Arc::as_ref), &self.leftovers)),
                };
                sets.insert(scope, set);
            }
        }
        metrics::gauge!("snapshot_seq").set(state.seq as f64);
        self.current.store(Arc::new(Live { state, sets }));
    }
}

/// Flags that differ.
fn changed(before: Option<&FlagSet>, after: Option<&FlagSet>) -> Vec<Changed> {
    let none = BTreeMap::new();
    let before = before.map_or(&none, |set| &set.entries);
    let after = after.map_or(&none, |set| &set.entries);
    let change = |key: &String, before: Option<&Entry>, after: Option<&Entry>| Changed {
        key: key.clone(),
        before: before.map(|entry| Arc::clone(&entry.flag)),
        after: after.map(|entry| Arc::clone(&entry.flag)),
    };
    let gone =
        before.iter().filter(|(key, _)| !after.contains_key(*key)).map(|(key, old)| change(key, Some(old), None));
    let other = after.iter().filter_map(|(key, entry)| {
        let old = before.get(key);
        let same = old.is_some_and(|old| old.definition == entry.definition && old.source == entry.source);
        (!same).then(|| change(key, old, Some(entry)))
    });
    gone.chain(other).collect()
}

/// A key as names of environment variables can have it.
fn loosely(key: &str) -> String {
    key.chars().map(|one| if matches!(one, '-' | '.') { '_' } else { one.to_ascii_lowercase() }).collect()
}

/// The keys that a source's flag stands for, of those that are there.
fn meant(source: &SourceFlags, entries: &BTreeMap<String, Entry>) -> BTreeMap<String, Arc<Flag>> {
    if !source.loose {
        return source.flags.clone();
    }
    let mut meant = BTreeMap::new();
    let mut there: HashMap<String, Vec<&String>> = HashMap::new();
    for key in entries.keys() {
        there.entry(loosely(key)).or_default().push(key);
    }
    for (key, flag) in &source.flags {
        match there.get(&loosely(key)) {
            Some(keys) => meant.extend(keys.iter().map(|key| {
                let flag = Flag { key: (*key).clone(), ..Flag::clone(flag) };
                ((*key).clone(), Arc::new(flag))
            })),
            None => drop(meant.insert(key.clone(), Arc::clone(flag))),
        }
    }
    meant
}

fn compiled(
    scope: &Scope,
    environment: &Arc<Environment>,
    sources: &[Arc<SourceFlags>],
    old: Option<&FlagSet>,
    leftovers: &Arc<Leftovers>,
) -> FlagSet {
    let shared = Arc::new(scope.clone());
    let tally = |flag: &Arc<Flag>| Arc::new(Tally::new(&shared, flag, leftovers));
    let mut entries = BTreeMap::new();
    for flag in environment.live_flags() {
        entries.insert(flag.key.clone(), entry(flag, None, old, tally));
    }
    let mut evaluators: BTreeMap<&str, &Value> =
        environment.segments.iter().map(|(name, segment)| (name.as_str(), &segment.rule)).collect();
    for source in sources {
        let name: Arc<str> = source.name.as_str().into();
        for (key, flag) in meant(source, &entries) {
            let made = entry(&flag, Some(&name), old, tally);
            entries.insert(key, made);
        }
        evaluators.extend(source.evaluators.iter().map(|(name, rule)| (name.as_str(), rule)));
    }
    let definitions = entries.iter().map(|(key, entry)| (key.as_str(), &*entry.definition));
    let document = compile::document(&scope.to_string(), evaluators.into_iter(), definitions);
    let digest = Sha256::digest(document.as_bytes());
    let tag: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    // A flag that an older version let in must not keep the others from being answered.
    let mut engine = Arc::new(Engine::with_options(Options::default().validation(Validation::Permissive)));
    if let Err(error) = engine.update(&document) {
        // No write leads here, unless the document has become too large as a whole.
        tracing::error!(%scope, %error, "the flags cannot be loaded; those of before stay in force");
        engine = old.map_or(engine, |old| Arc::clone(&old.engine));
    }
    let changed_at = match old {
        Some(old) if old.tag == tag => old.changed_at,
        Some(_) if !sources.is_empty() => now(),
        _ => environment.updated_at,
    };
    FlagSet {
        scope: scope.clone(),
        seq: environment.seq,
        tag,
        changed_at,
        uses_time: engine.uses_time(),
        has_hashes: entries.values().any(|entry| entry.flag.has_own_hash()),
        engine,
        entries,
        pages: Pages::default(),
        made_from: Some(Arc::clone(environment)),
    }
}

/// A flag with its definition and its counters, which are made anew only where the flag is another one.
fn entry(
    flag: &Arc<Flag>,
    source: Option<&Arc<str>>,
    old: Option<&FlagSet>,
    tally: impl Fn(&Arc<Flag>) -> Arc<Tally>,
) -> Entry {
    let kept = old.and_then(|old| old.entries.get(&flag.key)).filter(|entry| Arc::ptr_eq(&entry.flag, flag));
    Entry {
        flag: Arc::clone(flag),
        definition: kept.map_or_else(|| compile::text(flag), |entry| Arc::clone(&entry.definition)),
        source: source.cloned(),
        tally: kept.map_or_else(|| tally(flag), |entry| Arc::clone(&entry.tally)),
    }
}

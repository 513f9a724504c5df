//! How often a flag gave which variant for which reason, since somebody last asked.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use burgee::{Answer, Reason};

use crate::flags::{Flag, compile};
use crate::log::Scope;
use crate::observe::evaluations;

/// How many leftovers are kept: a store that fails for long must not fill the memory.
const MOST: usize = 20_000;

/// The reasons of the engine, in the order of the cells.
const REASONS: [Reason; 5] = [Reason::Static, Reason::Default, Reason::TargetingMatch, Reason::Disabled, Reason::Error];

/// The counters of a flag as it is. A flag that changes gets new ones; what the old ones still hold when nobody evaluates it
/// any longer goes to the leftovers, so that no count is lost.
#[derive(Debug)]
pub struct Tally {
    scope: Arc<Scope>,
    flag: Arc<Flag>,
    /// Made by the first evaluation: most of many flags have none.
    cells: OnceLock<Cells>,
    leftovers: Arc<Leftovers>,
}

#[derive(Debug)]
struct Cells {
    variants: Box<[Arc<str>]>,
    /// For each variant, and for none behind them, a cell for each reason.
    counts: Box<[AtomicU64]>,
}

/// What was counted of one flag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Where.
    pub scope: Arc<Scope>,
    /// The flag's id.
    pub flag_id: String,
    /// Its key.
    pub flag_key: String,
    /// How often which variant was given, `None` for the caller's default, and for which reason.
    pub counts: Vec<(Option<Arc<str>>, Reason, u64)>,
}

/// Counts of flags that are no longer in force.
#[derive(Debug, Default)]
pub struct Leftovers(Mutex<Vec<Counts>>);

impl Leftovers {
    /// Adds some, as long as there are not too many of them.
    pub fn put(&self, counts: Counts) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() < MOST {
            all.push(counts);
        }
    }

    /// Takes them.
    pub fn take(&self) -> Vec<Counts> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Tally {
    /// Counters that stand at nothing.
    pub fn new(scope: &Arc<Scope>, flag: &Arc<Flag>, leftovers: &Arc<Leftovers>) -> Self {
        Self {
            scope: Arc::clone(scope),
            flag: Arc::clone(flag),
            cells: OnceLock::new(),
            leftovers: Arc::clone(leftovers),
        }
    }

    /// The flag.
    pub fn flag(&self) -> &Arc<Flag> {
        &self.flag
    }

    /// Where it is.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Counts an answer, and gives the place of its variant.
    pub fn count(&self, answer: &Answer<'_>) -> u16 {
        let cells = self.cells.get_or_init(|| Cells::of(&self.flag));
        let none = cells.variants.len();
        let variant = answer.variant();
        let found = variant.and_then(|name| cells.variants.iter().position(|known| **known == *name)).unwrap_or(none);
        let reason = REASONS.iter().position(|reason| *reason == answer.reason()).unwrap_or(REASONS.len() - 1);
        if let Some(cell) = cells.counts.get(found * REASONS.len() + reason) {
            cell.fetch_add(1, Ordering::Relaxed);
        }
        u16::try_from(found).unwrap_or(u16::MAX)
    }

    /// The variant at a place; `None` stands for the caller's default.
    pub fn variant(&self, place: u16) -> Option<&Arc<str>> {
        self.cells.get()?.variants.get(usize::from(place))
    }

    /// What was counted since it was last asked; `None` where that is nothing.
    pub fn take(&self) -> Option<Counts> {
        let cells = self.cells.get()?;
        let mut counts = Vec::new();
        for (place, cell) in cells.counts.iter().enumerate() {
            let count = cell.swap(0, Ordering::Relaxed);
            if let (1.., Some(reason)) = (count, REASONS.get(place % REASONS.len())) {
                counts.push((cells.variants.get(place / REASONS.len()).cloned(), *reason, count));
            }
        }
        let Flag { id, key, .. } = &*self.flag;
        if counts.is_empty() {
            return None;
        }
        let counts = Counts { scope: Arc::clone(&self.scope), flag_id: id.clone(), flag_key: key.clone(), counts };
        // Each count comes by here once, whatever becomes of it.
        evaluations::add(&counts);
        Some(counts)
    }
}

impl Cells {
    fn of(flag: &Flag) -> Self {
        let variants: Box<[Arc<str>]> = compile::variant_names(flag).into_iter().map(Arc::from).collect();
        let counts = (0..(variants.len() + 1) * REASONS.len()).map(|_| AtomicU64::new(0)).collect();
        Self { variants, counts }
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        if let Some(counts) = self.take() {
            self.leftovers.put(counts);
        }
    }
}

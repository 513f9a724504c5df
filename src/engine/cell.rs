//! The state that readers share and one writer replaces, and the scratch memory of a reader.

use alloc::sync::Arc;

#[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
pub(super) use threads::{Current, with_scratch};

#[cfg(all(feature = "abi", target_arch = "wasm32"))]
pub(super) use single::{Current, with_scratch};

#[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
mod threads {
    use std::cell::Cell;
    use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

    use alloc::boxed::Box;

    use super::Arc;
    use crate::ops::Scratch;

    /// A value that many threads read while one replaces it.
    #[derive(Debug, Default)]
    pub(in crate::engine) struct Current<T> {
        value: RwLock<Arc<T>>,
        turn: Mutex<()>,
    }

    impl<T> Current<T> {
        // Nothing panics while a lock is held, and the data behind it is replaced in one assignment, so that a
        // poisoned lock would still guard a whole value.
        pub(in crate::engine) fn get(&self) -> Arc<T> {
            Arc::clone(&self.value.read().unwrap_or_else(PoisonError::into_inner))
        }

        pub(in crate::engine) fn set(&self, value: Arc<T>) {
            let old = core::mem::replace(&mut *self.value.write().unwrap_or_else(PoisonError::into_inner), value);
            // A large old state is freed after the lock is.
            drop(old);
        }

        /// Makes writers wait for each other.
        pub(in crate::engine) fn turn(&self) -> MutexGuard<'_, ()> {
            self.turn.lock().unwrap_or_else(PoisonError::into_inner)
        }
    }

    std::thread_local! {
        static SCRATCH: Cell<Option<Box<Scratch>>> = const { Cell::new(None) };
    }

    /// Lends this thread's scratch memory; a nested call (attributes that evaluate a flag) gets memory of its own.
    pub(in crate::engine) fn with_scratch<T>(work: impl FnOnce(&mut Scratch) -> T) -> T {
        let mut scratch = SCRATCH.with(Cell::take).unwrap_or_default();
        let result = work(&mut scratch);
        SCRATCH.with(|cell| cell.set(Some(scratch)));
        result
    }
}

#[cfg(all(feature = "abi", target_arch = "wasm32"))]
mod single {
    use core::cell::Cell;

    use super::Arc;
    use crate::ops::Scratch;

    /// The same for a module, which has one thread.
    #[derive(Default)]
    pub(in crate::engine) struct Current<T> {
        value: Cell<Option<Arc<T>>>,
    }

    impl<T> core::fmt::Debug for Current<T> {
        fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
            formatter.write_str("Current")
        }
    }

    impl<T: Default> Current<T> {
        pub(in crate::engine) fn get(&self) -> Arc<T> {
            let value = self.value.take().unwrap_or_default();
            self.value.set(Some(Arc::clone(&value)));
            value
        }

        pub(in crate::engine) fn set(&self, value: Arc<T>) {
            self.value.set(Some(value));
        }

        pub(in crate::engine) fn turn(&self) -> Turn {
            Turn
        }
    }

    /// Writers of one thread need not wait.
    pub(in crate::engine) struct Turn;

    pub(in crate::engine) fn with_scratch<T>(work: impl FnOnce(&mut Scratch) -> T) -> T {
        work(&mut Scratch::default())
    }
}

//! Lists and texts that grow with what a caller hands in.
//!
//! A host may cap the memory of a module. Growth that fails must end the call with an error and not the instance. So
//! whatever grows with an input grows through here: where there is no room, an item is dropped and the shortage noted;
//! who began the work asks [`is_short`] before the result counts, and throws it away. What is short, a sentence or a box,
//! grows as usual: for that the module keeps a reserve.
//!
//! Natively nothing is ever noted: a process without memory ends, as the standard library has it. Nor is it in the core
//! module, where the way out would weigh 6 KB: it traps when its host lets it grow no further.

use alloc::string::String;
use alloc::vec::Vec;

/// Whether memory was short since the call began.
#[inline(always)]
pub(crate) fn is_short() -> bool {
    #[cfg(all(feature = "abi", feature = "fast", target_arch = "wasm32"))]
    return shortage::noted();
    #[cfg(not(all(feature = "abi", feature = "fast", target_arch = "wasm32")))]
    return false;
}

/// The note that memory is short; in a module, which has one thread.
#[cfg(all(feature = "abi", feature = "fast", target_arch = "wasm32"))]
pub(crate) mod shortage {
    use core::sync::atomic::{AtomicBool, Ordering};

    static SHORT: AtomicBool = AtomicBool::new(false);

    #[inline(always)]
    pub(super) fn noted() -> bool {
        SHORT.load(Ordering::Relaxed)
    }

    pub(crate) fn note(short: bool) {
        SHORT.store(short, Ordering::Relaxed);
    }
}

/// A list that grows as far as memory allows.
pub(crate) trait Grow<T> {
    /// Appends an item.
    fn put(&mut self, item: T);

    /// Appends copies of items.
    fn put_all(&mut self, items: &[T])
    where
        T: Copy;

    /// Grows to a length with copies of an item.
    fn fit(&mut self, len: usize, item: T)
    where
        T: Clone;

    /// Makes room for exactly so many more items.
    fn make_room(&mut self, more: usize);
}

impl<T> Grow<T> for Vec<T> {
    #[inline(always)]
    fn put(&mut self, item: T) {
        if self.len() < self.capacity() || has_room(self, 1) {
            self.push(item);
        }
    }

    #[cfg_attr(target_arch = "wasm32", inline(never))]
    fn put_all(&mut self, items: &[T])
    where
        T: Copy,
    {
        if has_room(self, items.len()) {
            self.extend_from_slice(items);
        }
    }

    #[cfg_attr(target_arch = "wasm32", inline(never))]
    fn fit(&mut self, len: usize, item: T)
    where
        T: Clone,
    {
        if has_room(self, len.saturating_sub(self.len())) {
            while self.len() < len {
                self.push(item.clone());
            }
        }
    }

    fn make_room(&mut self, more: usize) {
        // Without room nothing is lost: what grows then notes that memory is short.
        let _ = self.try_reserve_exact(more);
    }
}

/// A text that grows as far as memory allows.
pub(crate) trait GrowText {
    /// Appends a text.
    fn put_str(&mut self, text: &str);

    /// Appends a character.
    fn put_char(&mut self, character: char);

    /// Makes room for exactly so many more bytes.
    fn make_text_room(&mut self, more: usize);
}

impl GrowText for String {
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    fn put_str(&mut self, text: &str) {
        if has_text_room(self, text.len()) {
            self.push_str(text);
        }
    }

    #[cfg_attr(target_arch = "wasm32", inline(never))]
    fn put_char(&mut self, character: char) {
        if has_text_room(self, character.len_utf8()) {
            self.push(character);
        }
    }

    fn make_text_room(&mut self, more: usize) {
        let _ = self.try_reserve_exact(more);
    }
}

/// An empty list with room for so many items; without any where memory is short.
pub(crate) fn list_for<T>(count: usize) -> Vec<T> {
    #[cfg(all(feature = "abi", feature = "fast", target_arch = "wasm32"))]
    {
        let mut list = Vec::new();
        let _ = has_room(&mut list, count);
        list
    }
    #[cfg(not(all(feature = "abi", feature = "fast", target_arch = "wasm32")))]
    Vec::with_capacity(count)
}

/// How many items `rest` parts of something hold if `done` parts hold `count`, and a little more.
pub(crate) fn projected(count: usize, done: usize, rest: usize) -> usize {
    let items = (count as u64).saturating_mul(rest as u64).checked_div(done as u64).unwrap_or(0);
    usize::try_from(items.saturating_add(items / 32)).unwrap_or(usize::MAX)
}

/// A copy of a text; empty where memory is short.
pub(crate) fn text_of(text: &str) -> String {
    let mut copy = String::new();
    copy.put_str(text);
    copy
}

/// What an iterator gives, as a list: each use of `collect` costs the module 400 bytes more.
pub(crate) fn listed<T>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut list = list_for(if cfg!(feature = "fast") { items.size_hint().0 } else { 0 });
    for item in items {
        list.put(item);
    }
    list
}

#[inline(always)]
fn has_room<T>(list: &mut Vec<T>, more: usize) -> bool {
    #[cfg(all(feature = "abi", feature = "fast", target_arch = "wasm32"))]
    return list.capacity().wrapping_sub(list.len()) >= more || list.try_reserve(more).is_ok();
    #[cfg(not(all(feature = "abi", feature = "fast", target_arch = "wasm32")))]
    {
        let _ = (list, more);
        true
    }
}

#[inline(always)]
pub(crate) fn has_text_room(text: &mut String, more: usize) -> bool {
    #[cfg(all(feature = "abi", feature = "fast", target_arch = "wasm32"))]
    return text.capacity().wrapping_sub(text.len()) >= more || text.try_reserve(more).is_ok();
    #[cfg(not(all(feature = "abi", feature = "fast", target_arch = "wasm32")))]
    {
        let _ = (text, more);
        true
    }
}

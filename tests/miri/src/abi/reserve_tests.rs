//! The allocator of the plain module: what fails is noted, and small needs are met out of the reserve once.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use std::alloc::System;

use super::reserve::Reserved;
use super::tape::Held;
use crate::memory::shortage;

/// The system's allocator, up to a number of bytes.
struct Limited {
    left: Cell<usize>,
}

impl Limited {
    fn take(&self, size: usize) -> bool {
        let left = self.left.get().checked_sub(size);
        left.map(|left| self.left.set(left)).is_some()
    }
}

// SAFETY: every call is passed on with the same arguments or refused.
unsafe impl GlobalAlloc for Limited {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's layout is not empty.
        if self.take(layout.size()) { unsafe { System.alloc(layout) } } else { core::ptr::null_mut() }
    }

    unsafe fn dealloc(&self, address: *mut u8, layout: Layout) {
        self.left.set(self.left.get() + layout.size());
        // SAFETY: the caller got the address from here with this layout.
        unsafe { System.dealloc(address, layout) }
    }
}

fn layout(size: usize) -> Layout {
    Layout::from_size_align(size, 8).expect("a layout")
}

fn limited(bytes: usize) -> Reserved<Limited> {
    Reserved::new(Limited { left: Cell::new(bytes) })
}

#[test]
fn as_long_as_memory_suffices_nothing_is_noted() {
    let allocator = limited(100_000);
    assert!(allocator.ready());
    let mut held = Held::new(&allocator, layout(1_000), 1).expect("there is room");
    assert!(held.resize(&allocator, 2_000));
    held.free(&allocator);
    assert!(allocator.ready());
    assert!(!shortage::noted());
    empty(&allocator);
}

#[test]
fn a_small_need_is_met_out_of_the_reserve_and_noted() {
    let allocator = limited(70_000);
    assert!(allocator.ready());
    let held = Held::new(&allocator, layout(10_000), 1).expect("the reserve has room");
    assert!(shortage::noted());
    let more = Held::new(&allocator, layout(10_000), 2).expect("what is left of the reserve has room");
    held.free(&allocator);
    more.free(&allocator);
    assert!(allocator.ready(), "the reserve is filled again");
    assert!(!shortage::noted());
    empty(&allocator);
}

#[test]
fn a_large_need_fails_and_leaves_the_reserve() {
    let allocator = limited(70_000);
    assert!(allocator.ready());
    assert!(Held::new(&allocator, layout(40_000), 1).is_none());
    assert!(shortage::noted());
    Held::new(&allocator, layout(10_000), 2).expect("the reserve is still there").free(&allocator);
    empty(&allocator);
}

#[test]
fn what_grows_into_the_reserve_keeps_its_contents() {
    let allocator = limited(67_000);
    assert!(allocator.ready());
    let mut held = Held::new(&allocator, layout(1_000), 1).expect("there is room");
    assert!(!shortage::noted());
    assert!(held.resize(&allocator, 3_000));
    assert!(shortage::noted());
    let mut other = Held::new(&allocator, layout(1_000), 2).expect("there is room");
    assert!(!other.resize(&allocator, 64_000));
    other.free(&allocator);
    held.free(&allocator);
    empty(&allocator);
}

#[test]
fn without_room_for_a_reserve_no_call_begins() {
    let allocator = limited(1_000);
    assert!(!allocator.ready());
    assert!(Held::new(&allocator, layout(2_000), 1).is_none());
}

/// Gives the reserve back, whose memory the process would miss: a need that only it can meet, freed again.
fn empty(allocator: &Reserved<Limited>) {
    let mut held = Vec::new();
    let mut size = 1 << 16;
    while size > 8 {
        match Held::new(allocator, layout(size), 3) {
            Some(block) => held.push(block),
            None => size /= 2,
        }
    }
    held.into_iter().for_each(|block| block.free(allocator));
}

//! Pages of this process instead of linear memory: one block for each thread, handed out from its beginning.

use core::alloc::Layout;
use core::cell::{Cell, OnceCell};
use core::ptr::null_mut;

pub(super) const PAGE: usize = 65_536;

/// Pages of a thread: every test has its own.
const MOST: usize = 64;

/// The block as one address, from which those of all its pages are made.
struct Block(*mut u8);

const LAYOUT: Layout = match Layout::from_size_align(PAGE * MOST, PAGE) {
    Ok(layout) => layout,
    Err(_) => panic!("a block that is no multiple of its pages"),
};

impl Drop for Block {
    fn drop(&mut self) {
        // SAFETY: the block was made with this layout, and the test that used it is over.
        unsafe { std::alloc::dealloc(self.0, LAYOUT) }
    }
}

std::thread_local! {
    static BLOCK: OnceCell<Block> = const { OnceCell::new() };
    static USED: Cell<usize> = const { Cell::new(0) };
    static LIMIT: Cell<usize> = const { Cell::new(MOST) };
    static SIZE: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// Where memory ends for what a host passes.
pub(super) fn size() -> usize {
    SIZE.get()
}

pub(super) fn grow(pages: usize) -> *mut u8 {
    let used = USED.get();
    if pages > LIMIT.get().saturating_sub(used) {
        return null_mut();
    }
    USED.set(used + pages);
    // SAFETY: the layout is not empty.
    let start = BLOCK.with(|block| block.get_or_init(|| Block(unsafe { std::alloc::alloc(LAYOUT) })).0);
    start.wrapping_add(used * PAGE)
}

/// How many pages were handed out.
pub(super) fn used() -> usize {
    USED.get()
}

/// Lets memory grow to so many pages and no further.
pub(super) fn limit(pages: usize) {
    LIMIT.set(pages.min(MOST));
}

/// Lets memory end at an address.
pub(super) fn end_at(address: usize) {
    SIZE.set(address);
}

//! An allocator with a reserve for the way out when memory is short.

use alloc::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use core::ptr::null_mut;

use crate::memory::shortage;

/// Bytes that are kept back. What does not grow through [`crate::memory`] is small, and each call ends soon after
/// memory was found short; the tests let calls run out of memory at every page.
const RESERVE: Layout = match Layout::from_size_align(65_536, 8) {
    Ok(layout) => layout,
    Err(_) => Layout::new::<u64>(),
};

/// Notes where memory is short and then gives up the reserve.
pub(super) struct Reserved<A> {
    memory: A,
    reserve: Cell<*mut u8>,
}

// SAFETY: a module without threads has one caller at a time.
unsafe impl<A> Sync for Reserved<A> {}

impl<A: GlobalAlloc> Reserved<A> {
    pub(super) const fn new(memory: A) -> Self {
        Self { memory, reserve: Cell::new(null_mut()) }
    }

    /// Makes ready for a call: nothing is short, and the reserve is there. False if memory does not suffice for that.
    #[inline(always)]
    pub(super) fn ready(&self) -> bool {
        shortage::note(false);
        !self.reserve.get().is_null() || self.fill()
    }

    #[cold]
    #[inline(never)]
    fn fill(&self) -> bool {
        // SAFETY: the layout is not empty.
        self.reserve.set(unsafe { self.memory.alloc(RESERVE) });
        !self.reserve.get().is_null()
    }

    /// Memory for what must not fail, out of the reserve; null for what is too large for that, or if it is used up.
    #[cold]
    #[inline(never)]
    fn last_resort(&self, layout: Layout) -> *mut u8 {
        shortage::note(true);
        let reserve = self.reserve.replace(null_mut());
        if reserve.is_null() || layout.size() > RESERVE.size() / 2 {
            self.reserve.set(reserve);
            return null_mut();
        }
        // SAFETY: the reserve was allocated with this layout, and nobody else knows it; the other layout is the caller's.
        unsafe {
            self.memory.dealloc(reserve, RESERVE);
            self.memory.alloc(layout)
        }
    }
}

// SAFETY: every call is passed on to an allocator with the same arguments; what comes from the last resort comes from
// there as well.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Reserved<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's layout is not empty.
        let address = unsafe { self.memory.alloc(layout) };
        if address.is_null() { self.last_resort(layout) } else { address }
    }

    unsafe fn dealloc(&self, address: *mut u8, layout: Layout) {
        // SAFETY: the caller got the address from here with this layout.
        unsafe { self.memory.dealloc(address, layout) }
    }

    unsafe fn realloc(&self, address: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller got the address from here with this layout, and the size is not 0.
        let moved = unsafe { self.memory.realloc(address, layout, size) };
        if !moved.is_null() {
            return moved;
        }
        let Ok(wanted) = Layout::from_size_align(size, layout.align()) else { return null_mut() };
        let moved = self.last_resort(wanted);
        if !moved.is_null() {
            // SAFETY: both places are allocated and hold at least the smaller size; the old one is given back once.
            unsafe {
                core::ptr::copy_nonoverlapping(address, moved, layout.size().min(size));
                self.memory.dealloc(address, layout);
            }
        }
        moved
    }
}

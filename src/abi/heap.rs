//! The allocator of a module that is built for size: a tenth of the code of `dlmalloc`.
//!
//! Small blocks have a size of a power of two and go back to a list of that size. Large ones lie in one list of holes in
//! the order of their addresses, where neighbours join; it is short, because few blocks are large.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr::{copy_nonoverlapping, null_mut};

use super::pages::{self, PAGE};

/// The smallest block, which has room for a hole, and what every block is aligned to.
const LEAST: usize = 16;

/// Blocks up to this size are small.
const SMALL: usize = LEAST << (LISTS - 1);

/// One list for each small size.
const LISTS: usize = 7;

/// What stands at the beginning of memory that is not in use.
struct Hole {
    size: usize,
    next: *mut Hole,
}

struct Holes {
    small: [*mut Hole; LISTS],
    large: *mut Hole,
}

pub(super) struct Heap(UnsafeCell<Holes>);

// SAFETY: a module without threads has one caller at a time, and no method calls out while it holds the lists.
unsafe impl Sync for Heap {}

impl Heap {
    pub(super) const fn new() -> Self {
        Self(UnsafeCell::new(Holes { small: [null_mut(); LISTS], large: null_mut() }))
    }

    /// Whether a call may begin; this allocator keeps nothing back for one that runs out of memory.
    pub(super) const fn ready(&self) -> bool {
        true
    }
}

/// The size of the block for a layout; `None` where there is no such block.
fn size_of(layout: Layout) -> Option<usize> {
    let size = layout.size().max(LEAST);
    match size {
        _ if layout.align() > LEAST => None,
        ..=SMALL => Some(size.next_power_of_two()),
        _ => size.checked_next_multiple_of(LEAST),
    }
}

impl Holes {
    /// The list of a small size.
    fn list(&mut self, size: usize) -> Option<&mut *mut Hole> {
        self.small.get_mut((size / LEAST).trailing_zeros() as usize).filter(|_| size <= SMALL)
    }

    fn take(&mut self, size: usize) -> *mut Hole {
        if let Some(first) = self.list(size)
            && !first.is_null()
        {
            let hole = *first;
            // SAFETY: what a list leads to is a hole, and nobody else has its address.
            *first = unsafe { (*hole).next };
            return hole;
        }
        loop {
            let hole = self.take_large(size);
            if !hole.is_null() {
                return hole;
            }
            let count = size.div_ceil(PAGE);
            let grown = pages::grow(count);
            if grown.is_null() {
                return null_mut();
            }
            self.give_large(grown.cast(), count.wrapping_mul(PAGE));
        }
    }

    /// Takes a block from the first hole that is as large, or nothing.
    fn take_large(&mut self, size: usize) -> *mut Hole {
        let mut link = &raw mut self.large;
        // SAFETY: links lead from hole to hole, and a hole spans memory that nobody else uses. What is cut off its end
        // lies within it.
        unsafe {
            while !(*link).is_null() {
                let hole = *link;
                let rest = (*hole).size.wrapping_sub(size);
                if rest == 0 {
                    *link = (*hole).next;
                    return hole;
                }
                if (*hole).size > size {
                    (*hole).size = rest;
                    return hole.byte_add(rest);
                }
                link = &raw mut (*hole).next;
            }
        }
        null_mut()
    }

    fn give(&mut self, hole: *mut Hole, size: usize) {
        match self.list(size) {
            Some(first) => {
                // SAFETY: the block is no longer in use and has room for a hole.
                unsafe { hole.write(Hole { size, next: *first }) };
                *first = hole;
            }
            None => self.give_large(hole, size),
        }
    }

    /// Puts a block among the holes and joins it with its neighbours.
    fn give_large(&mut self, hole: *mut Hole, size: usize) {
        let mut link = &raw mut self.large;
        let mut before: *mut Hole = null_mut();
        // SAFETY: links lead from hole to hole, and the block is no longer in use and has room for a hole. The end of a
        // hole is compared, never read.
        unsafe {
            while !(*link).is_null() && *link < hole {
                before = *link;
                link = &raw mut (*before).next;
            }
            hole.write(Hole { size, next: *link });
            *link = hole;
            join(hole);
            if !before.is_null() {
                join(before);
            }
        }
    }
}

/// Joins a hole with the next one if that begins where it ends.
///
/// # Safety
/// The hole must be one of the list of large holes.
unsafe fn join(hole: *mut Hole) {
    // SAFETY: as above; the next one is read only if there is one, as no hole ends at address 0.
    unsafe {
        let next = (*hole).next;
        if hole.wrapping_byte_add((*hole).size) == next {
            (*hole).size = (*hole).size.wrapping_add((*next).size);
            (*hole).next = (*next).next;
        }
    }
}

// SAFETY: a block is as large as its layout asks for, lies in memory that was grown for it or given back, and is in no
// list while it is in use.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: see `Sync`: this is the only reference.
        let holes = unsafe { &mut *self.0.get() };
        size_of(layout).map_or(null_mut(), |size| holes.take(size).cast())
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: see `Sync`: this is the only reference.
        let holes = unsafe { &mut *self.0.get() };
        if let Some(size) = size_of(layout) {
            holes.give(block.cast(), size);
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller gives a size that makes a layout.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        if size_of(wanted) == size_of(layout) {
            return block;
        }
        // SAFETY: both blocks are at least as large as what is copied, and the new one is not in use.
        unsafe {
            let moved = self.alloc(wanted);
            if !moved.is_null() {
                copy_nonoverlapping(block, moved, layout.size().min(size));
                self.dealloc(block, layout);
            }
            moved
        }
    }
}

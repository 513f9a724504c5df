//! Blocks that a test holds, each filled with a byte of its own, and numbers that look random.

use core::alloc::{GlobalAlloc, Layout};

/// Numbers that depend on the first one only.
pub(super) struct Tape(pub(super) u64);

impl Tape {
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

/// A block in use and what was written into it.
pub(super) struct Held {
    pub(super) address: *mut u8,
    pub(super) layout: Layout,
    mark: u8,
}

impl Held {
    /// A new block, filled; `None` if the allocator has none.
    pub(super) fn new(allocator: &impl GlobalAlloc, layout: Layout, mark: u8) -> Option<Self> {
        // SAFETY: no layout of these tests is empty, and a block has room for its layout.
        unsafe {
            let address = allocator.alloc(layout);
            if address.is_null() {
                return None;
            }
            assert_eq!(address.align_offset(layout.align()), 0, "{layout:?} at {address:?}");
            address.write_bytes(mark, layout.size());
            Some(Self { address, layout, mark })
        }
    }

    /// What was written is still there: nobody else was given the same bytes.
    pub(super) fn check(&self, bytes: usize) {
        // SAFETY: the block is in use and was filled.
        let bytes = unsafe { core::slice::from_raw_parts(self.address, bytes) };
        assert!(bytes == vec![self.mark; bytes.len()], "{:?} was written over", self.layout);
    }

    /// Changes the size and gives whether there was room.
    pub(super) fn resize(&mut self, allocator: &impl GlobalAlloc, size: usize) -> bool {
        // SAFETY: the block came from this allocator with this layout, and no size of these tests is 0 or wraps.
        let moved = unsafe { allocator.realloc(self.address, self.layout, size) };
        if moved.is_null() {
            self.check(self.layout.size());
            return false;
        }
        self.address = moved;
        self.check(self.layout.size().min(size));
        self.layout = Layout::from_size_align(size, self.layout.align()).expect("a layout");
        // SAFETY: the block has room for its layout.
        unsafe { self.address.write_bytes(self.mark, size) };
        true
    }

    pub(super) fn free(self, allocator: &impl GlobalAlloc) {
        self.check(self.layout.size());
        // SAFETY: the block came from this allocator with this layout and is given back once.
        unsafe { allocator.dealloc(self.address, self.layout) }
    }
}

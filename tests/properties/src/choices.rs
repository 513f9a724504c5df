//! Bytes as choices, which generators take one after the other.

use arbitrary::{Arbitrary, Unstructured};

/// Choices made by bytes. When the bytes run out, each further choice is the first alternative, so the simplest one
/// stands first.
pub struct Choices<'b> {
    bytes: Unstructured<'b>,
}

impl<'b> Choices<'b> {
    /// Choices made by these bytes.
    pub fn new(bytes: &'b [u8]) -> Self {
        Self { bytes: Unstructured::new(bytes) }
    }

    /// Whether any bytes are left.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// A number below `count`.
    pub fn below(&mut self, count: usize) -> usize {
        self.bytes.int_in_range(0..=count.saturating_sub(1)).unwrap_or(0)
    }

    /// True once in `count` times.
    pub fn rarely(&mut self, count: usize) -> bool {
        self.below(count) == count.saturating_sub(1)
    }

    /// One of several.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// Any number of a type; zero when the bytes have run out.
    pub fn any<T: Arbitrary<'b> + Default>(&mut self) -> T {
        self.bytes.arbitrary().unwrap_or_default()
    }

    /// Up to `most` bytes as they are.
    pub fn raw(&mut self, most: usize) -> &'b [u8] {
        let len = self.below(most.saturating_add(1)).min(self.bytes.len());
        self.bytes.bytes(len).unwrap_or_default()
    }
}

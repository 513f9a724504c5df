//! The linear memory of the module.

/// Bytes of a page.
pub(super) const PAGE: usize = 65_536;

/// Bytes that the memory has.
pub(super) fn size() -> usize {
    core::arch::wasm32::memory_size(0).saturating_mul(PAGE)
}

/// Takes so many pages more and gives their address; null if the host allows no more.
#[cfg(not(feature = "fast"))]
pub(super) fn grow(pages: usize) -> *mut u8 {
    match core::arch::wasm32::memory_grow(0, pages) {
        usize::MAX => core::ptr::null_mut(),
        page => core::ptr::with_exposed_provenance_mut(page.wrapping_mul(PAGE)),
    }
}

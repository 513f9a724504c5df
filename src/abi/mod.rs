//! The module's exports: pointers to slices, answers to pointers. Every rule of behaviour lies below.
//!
//! Inputs belong to the caller and are only read. A result lies in a buffer of the module until the next call; handing
//! it to `dealloc` is allowed and does nothing. This is the only place with `unsafe`: hosts speak in addresses.

#![expect(unsafe_code, reason = "a host and the module exchange addresses of linear memory")]

mod exports;
#[cfg(not(feature = "fast"))]
mod heap;
mod instance;
mod memory;
mod pages;
#[cfg(feature = "fast")]
mod reserve;

#[cfg(feature = "fast")]
#[global_allocator]
static ALLOCATOR: reserve::Reserved<dlmalloc::GlobalDlmalloc> = reserve::Reserved::new(dlmalloc::GlobalDlmalloc);

#[cfg(not(feature = "fast"))]
#[global_allocator]
static ALLOCATOR: heap::Heap = heap::Heap::new();

/// No panic can be written in this crate; one in a dependency ends the instance, and its message would have no reader.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

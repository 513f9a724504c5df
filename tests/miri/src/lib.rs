//! The allocators of the module and its way to read a host's memory, built natively.
//!
//! `src/abi` is for WebAssembly only, which Miri does not run. What holds `unsafe` there needs of its target no more than
//! pages of memory, so the same files are included here over pages of this process. `make miri` runs the tests under
//! Miri, `make test` without it.

#![cfg(test)]
#![expect(unsafe_code, reason = "the files under test are those that hold it")]

extern crate alloc;

mod abi {
    #[path = "../../../../src/abi/heap.rs"]
    mod heap;
    #[path = "../../../../src/abi/memory.rs"]
    mod memory;
    mod pages;
    #[path = "../../../../src/abi/reserve.rs"]
    mod reserve;

    mod heap_tests;
    mod memory_tests;
    mod reserve_tests;
    mod tape;
}

/// What the reserve tells that memory is short.
mod memory {
    pub(crate) mod shortage {
        use core::cell::Cell;

        std::thread_local! {
            static SHORT: Cell<bool> = const { Cell::new(false) };
        }

        pub(crate) fn note(short: bool) {
            SHORT.set(short);
        }

        pub(crate) fn noted() -> bool {
            SHORT.get()
        }
    }
}

//! The exports of burgee's module that a host of one flag set needs, with the same signatures, and `evaluate_all`.

#![expect(unsafe_code, reason = "a host speaks in addresses and lengths")]

use std::alloc::Layout;
use std::cell::RefCell;

use crate::Evaluator;

thread_local! {
    static INSTANCE: RefCell<Instance> = RefCell::default();
}

#[derive(Default)]
struct Instance {
    evaluator: Evaluator,
    /// The last result; it stays until the next call.
    result: Vec<u8>,
}

impl Instance {
    fn write(&mut self, write: impl FnOnce(&mut Evaluator, &mut Vec<u8>)) -> u64 {
        self.result.clear();
        write(&mut self.evaluator, &mut self.result);
        (self.result.as_ptr() as u64) << 32 | self.result.len() as u64
    }
}

fn layout(len: u32) -> Option<Layout> {
    Layout::from_size_align(len.max(1) as usize, 1).ok()
}

#[unsafe(no_mangle)]
extern "C" fn alloc(len: u32) -> *mut u8 {
    match layout(len) {
        // SAFETY: the size is not zero.
        Some(layout) => unsafe { std::alloc::alloc(layout) },
        None => std::ptr::null_mut(),
    }
}

/// # Safety
/// `address` is one that `alloc` gave for `len`.
#[unsafe(no_mangle)]
unsafe extern "C" fn dealloc(address: *mut u8, len: u32) {
    if let Some(layout) = layout(len) {
        // SAFETY: the contract above.
        unsafe { std::alloc::dealloc(address, layout) }
    }
}

/// # Safety
/// `address..address + len` is memory that the host wrote and leaves alone until the call returns.
unsafe fn read<'a>(address: *const u8, len: u32) -> &'a [u8] {
    if len == 0 {
        return &[];
    }
    // SAFETY: the contract above.
    unsafe { std::slice::from_raw_parts(address, len as usize) }
}

/// # Safety
/// As for `read`.
#[unsafe(no_mangle)]
unsafe extern "C" fn update_state(document: *const u8, len: u32) -> u64 {
    // SAFETY: the contract above.
    let document = unsafe { read(document, len) };
    INSTANCE.with_borrow_mut(|instance| {
        instance.write(|evaluator, out| {
            let reply = match evaluator.update(document) {
                Ok(count) => format!("{{\"success\":true,\"flags\":{count}}}"),
                Err(error) => format!("{{\"success\":false,\"error\":{}}}", serde_json::Value::String(error)),
            };
            out.extend_from_slice(reply.as_bytes());
        })
    })
}

/// # Safety
/// As for `read`, for both inputs.
#[unsafe(no_mangle)]
unsafe extern "C" fn evaluate(key: *const u8, key_len: u32, context: *const u8, context_len: u32) -> u64 {
    // SAFETY: the contract above.
    let (key, context) = unsafe { (read(key, key_len), read(context, context_len)) };
    let key = std::str::from_utf8(key).unwrap_or_default();
    INSTANCE.with_borrow_mut(|instance| instance.write(|evaluator, out| evaluator.evaluate(key, context, out)))
}

/// # Safety
/// As for `read`.
#[unsafe(no_mangle)]
unsafe extern "C" fn evaluate_all(context: *const u8, len: u32) -> u64 {
    // SAFETY: the contract above.
    let context = unsafe { read(context, len) };
    INSTANCE.with_borrow_mut(|instance| instance.write(|evaluator, out| evaluator.evaluate_all(context, out)))
}

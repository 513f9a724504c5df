//! The exported functions, each a line: read the inputs, call, give the place of the result.

use core::cell::UnsafeCell;

use super::instance::{Input, Instance};
use super::memory::input;
use crate::limits::Limits;

/// The version of this contract; a host refuses another number.
const VERSION: i32 = 1;

struct Cell(UnsafeCell<Option<Instance>>);

// SAFETY: a module without threads has one caller at a time, and no export calls out while it holds the instance
// (the clock of `host-clock` must not call back, which its host cannot do before it returns).
unsafe impl Sync for Cell {}

static INSTANCE: Cell = Cell(UnsafeCell::new(None));

fn instance() -> &'static mut Instance {
    // SAFETY: see `Cell`: exports do not nest, so this is the only reference while an export runs.
    let slot = unsafe { &mut *INSTANCE.0.get() };
    slot.get_or_insert_with(Instance::default)
}

/// The bytes of an argument, unless they are too many or lie outside memory.
fn read<'a>(address: u32, len: u32, limit: usize) -> Input<'a> {
    let (address, len) = (address as usize, len as usize);
    if len > limit {
        return Input::TooLong(len);
    }
    // SAFETY: the host waits for the export to return, and the module never writes into memory it lent or was shown.
    unsafe { input(address, len) }.map_or(Input::Outside, Input::Bytes)
}

#[unsafe(no_mangle)]
extern "C" fn abi_version() -> i32 {
    VERSION
}

#[unsafe(no_mangle)]
extern "C" fn alloc(len: u32) -> u32 {
    instance().lent.lend(len as usize) as u32
}

#[unsafe(no_mangle)]
extern "C" fn dealloc(address: u32, _len: u32) {
    instance().lent.take_back(address as usize);
}

#[unsafe(no_mangle)]
extern "C" fn set_validation_mode(mode: u32) -> u64 {
    instance().set_validation_mode(mode)
}

#[unsafe(no_mangle)]
extern "C" fn set_time(unix_seconds: i64) {
    instance().set_time(unix_seconds);
}

#[unsafe(no_mangle)]
extern "C" fn update_state(config: u32, config_len: u32) -> u64 {
    instance().update_state(read(config, config_len, Limits::STANDARD.document))
}

#[unsafe(no_mangle)]
extern "C" fn evaluate(key: u32, key_len: u32, context: u32, context_len: u32) -> u64 {
    let key = read(key, key_len, Limits::STANDARD.key);
    instance().evaluate(key, read(context, context_len, Limits::STANDARD.context))
}

#[unsafe(no_mangle)]
extern "C" fn evaluate_reusable(key: u32, key_len: u32, context: u32, context_len: u32) -> u64 {
    evaluate(key, key_len, context, context_len)
}

#[unsafe(no_mangle)]
extern "C" fn evaluate_by_index(index: u32, context: u32, context_len: u32) -> u64 {
    instance().evaluate_by_index(index, read(context, context_len, Limits::STANDARD.context))
}

#[unsafe(no_mangle)]
extern "C" fn evaluate_all(context: u32, context_len: u32) -> u64 {
    instance().evaluate_all(read(context, context_len, Limits::STANDARD.context))
}

#[unsafe(no_mangle)]
extern "C" fn evaluate_logic(rule: u32, rule_len: u32, data: u32, data_len: u32) -> u64 {
    let limit = Limits::STANDARD.document;
    instance().evaluate_logic(read(rule, rule_len, limit), read(data, data_len, limit))
}

#[unsafe(no_mangle)]
extern "C" fn evaluate_ref(key: u32, key_len: u32, context: u32, context_len: u32) -> u32 {
    let key = read(key, key_len, Limits::STANDARD.key);
    instance().evaluate_ref(key, read(context, context_len, Limits::STANDARD.context))
}

#[unsafe(no_mangle)]
extern "C" fn describe_state() -> u64 {
    instance().describe_state()
}

#[unsafe(no_mangle)]
extern "C" fn evaluate_slots(index: u32, generation: u32, slots: u32, slots_len: u32) -> u32 {
    instance().evaluate_slots(index, generation, read(slots, slots_len, Limits::STANDARD.context))
}

#[unsafe(no_mangle)]
extern "C" fn last_error() -> u64 {
    instance().last_error()
}

#[unsafe(no_mangle)]
extern "C" fn reset() -> u64 {
    instance().reset()
}

//! How much of its stack the module uses: the stack is the first part of memory and grows towards address 0.

use burgee_tools::build::STACK_BYTES;

use crate::guests::{Guest, wasmtime};
use crate::hostile;

/// What is written over the stack before each call: no frame is alive between calls.
const PAINT: u8 = 0xA7;

/// How many times the deepest use the stack must have.
const RESERVE: usize = 4;

#[test]
fn the_stack_has_four_times_the_deepest_use() {
    let program = wasmtime::Program::new(&crate::module().expect("`make wasm` built it"), false).expect("it compiles");
    let mut deepest = (0, String::new());
    for case in [hostile::cases(), hostile::long_cases()].concat() {
        let mut guest = program.start().expect("it starts");
        for call in &case.calls {
            guest.memory()[..STACK_BYTES].fill(PAINT);
            guest.answer(call).unwrap_or_else(|error| panic!("{}: {error:#}", case.name));
            let untouched = guest.memory().iter().take_while(|byte| **byte == PAINT).count();
            let used = STACK_BYTES - untouched.min(STACK_BYTES);
            if used > deepest.0 {
                deepest = (used, format!("`{}` of {}", call.export(), case.name));
            }
        }
    }
    let (used, name) = deepest;
    println!("{used} of {STACK_BYTES} bytes of stack are used at most, by {name}");
    assert!(used > 1_000, "this is not where the stack lies");
    assert!(used * RESERVE <= STACK_BYTES, "{name} uses {used} of {STACK_BYTES} bytes");
}

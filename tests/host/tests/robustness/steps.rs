//! What a step costs: instructions under wasmtime, which are the same in every run.

use crate::guests::{Guest, wasmtime};
use crate::heavy::{self, STEPS};

/// The most instructions of a step, over a whole evaluation.
const MOST: u64 = 12_000;

#[test]
fn a_step_costs_a_bounded_number_of_instructions() {
    let program = wasmtime::Program::new(&crate::module().expect("`make wasm` built it"), true).expect("it compiles");
    let mut costly = Vec::new();
    println!("instructions a step");
    for case in heavy::cases() {
        let mut guest = program.start().expect("it starts");
        let (mut answer, mut before) = (String::new(), 0);
        for call in &case.calls {
            before = guest.instructions().expect("they are counted");
            answer = guest.answer(call).unwrap_or_else(|error| panic!("{}: {error:#}", case.name));
        }
        assert!(answer.contains("GENERAL") && answer.contains("steps"), "{}: {answer}", case.name);
        let each = (guest.instructions().expect("they are counted") - before) / STEPS;
        println!("{each:>9}  {}", case.name);
        if each > MOST {
            costly.push(case.name);
        }
    }
    assert!(costly.is_empty(), "more than {MOST} instructions a step: {costly:?}");
}

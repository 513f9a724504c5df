//! Nanoseconds of a step on three runtimes, for `make soak`.

use std::time::Instant;

use crate::calls::Case;
use crate::guests::{Guest, wasmi, wasmtime};
use crate::heavy::{self, STEPS};
use crate::node;

/// How often each evaluation is timed where that takes no minutes; the least time counts, because others work on the
/// machine too.
const REPEAT: usize = 3;

/// The least time of the last call, in nanoseconds.
fn least(mut guest: impl Guest, case: &Case, repeat: usize) -> u64 {
    let (last, before) = case.calls.split_last().expect("a case has calls");
    before.iter().for_each(|call| drop(guest.answer(call).expect("it answers")));
    let time = || {
        let begin = Instant::now();
        guest.answer(last).expect("it answers");
        u64::try_from(begin.elapsed().as_nanos()).unwrap_or(u64::MAX)
    };
    std::iter::repeat_with(time).take(repeat).min().unwrap_or(0)
}

#[test]
#[ignore = "a figure, not a verdict; `make soak` prints it"]
fn nanoseconds_of_a_step() {
    let module = crate::module().expect("`make wasm` built it");
    let compiler = wasmtime::Program::new(&module, false).expect("it compiles");
    let interpreter = wasmi::Program::new(&module, false).expect("it is valid");
    let cases = heavy::cases();
    let scripted = node::run(&cases, REPEAT).expect("the script runs");
    println!("nanoseconds a step\n wasmtime       V8    wasmi");
    for (place, case) in cases.iter().enumerate() {
        let compiled = least(compiler.start().expect("it starts"), case, REPEAT) / STEPS;
        let interpreted = least(interpreter.start().expect("it starts"), case, 1) / STEPS;
        let scripted = scripted.as_ref().and_then(|times| times[place].as_f64());
        let scripted = scripted.map_or_else(|| "-".into(), |time| format!("{:.0}", time / STEPS as f64));
        println!("{compiled:>9} {scripted:>8} {interpreted:>8}  {}", case.name);
    }
}

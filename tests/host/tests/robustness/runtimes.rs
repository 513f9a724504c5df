//! The same answers from a compiler, an interpreter and V8, byte for byte and without a trap.

use anyhow::{Context as _, Result};

use crate::calls::Case;
use crate::guests::{Guest, wasmi, wasmtime};
use crate::{hostile, node};

/// The answers of an instance to the calls of one case.
fn play(guest: &mut impl Guest, case: &Case) -> Result<Vec<String>> {
    let answers = case.calls.iter().zip(1..);
    answers.map(|(call, number)| guest.answer(call).with_context(|| format!("{}: call {number}", case.name))).collect()
}

#[test]
fn hostile_input_is_answered_alike_by_three_runtimes() {
    let answers = compiled(&hostile::cases());
    assert_interpreted_alike(&hostile::cases(), &answers);
    assert_scripted_alike(&hostile::cases(), &answers);
}

#[test]
fn long_hostile_input_is_answered_alike_by_two_runtimes() {
    assert_scripted_alike(&hostile::long_cases(), &compiled(&hostile::long_cases()));
}

#[test]
#[ignore = "takes minutes; `make soak` runs it"]
fn long_hostile_input_is_answered_alike_by_an_interpreter() {
    assert_interpreted_alike(&hostile::long_cases(), &compiled(&hostile::long_cases()));
}

/// The answers of the compiler.
fn compiled(cases: &[Case]) -> Vec<Vec<String>> {
    let program = wasmtime::Program::new(&crate::module().expect("`make wasm` built it"), false).expect("it compiles");
    let play = |case| play(&mut program.start().expect("it starts"), case).expect("it does not trap");
    cases.iter().map(play).collect()
}

fn assert_interpreted_alike(cases: &[Case], answers: &[Vec<String>]) {
    let program = wasmi::Program::new(&crate::module().expect("`make wasm` built it"), false).expect("it is valid");
    for (case, expected) in cases.iter().zip(answers) {
        let found = play(&mut program.start().expect("it starts"), case).expect("it does not trap");
        assert_alike(case, expected, found.iter().map(String::as_str));
    }
    println!("{} cases in an interpreter", cases.len());
}

fn assert_scripted_alike(cases: &[Case], answers: &[Vec<String>]) {
    let Some(scripted) = node::run(cases, 0).expect("the script runs") else { return };
    for ((case, expected), found) in cases.iter().zip(answers).zip(scripted.as_array().expect("a list of cases")) {
        let found = found.as_array().expect("a list of answers");
        assert_alike(case, expected, found.iter().map(|answer| answer.as_str().expect("an answer is a text")));
    }
    println!("{} cases in V8", cases.len());
}

#[track_caller]
fn assert_alike<'a>(case: &Case, expected: &[String], found: impl ExactSizeIterator<Item = &'a str>) {
    assert_eq!((expected.len(), found.len()), (case.calls.len(), case.calls.len()), "{}", case.name);
    for (number, (left, right)) in expected.iter().zip(found).enumerate() {
        assert!(left == right, "{}, call {}: {}", case.name, number + 1, difference(left, right));
    }
}

/// What two answers begin with where they differ.
fn difference(left: &str, right: &str) -> String {
    let at = left.bytes().zip(right.bytes()).take_while(|(left, right)| left == right).count();
    let end = |text: &str| String::from_utf8_lossy(&text.as_bytes()[at..text.len().min(at + 100)]).into_owned();
    format!("from byte {at} on `{}` and `{}`", end(left), end(right))
}

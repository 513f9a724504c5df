//! Who owns memory: inputs belong to the host, results are readable until the next call, nothing leaks.

use crate::support::{FLAGS, assert_flags_work, call, lend, start, start_with_flags};
use burgee_example_wasmtime::Place;

#[test]
fn alloc_of_nothing_gives_a_pointer_that_dealloc_accepts() {
    let mut host = start();
    let address = host.alloc(0).expect("it answers");
    assert_ne!(address, 0);
    host.dealloc(address, 0).expect("it returns");
    host.dealloc(address, 0).expect("it returns");
    assert!(host.alloc(16).expect("it answers") != 0);
}

#[test]
fn alloc_gives_0_when_memory_is_short_and_the_instance_stays_usable() {
    let mut host = start_with_flags();
    for len in [u32::MAX, u32::MAX - 7, 0xfff0_0000] {
        assert_eq!(host.alloc(len).expect("it answers"), 0, "{len}");
    }
    assert_flags_work(&mut host);
}

#[test]
fn no_export_frees_an_input() {
    let mut host = start_with_flags();
    let (key, key_len) = lend(&mut host, b"price");
    let (context, context_len) = lend(&mut host, br#"{"tier": "gold"}"#);
    for export in ["evaluate", "evaluate_reusable", "evaluate"] {
        let answer = call(&mut host, export, &[key, key_len, context, context_len]);
        assert_eq!(answer["value"], 20, "{export}");
    }
    assert_eq!(host.read(Place { address: key, len: key_len }).expect("it is still there"), "price");
    host.dealloc(key, key_len).expect("it returns");
    host.dealloc(context, context_len).expect("it returns");
    assert_flags_work(&mut host);
}

#[test]
fn a_result_may_be_given_back_once_twice_or_never() {
    let mut host = start_with_flags();
    let (key, key_len) = lend(&mut host, b"banner");
    for _ in 0..3 {
        let result = host.call("evaluate", &[key, key_len, 0, 0]).expect("it answers");
        let before = host.read(result).expect("it is readable").to_owned();
        host.dealloc(result.address, result.len).expect("it returns");
        host.dealloc(result.address, result.len).expect("it returns");
        let after = host.call("evaluate", &[key, key_len, 0, 0]).expect("it answers");
        assert_eq!(host.read(after).expect("it is readable"), before);
    }
    assert_flags_work(&mut host);
}

#[test]
fn an_input_given_back_twice_does_no_damage() {
    let mut host = start_with_flags();
    let (first, len) = lend(&mut host, b"price");
    host.dealloc(first, len).expect("it returns");
    host.dealloc(first, len).expect("it returns");
    let (one, _) = lend(&mut host, b"price");
    let (two, _) = lend(&mut host, b"wrong");
    assert_ne!(one, two, "the same memory was lent twice");
    assert_eq!(call(&mut host, "evaluate", &[one, len, 0, 0])["value"], 10);
}

#[test]
fn dealloc_of_an_address_that_was_never_lent_does_no_damage() {
    let mut host = start_with_flags();
    let (key, key_len) = lend(&mut host, b"price");
    for (address, len) in [(0, 0), (0, 8), (8, 8), (key + 1, 1), (u32::MAX, u32::MAX), (70_000, 100)] {
        host.dealloc(address, len).expect("it returns");
    }
    assert_eq!(call(&mut host, "evaluate", &[key, key_len, 0, 0])["value"], 10);
    assert_flags_work(&mut host);
}

#[test]
fn a_result_stays_readable_until_the_next_call() {
    let mut host = start_with_flags();
    let (key, key_len) = lend(&mut host, b"banner");
    let first = host.call("evaluate", &[key, key_len, 0, 0]).expect("it answers");
    let text = host.read(first).expect("it is readable").to_owned();
    assert_eq!(host.read(first).expect("it is readable"), text);
}

#[test]
fn a_result_may_be_the_input_of_the_next_call() {
    let mut host = start_with_flags();
    let (key, key_len) = lend(&mut host, b"price");
    let result = host.call("evaluate", &[key, key_len, 0, 0]).expect("it answers");
    let answer = call(&mut host, "evaluate", &[key, key_len, result.address, result.len]);
    assert_eq!(answer["value"], 10);
}

#[test]
fn a_host_that_never_gives_results_back_leaks_nothing() {
    let mut host = start_with_flags();
    let rounds = |host: &mut burgee_example_wasmtime::Host, count: usize| {
        for round in 0..count {
            let context = format!(r#"{{"tier": "gold", "round": {round}, "list": [1, 2, 3]}}"#);
            host.evaluate(b"price", context.as_bytes()).expect("it answers");
            host.evaluate_all(context.as_bytes()).expect("it answers");
            host.evaluate_logic(br#"{"map": [{"var": "list"}, {"+": [{"var": ""}, 1]}]}"#, context.as_bytes())
                .expect("it answers");
            host.update_state(FLAGS.replace("1000", &round.to_string()).as_bytes()).expect("it answers");
        }
    };
    rounds(&mut host, 50);
    let before = host.memory_size();
    rounds(&mut host, 2_000);
    assert_eq!(host.memory_size(), before);
}

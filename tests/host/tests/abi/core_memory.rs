//! The allocator of the core module: blocks lie apart, and what is given back is used again.

use burgee_conformance::places;
use burgee_example_wasmtime::Host;

use crate::support::{FLAGS, assert_flags_work, update};

fn start() -> Host {
    places::core_program().and_then(|program| program.start()).expect("the core module starts")
}

/// Lengths from one byte to 200 KB, the short ones most often; the same in each run.
fn lengths(seed: u32) -> impl Iterator<Item = u32> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let (bits, low) = (state >> 28, state >> 8 & 0xFFF);
        if bits == 0 { low * 50 + 1 } else { low >> (bits / 2) | 1 }
    })
}

#[test]
fn blocks_lie_apart_and_memory_is_used_again() {
    let mut host = start();
    let mut size = 0;
    for round in 0..20 {
        let mut blocks: Vec<(u32, u32)> = Vec::new();
        for len in lengths(round % 2).take(500) {
            let address = host.alloc(len).expect("it answers");
            assert!(address != 0 && address as usize + len as usize <= host.memory_size());
            blocks.push((address, len));
            // Every third one goes back out of turn, so that holes of all sizes come to be.
            if blocks.len().is_multiple_of(3) {
                let (address, len) = blocks.remove(blocks.len() / 2);
                host.dealloc(address, len).expect("it returns");
            }
        }
        blocks.sort_unstable();
        assert!(blocks.windows(2).all(|pair| pair[0].0 + pair[0].1 <= pair[1].0), "blocks overlap");
        let (even, odd): (Vec<_>, Vec<_>) = blocks.iter().partition(|(address, _)| address / 16 % 2 == 0);
        for (address, len) in even.into_iter().chain(odd) {
            host.dealloc(address, len).expect("it returns");
        }
        if round < 4 {
            size = host.memory_size();
        }
        assert_eq!(host.memory_size(), size, "memory grew in round {round}");
    }
}

#[test]
fn a_block_that_does_not_fit_is_refused_and_the_instance_stays_usable() {
    let mut host = start();
    update(&mut host, FLAGS.as_bytes());
    for len in [u32::MAX, u32::MAX - 7, 0xfff0_0000] {
        assert_eq!(host.alloc(len).expect("it answers"), 0, "{len}");
    }
    assert_flags_work(&mut host);
}

#[test]
fn updates_and_evaluations_again_and_again_take_no_more_memory() {
    let mut host = start();
    let many = |count: usize| {
        let flags: Vec<String> = (0..count)
            .map(|number| {
                format!(
                    r#""flag-{number}":{{"state":"ENABLED","variants":{{"on":true,"off":false}},
                        "targeting":{{"if":[{{"in":["{number}",{{"var":"list"}}]}},"on","off"]}}}}"#
                )
            })
            .collect();
        format!(r#"{{"flags":{{{}}}}}"#, flags.join(","))
    };
    let mut rounds = |count: usize| {
        for round in 0..count {
            let document = many([3, 400, 40][round % 3]);
            assert_eq!(update(&mut host, document.as_bytes())["success"], true);
            let context = format!(r#"{{"list": ["{round}", "2"], "rest": "{}"}}"#, "x".repeat(round % 7 * 1000));
            host.evaluate(b"flag-2", context.as_bytes()).expect("it answers");
            host.evaluate_all(context.as_bytes()).expect("it answers");
            host.evaluate_logic(br#"{"map": [{"var": "list"}, {"cat": [{"var": ""}, 1]}]}"#, context.as_bytes())
                .expect("it answers");
        }
        host.memory_size()
    };
    let before = rounds(42);
    assert_eq!(rounds(420), before);
}

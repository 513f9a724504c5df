//! How rounds are taken and summed up.

use std::time::Duration;

use burgee_bench_rust::clock::{Summary, calibrate, interleave};

#[test]
fn the_middle_and_both_tenths_of_the_rounds() {
    let summary = Summary::of((1..=11).rev().map(f64::from).collect());
    assert_eq!((summary.low, summary.median, summary.high), (2.0, 6.0, 10.0));
    let summary = Summary::of(vec![4.0, 2.0]);
    assert_eq!((summary.low, summary.median, summary.high), (2.2, 3.0, 3.8));
}

#[test]
fn every_round_begins_with_another_subject() {
    let mut order = Vec::new();
    let measured = interleave(3, 3, |subject| {
        order.push(subject);
        Ok(order.len() as f64)
    });
    assert_eq!(order, [0, 1, 2, 1, 2, 0, 2, 0, 1]);
    assert_eq!(measured.unwrap(), [[1.0, 6.0, 8.0], [2.0, 4.0, 9.0], [3.0, 5.0, 7.0]]);
}

#[test]
fn a_batch_is_long_enough() {
    let pause = |times: u64| {
        std::thread::sleep(Duration::from_micros(50 * times));
        Ok(())
    };
    let times = calibrate(Duration::from_millis(2), pause).unwrap();
    assert!(times <= 60, "{times}");
}

//! Generated values from a list of choices, so that `proptest` shrinks any of them by shrinking the list.

#![allow(dead_code, reason = "every test takes the kinds of choices it needs")]

use proptest::collection::vec;
use proptest::prelude::any;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

/// Choices that a generator takes one after the other; a tape that ran out gives the first choice for ever.
pub(crate) struct Tape<'t> {
    choices: &'t [u32],
}

impl<'t> Tape<'t> {
    pub(crate) fn new(choices: &'t [u32]) -> Self {
        Self { choices }
    }

    /// A number below `count`; smaller choices give smaller numbers, so put the simplest alternative first.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        let Some((first, rest)) = self.choices.split_first() else { return 0 };
        self.choices = rest;
        let scaled = u64::from(*first).wrapping_mul(count as u64) >> 32;
        usize::try_from(scaled).unwrap_or(0)
    }

    /// True once in `count` times.
    pub(crate) fn rarely(&mut self, count: usize) -> bool {
        self.below(count) == count.saturating_sub(1) && count > 1
    }

    /// One of several.
    pub(crate) fn pick<'v, T: ?Sized>(&mut self, from: &[&'v T]) -> &'v T {
        let place = self.below(from.len());
        from.get(place).expect("a choice lies below the count it was made for")
    }

    /// A number below 2^32, all bits of it used.
    pub(crate) fn word(&mut self) -> u32 {
        u32::try_from(self.below(1 << 32)).unwrap_or(0)
    }
}

/// Runs a property on generated choices, always the same ones; a failure is shrunk and panics.
pub(crate) fn for_all(cases: u32, choices: usize, property: impl Fn(&[u32]) -> Result<(), String>) {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let strategy = vec(any::<u32>(), 0..choices).prop_map(|choices| choices);
    let outcome = runner.run(&strategy, |choices| property(&choices).map_err(TestCaseError::fail));
    if let Err(error) = outcome {
        let text = error.to_string();
        let reason = text.split("minimal failing input").next().unwrap_or(&text);
        panic!("{reason}");
    }
}

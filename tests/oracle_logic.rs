//! JSON Logic against `datalogic-rs` on generated rules: the engines agree, or the difference is on the list.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

#[path = "oracle/differences.rs"]
mod differences;
#[path = "oracle/engines.rs"]
mod engines;
#[path = "oracle/explain.rs"]
mod explain;
#[path = "oracle/generate.rs"]
mod generate;
#[path = "support/tape.rs"]
mod tape;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use differences::{Differences, Example};
use engines::{Engines, same};
use explain::Explainer;

const CASES: u32 = 20_000;

#[test]
fn every_listed_difference_has_a_name_of_its_own_and_a_reason() {
    let differences = Differences::read();
    let names: BTreeSet<&str> = differences.list.iter().map(|difference| difference.name.as_str()).collect();
    assert_eq!(names.len(), differences.list.len());
    for difference in &differences.list {
        assert!(difference.reason.len() > 20, "`{}` needs a reason", difference.name);
        assert!(!difference.examples.is_empty(), "`{}` needs an example", difference.name);
        for operator in &difference.operators {
            let shown =
                difference.examples.iter().any(|example| example.rule.to_string().contains(&format!("{operator:?}:")));
            assert!(shown, "`{}` needs an example with `{operator}`", difference.name);
        }
    }
}

#[test]
fn every_example_of_a_difference_is_answered_as_the_list_says() {
    let engines = Engines::new();
    let mut wrong = Vec::new();
    for difference in Differences::read().list {
        for Example { rule, data, ours, theirs } in difference.examples {
            let answers = engines.answers(&rule, &data);
            let listed = |given: &Option<_>, wanted: &Option<_>| match (given, wanted) {
                (Some(given), Some(wanted)) => same(given, wanted),
                (given, wanted) => given.is_none() && wanted.is_none(),
            };
            if !listed(&answers.ours, &Some(ours)) || !listed(&answers.theirs, &theirs) || answers.agree() {
                wrong.push(format!("{}: {rule} on {data}: {answers}", difference.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_example_of_a_difference_is_recognised_as_that_difference() {
    let engines = Engines::new();
    let mut wrong = Vec::new();
    for difference in Differences::read().list {
        for example in &difference.examples {
            let single = Differences { list: vec![difference.clone()] };
            let mut explainer = Explainer { engines: &engines, differences: &single, met: BTreeMap::new() };
            if !matches!(explainer.explain(&example.rule, &example.data), Ok(true)) {
                wrong.push(format!("{}: {} on {}", difference.name, example.rule, example.data));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn generated_rules_give_what_the_other_engine_gives_but_for_the_listed_differences() {
    let engines = Engines::new();
    let differences = Differences::read();
    let (compared, excused) = (RefCell::new(0usize), RefCell::new(0usize));
    let met = RefCell::new(BTreeMap::new());
    tape::for_all(CASES, 160, |choices| {
        let (rule, data) = generate::rule_and_data(choices);
        let mut explainer = Explainer { engines: &engines, differences: &differences, met: met.take() };
        let explained = explainer.explain(&rule, &data);
        met.replace(explainer.met);
        *compared.borrow_mut() += 1;
        match explained {
            Ok(parted) => *excused.borrow_mut() += usize::from(parted),
            Err(found) => {
                return Err(format!(
                    "{}\n  on {}\n  {}\nin {rule}\n  on {data}\n",
                    found.rule, found.data, found.answers
                ));
            }
        }
        Ok(())
    });
    let (compared, excused) = (compared.into_inner(), excused.into_inner());
    println!("{compared} rules compared, {excused} excused by listed differences");
    for (name, count) in met.into_inner() {
        println!("{count:>6} × {name}");
    }
    assert!(excused * 5 <= compared, "{excused} of {compared} rules were excused");
}

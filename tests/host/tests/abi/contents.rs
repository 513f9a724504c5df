//! What the files hold.

use std::path::PathBuf;

use burgee_conformance::places::{self, beside};
use burgee_example_wasmtime::Program;
use burgee_tools::inspect::{Facts, Flavour};
use burgee_tools::optimise::WasmOpt;

use crate::support::{FLAGS, evaluate, start, update};

fn assert_keeps_contract(path: PathBuf, flavour: Flavour) {
    let module = std::fs::read(&path).unwrap_or_else(|error| panic!("`{}`: {error}: run `make wasm`", path.display()));
    let facts = Facts::of(&module).expect("the file is a module");
    println!("{}\n{facts}", path.display());
    assert_eq!(facts.violations(flavour), Vec::<String>::new());
    match WasmOpt::find() {
        Ok(_) => assert_eq!(facts.excess(flavour), Vec::<String>::new()),
        Err(reason) => println!("sizes are not checked, because the module was not optimised: {reason:#}"),
    }
}

#[test]
fn the_module_has_no_imports_and_exactly_the_listed_exports_features_and_size() {
    assert_keeps_contract(places::module_path().expect("the module is built"), Flavour::Plain);
}

#[test]
fn the_host_clock_module_imports_the_clock_and_nothing_else() {
    assert_keeps_contract(beside(Flavour::HostClock).expect("the module is built"), Flavour::HostClock);
}

#[test]
fn the_core_module_has_no_imports_the_same_exports_and_a_smaller_size() {
    assert_keeps_contract(beside(Flavour::Core).expect("the module is built"), Flavour::Core);
}

#[test]
fn the_version_of_the_contract_is_1() {
    assert_eq!(start().abi_version().expect("it answers"), 1);
}

#[test]
fn the_host_clock_counts_until_the_time_is_set() {
    let program = Program::load(beside(Flavour::HostClock).expect("the module is built")).expect("the module loads");
    assert!(program.start().is_err(), "this build must not start without a clock");
    let mut host = program.start_with_clock(|| 999).expect("the module starts");
    update(&mut host, FLAGS.as_bytes());
    assert_eq!(evaluate(&mut host, "sale", "")["value"], "running");
    host.set_time(1_000).expect("it returns");
    assert_eq!(evaluate(&mut host, "sale", "")["value"], "over");
    host.reset().expect("it answers");
    update(&mut host, FLAGS.as_bytes());
    assert_eq!(evaluate(&mut host, "sale", "")["value"], "running");
}

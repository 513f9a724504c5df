#![no_main]
//! See `burgee_properties::module`.

libfuzzer_sys::fuzz_target!(|input: &[u8]| burgee_properties::module::CORE.fuzz(input));

#![no_main]
//! See `burgee_properties::folding`.

libfuzzer_sys::fuzz_target!(|input: &[u8]| burgee_properties::folding::PROPERTY.fuzz(input));

#![no_main]
//! See `burgee_properties::strict`.

libfuzzer_sys::fuzz_target!(|input: &[u8]| burgee_properties::strict::PROPERTY.fuzz(input));

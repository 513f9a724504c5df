#![no_main]
//! See `burgee_properties::json`.

libfuzzer_sys::fuzz_target!(|input: &[u8]| burgee_properties::json::PROPERTY.fuzz(input));

#![no_main]
//! See `burgee_properties::required_keys`.

libfuzzer_sys::fuzz_target!(|input: &[u8]| burgee_properties::required_keys::PROPERTY.fuzz(input));

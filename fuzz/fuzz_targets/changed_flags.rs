#![no_main]
//! See `burgee_properties::changed_flags`.

libfuzzer_sys::fuzz_target!(|input: &[u8]| burgee_properties::changed_flags::PROPERTY.fuzz(input));

//! Pointers, lengths and texts that are not what they should be.

use crate::support::{assert_flags_work, call, lend, start_with_flags};
use serde_json::Value;

/// Addresses and lengths that reach outside memory, whatever its size is.
const OUTSIDE: [(u32, u32); 5] =
    [(u32::MAX, 1), (u32::MAX - 15, 32), (0xf000_0000, 100), (0x7fff_ffff, 0x10_0000), (0, 5)];

fn assert_evaluation_error(answer: &Value) {
    assert_eq!(answer["reason"], "ERROR", "{answer}");
    assert!(answer["errorCode"].is_string() && answer["errorMessage"].is_string(), "{answer}");
    assert!(answer.get("value").is_none() && answer.get("variant").is_none(), "{answer}");
}

fn assert_failure(answer: &Value) {
    assert_eq!(answer["success"], false, "{answer}");
    assert!(answer["error"].as_str().is_some_and(|text| !text.is_empty()), "{answer}");
}

#[test]
fn a_pointer_outside_memory_gets_an_error_and_never_a_trap() {
    let mut host = start_with_flags();
    let (key, key_len) = lend(&mut host, b"price");
    for (address, len) in OUTSIDE {
        assert_failure(&call(&mut host, "update_state", &[address, len]));
        assert_failure(&call(&mut host, "evaluate_logic", &[address, len, 0, 0]));
        assert_failure(&call(&mut host, "evaluate_logic", &[key, key_len, address, len]));
        for export in ["evaluate", "evaluate_reusable"] {
            assert_evaluation_error(&call(&mut host, export, &[address, len, 0, 0]));
            assert_evaluation_error(&call(&mut host, export, &[key, key_len, address, len]));
        }
        assert_evaluation_error(&call(&mut host, "evaluate_by_index", &[1, address, len]));
        let all = call(&mut host, "evaluate_all", &[address, len]);
        assert!(all["success"] == false || all["flags"].is_array(), "{all}");
        assert_flags_work(&mut host);
    }
}

#[test]
fn a_range_that_ends_one_byte_outside_memory_is_outside() {
    let mut host = start_with_flags();
    let end = u32::try_from(host.memory_size()).expect("memory is small");
    assert_failure(&call(&mut host, "update_state", &[end - 4, 5]));
    let inside = call(&mut host, "update_state", &[end - 4, 4]);
    assert_failure(&inside);
    assert_ne!(inside["error"], call(&mut host, "update_state", &[end - 4, 5])["error"]);
    assert_flags_work(&mut host);
}

#[test]
fn sizes_over_the_limit_are_refused_before_a_byte_is_read() {
    let mut host = start_with_flags();
    let (key, key_len) = lend(&mut host, b"price");
    let document = call(&mut host, "update_state", &[0xffff_0000, (100 << 20) + 1]);
    assert_failure(&document);
    assert!(document["error"].as_str().unwrap_or_default().contains("exceeds maximum"), "{document}");
    for export in ["evaluate", "evaluate_reusable"] {
        let answer = call(&mut host, export, &[key, key_len, 0xffff_0000, (1 << 20) + 1]);
        assert_evaluation_error(&answer);
        assert_eq!(answer["errorCode"], "PARSE_ERROR", "{answer}");
        let answer = call(&mut host, export, &[0xffff_0000, (64 << 10) + 1, 0, 0]);
        assert_evaluation_error(&answer);
        assert_eq!(answer["errorCode"], "FLAG_NOT_FOUND", "{answer}");
    }
    assert_flags_work(&mut host);
}

#[test]
fn zero_lengths_are_an_empty_text_whatever_the_pointer() {
    let mut host = start_with_flags();
    for address in [0, 1, 70_000, u32::MAX] {
        assert_failure(&call(&mut host, "update_state", &[address, 0]));
        assert_failure(&call(&mut host, "evaluate_logic", &[address, 0, address, 0]));
        assert_eq!(call(&mut host, "evaluate", &[address, 0, address, 0])["errorCode"], "FLAG_NOT_FOUND");
        let (key, key_len) = lend(&mut host, b"price");
        assert_eq!(call(&mut host, "evaluate", &[key, key_len, address, 0])["value"], 10);
        assert_eq!(call(&mut host, "evaluate_by_index", &[1, address, 0])["value"], 10);
        assert_eq!(call(&mut host, "evaluate_all", &[address, 0])["flags"].as_array().map(Vec::len), Some(3));
        assert_flags_work(&mut host);
    }
}

#[test]
fn invalid_utf8_is_an_error_that_names_the_byte() {
    let mut host = start_with_flags();
    let document = crate::support::update(&mut host, b"{\"flags\": {\"caf\xe9\": {}}}");
    assert_failure(&document);
    assert!(document.to_string().contains("byte 15"), "{document}");
    let context = crate::support::read(host.evaluate(b"price", b"{\"tier\": \"\xff\"}"));
    assert_evaluation_error(&context);
    assert_eq!(context["errorCode"], "PARSE_ERROR");
    assert!(context["errorMessage"].as_str().is_some_and(|text| text.contains("byte 10")), "{context}");
    let key = crate::support::read(host.evaluate(b"pri\xc3", b""));
    assert_evaluation_error(&key);
    assert_eq!(key["errorCode"], "PARSE_ERROR");
    assert!(key["errorMessage"].as_str().is_some_and(|text| text.contains("byte 3")), "{key}");
    let rule = crate::support::read(host.evaluate_logic(b"\"\x80\"", b""));
    assert_failure(&rule);
    assert!(rule["error"].as_str().is_some_and(|text| text.contains("byte 1")), "{rule}");
    let data = crate::support::read(host.evaluate_logic(b"{\"var\": \"a\"}", b"{\"a\": \"\xf0\x28\"}"));
    assert_failure(&data);
    assert_flags_work(&mut host);
}

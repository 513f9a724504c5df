//! Evaluation through slots where the host gets it wrong: malformed values, old descriptions, unknown flags.

use burgee_example_wasmtime::Host;
use burgee_example_wasmtime::slots::{Described, Description, Word};
use serde_json::Value;

use crate::support::{FLAGS, assert_flags_work, lend, read, start, start_with_flags, update};

/// Reads a list and the whole context.
const OTHERS: &str = r#"{"flags": {
  "listed": {"state": "ENABLED", "variants": {"yes": 1, "no": 0}, "defaultVariant": "no",
             "targeting": {"if": [{"in": ["a", {"var": "groups"}]}, "yes"]}},
  "whole": {"state": "ENABLED", "variants": {"yes": 1, "no": 0}, "defaultVariant": "no",
            "targeting": {"if": [{"var": ""}, "yes"]}}
}}"#;

fn describe(host: &mut Host) -> Description {
    Description::parse(&host.describe_state().expect("it returns")).expect("a description")
}

fn flag<'d>(description: &'d Description, key: &str) -> &'d Described {
    description.flag(key).expect("the flag is described")
}

fn word(host: &mut Host, index: u32, generation: u32, slots: &[u8]) -> Word {
    Word::unpack(host.evaluate_slots(index, generation, slots).expect("it returns")).expect("an answer word")
}

fn last_error(host: &mut Host) -> Value {
    read(host.last_error())["errorMessage"].clone()
}

fn assert_parse_error(host: &mut Host, word: Word, byte: usize) {
    assert_eq!((word.variant, word.reason, word.error_code), (None, "ERROR", Some("PARSE_ERROR")));
    let error = last_error(host);
    let wanted = format!("at byte {byte}");
    assert!(
        error.as_str().is_some_and(|text| text.contains("`price`") && text.ends_with(&wanted)),
        "{error}, {wanted}"
    );
}

/// One entry that says `tier` is `gold`.
fn gold(slot: u16) -> Vec<u8> {
    let mut bytes = slot.to_le_bytes().to_vec();
    bytes.push(5);
    bytes.extend(4u32.to_le_bytes());
    bytes.extend(b"gold");
    bytes
}

#[test]
fn a_value_that_breaks_off_is_an_error_that_names_the_byte() {
    let mut host = start_with_flags();
    let description = describe(&mut host);
    let price = flag(&description, "price");
    let entry = gold(price.slots[0]);
    assert_eq!(word(&mut host, price.index, description.generation, &entry).reason, "TARGETING_MATCH");
    // Where the part begins that is not complete: slot, tag, length, text.
    let begins = [0, 2, 3, 3];
    for len in 1..entry.len() {
        let answer = word(&mut host, price.index, description.generation, &entry[..len]);
        let part = begins[[1, 2, 6, 99].iter().position(|end| len <= *end).expect("the last is the end")];
        assert_parse_error(&mut host, answer, part);
    }
    assert_flags_work(&mut host);
}

#[test]
fn an_unknown_tag_is_an_error() {
    let mut host = start_with_flags();
    let description = describe(&mut host);
    let price = flag(&description, "price");
    for tag in 7..=255 {
        let [low, high] = price.slots[0].to_le_bytes();
        let answer = word(&mut host, price.index, description.generation, &[low, high, tag]);
        assert_parse_error(&mut host, answer, 2);
    }
}

#[test]
fn text_that_is_not_utf8_and_json_that_is_none_are_errors() {
    let mut host = start_with_flags();
    let description = describe(&mut host);
    let price = flag(&description, "price");
    let mut entry = gold(price.slots[0]);
    entry[8] = 0xff;
    let answer = word(&mut host, price.index, description.generation, &entry);
    assert_parse_error(&mut host, answer, 8);
    let mut entry = gold(price.slots[0]);
    entry[2] = 6;
    let answer = word(&mut host, price.index, description.generation, &entry);
    assert_parse_error(&mut host, answer, 2);
    assert_flags_work(&mut host);
}

#[test]
fn slots_that_the_flag_does_not_read_are_passed_over_and_the_last_of_several_counts() {
    let mut host = start_with_flags();
    let description = describe(&mut host);
    let price = flag(&description, "price");
    let slot = price.slots[0];
    let mut entries = gold(slot);
    entries.extend(60_000u16.to_le_bytes());
    entries.push(2);
    assert_eq!(word(&mut host, price.index, description.generation, &entries).reason, "TARGETING_MATCH");
    entries.extend(slot.to_le_bytes());
    entries.push(0);
    assert_eq!(word(&mut host, price.index, description.generation, &entries).reason, "DEFAULT");
    assert_eq!(
        word(&mut host, price.index, description.generation, &[]).reason,
        "DEFAULT",
        "nothing stays from before"
    );
}

#[test]
fn a_double_that_is_no_number_is_null() {
    let mut host = start_with_flags();
    let description = describe(&mut host);
    let price = flag(&description, "price");
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut entry = price.slots[0].to_le_bytes().to_vec();
        entry.push(4);
        entry.extend(number.to_le_bytes());
        assert_eq!(word(&mut host, price.index, description.generation, &entry).reason, "DEFAULT");
    }
}

#[test]
fn lists_and_objects_travel_as_json() {
    let mut host = start();
    assert_eq!(update(&mut host, OTHERS.as_bytes())["success"], true);
    let description = describe(&mut host);
    let listed = flag(&description, "listed");
    for (context, variant) in [(r#"{"groups": ["b", "a"]}"#, "yes"), (r#"{"groups": ["b"]}"#, "no"), ("{}", "no")] {
        let context = serde_json::from_str(context).expect("an object");
        let mut slots = Vec::new();
        description.encode(listed, &context, &mut slots).expect("it can be encoded");
        let answer = word(&mut host, listed.index, description.generation, &slots);
        assert_eq!(listed.variants[usize::from(answer.variant.expect("a variant"))].0, variant);
    }
}

#[test]
fn a_flag_that_reads_the_whole_context_is_refused() {
    let mut host = start();
    assert_eq!(update(&mut host, OTHERS.as_bytes())["success"], true);
    let description = describe(&mut host);
    let whole = flag(&description, "whole");
    assert!(whole.whole_context && whole.slots.is_empty());
    let answer = word(&mut host, whole.index, description.generation, &[]);
    assert_eq!((answer.reason, answer.error_code), ("ERROR", Some("GENERAL")));
    assert!(last_error(&mut host).as_str().is_some_and(|text| text.contains("`whole`")));
}

#[test]
fn an_old_generation_is_stale_until_the_host_describes_again() {
    let mut host = start_with_flags();
    let old = describe(&mut host);
    let price = flag(&old, "price");
    assert_eq!(update(&mut host, OTHERS.as_bytes())["success"], true);
    let answer = word(&mut host, price.index, old.generation, &[]);
    assert_eq!((answer.variant, answer.reason, answer.error_code), (None, "ERROR", Some("STALE")));
    assert!(last_error(&mut host).as_str().is_some_and(|text| text.contains("describe_state")));
    let new = describe(&mut host);
    assert_ne!(new.generation, old.generation);
    let listed = flag(&new, "listed");
    assert_eq!(word(&mut host, listed.index, new.generation, &[]).error_code, None);
}

#[test]
fn the_same_text_again_and_a_refused_one_leave_a_description_in_force() {
    let mut host = start_with_flags();
    let description = describe(&mut host);
    let price = flag(&description, "price");
    assert_eq!(update(&mut host, FLAGS.as_bytes())["success"], true);
    assert_eq!(update(&mut host, b"{")["success"], false);
    assert_eq!(word(&mut host, price.index, description.generation, &[]).reason, "DEFAULT");
}

#[test]
fn an_unknown_index_finds_no_flag() {
    let mut host = start_with_flags();
    let generation = describe(&mut host).generation;
    for index in [3, 4, 65_536, u32::MAX] {
        assert_eq!(word(&mut host, index, generation, &[]).error_code, Some("FLAG_NOT_FOUND"));
        assert!(last_error(&mut host).as_str().is_some_and(|text| text.contains(&index.to_string())));
    }
}

#[test]
fn slots_outside_memory_or_over_the_limit_are_errors() {
    let mut host = start_with_flags();
    let description = describe(&mut host);
    let price = flag(&description, "price").index;
    for (address, len) in [(u32::MAX, 1), (0xf000_0000, 100), (0x7fff_ffff, 0x10_0000), (0xffff_0000, (1 << 20) + 1)] {
        let arguments = [price, description.generation, address, len];
        let answer = host.call_number("evaluate_slots", &arguments).expect("it returns");
        let answer = Word::unpack(answer).expect("an answer word");
        assert_eq!((answer.variant, answer.reason), (None, "ERROR"));
        assert!(answer.error_code.is_some() && last_error(&mut host).is_string());
    }
    assert_flags_work(&mut host);
}

#[test]
fn the_last_error_is_that_of_the_last_evaluation_that_had_one() {
    let mut host = start_with_flags();
    assert_eq!(last_error(&mut host), Value::Null);
    let answer = read(host.evaluate(b"nowhere", b""));
    assert_eq!(last_error(&mut host), answer["errorMessage"]);
    let context = read(host.evaluate(b"price", b"{"));
    assert_eq!(last_error(&mut host), context["errorMessage"]);
    assert_ne!(answer["errorMessage"], context["errorMessage"]);
    assert_flags_work(&mut host);
    assert_eq!(last_error(&mut host), context["errorMessage"], "what went well in between does not count");
    read(host.reset());
    assert_eq!(last_error(&mut host), Value::Null);
}

#[test]
fn the_record_tells_the_place_of_the_same_answer() {
    let mut host = start_with_flags();
    let expected = host.evaluate(b"price", br#"{"tier": "gold"}"#).expect("it returns");
    assert_eq!(host.evaluate_ref(b"price", br#"{"tier": "gold"}"#).expect("it returns"), expected);
    let (key, key_len) = lend(&mut host, b"price");
    for (address, len) in [(u32::MAX, 1), (0xf000_0000, 100), (0xffff_0000, (1 << 20) + 1)] {
        let record = host.call_number("evaluate_ref", &[key, key_len, address, len]).expect("it returns");
        let place = host.record(record).expect("the record lies in memory");
        let answer = read(host.read(place).map(str::to_owned));
        assert_eq!(answer["reason"], "ERROR", "{answer}");
    }
    assert_flags_work(&mut host);
}

//! `fractional` against a published MurmurHash3 and an independent CBOR encoder.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

#[path = "oracle/cbor.rs"]
mod cbor;
#[path = "support/tape.rs"]
mod tape;

use burgee::{Engine, Fractional, Options};
use serde_json::{Value as Json, json};
use tape::Tape;

/// The largest sum of weights.
const MOST: u64 = 0x7FFF_FFFF;

fn hash(bytes: &[u8]) -> u32 {
    murmur3::murmur3_32(&mut &*bytes, 0).expect("reading from memory does not fail")
}

/// An engine with one flag whose targeting is `fractional` with these arguments.
fn engine(fractional: Fractional, arguments: &Json) -> Engine {
    let engine = Engine::with_options(Options::default().fractional(fractional));
    let document = json!({"flags": {"flag": {
        "state": "ENABLED",
        "variants": {"before": "before", "chosen": "chosen", "after": "after"},
        "targeting": {"fractional": arguments},
    }}});
    engine.update(document.to_string()).expect("the document is valid");
    engine
}

/// Three variants, the middle one of which holds just the bucket of this hash.
fn arguments(bucketing: Option<Json>, hash: u32, total: u64) -> Json {
    let bucket = (u64::from(hash) * total) >> 32;
    let entries = [json!(["before", bucket]), json!(["chosen", 1]), json!(["after", total - bucket - 1])];
    bucketing.into_iter().chain(entries).collect()
}

fn total(tape: &mut Tape<'_>) -> u64 {
    match tape.below(4) {
        0 => 1,
        1 => 100,
        2 => u64::from(tape.word()) % MOST + 1,
        _ => MOST,
    }
}

fn text(tape: &mut Tape<'_>) -> String {
    let characters = ['a', 'b', '0', ' ', '-', '"', '\\', '\n', '\u{0}', 'é', '日', '😀', '\u{7f}', '\u{ffff}'];
    (0..tape.below(24)).map(|_| characters.get(tape.below(characters.len())).copied().unwrap_or('z')).collect()
}

#[track_caller]
fn assert_chosen(engine: &Engine, context: &Json) -> Result<(), String> {
    let answer = engine.evaluate("flag", context.to_string().as_str());
    match answer.variant() {
        Some("chosen") => Ok(()),
        _ => Err(format!("{context}: {answer:?}")),
    }
}

#[test]
fn the_published_hash_is_the_one_of_the_specification() {
    let known = [
        ("", 0),
        ("a", 1_009_084_850),
        ("hello", 613_153_351),
        ("hello, world", 345_750_399),
        ("The quick brown fox jumps over the lazy dog", 776_992_547),
        ("email", 3_737_300_892),
        ("é", 269_551_495),
        ("あいう", 208_707_737),
        ("😀", 3_199_479_546),
        ("ejOoVL", 0),
        ("bY9fO-", 1),
        ("SI7p-", 2_147_483_647),
        ("6LvT0", 2_147_483_648),
        ("ceQdGm", 4_294_967_295),
    ];
    for (text, expected) in known {
        assert_eq!(hash(text.as_bytes()), expected, "{text}");
        for total in [1, 2, 100, MOST] {
            let engine = engine(Fractional::V2, &arguments(Some(json!({"var": "key"})), expected, total));
            assert_chosen(&engine, &json!({"key": text})).expect("the bucket follows from the hash");
        }
    }
}

#[test]
fn the_boundaries_of_the_hash_fall_into_the_right_halves() {
    let halves = json!([{"var": "key"}, ["before", 50], ["after", 50]]);
    let engine = engine(Fractional::V2, &halves);
    for (key, half) in
        [("ejOoVL", "before"), ("bY9fO-", "before"), ("SI7p-", "before"), ("6LvT0", "after"), ("ceQdGm", "after")]
    {
        let answer = engine.evaluate_string("flag", json!({"key": key}).to_string().as_str());
        assert_eq!(answer.value.as_deref(), Some(half), "{key}");
    }
}

#[test]
fn v2_puts_a_text_into_the_bucket_of_its_hash() {
    tape::for_all(2000, 40, |choices| {
        let mut tape = Tape::new(choices);
        let (total, key) = (total(&mut tape), text(&mut tape));
        let engine = engine(Fractional::V2, &arguments(Some(json!({"var": "key"})), hash(key.as_bytes()), total));
        assert_chosen(&engine, &json!({"key": key}))
    });
}

#[test]
fn weights_from_the_context_make_the_same_buckets() {
    let computed = json!([{"var": "key"}, ["before", {"var": "before"}], ["chosen", {"var": "chosen"}], ["after", {"var": "after"}]]);
    let engine = engine(Fractional::V2, &computed);
    tape::for_all(2000, 40, |choices| {
        let mut tape = Tape::new(choices);
        let (total, key) = (total(&mut tape), text(&mut tape));
        let bucket = (u64::from(hash(key.as_bytes())) * total) >> 32;
        let after = total - bucket - 1;
        assert_chosen(&engine, &json!({"key": key, "before": bucket, "chosen": 1, "after": after}))
    });
}

#[test]
fn v2_hashes_flag_key_and_targeting_key_where_no_bucket_value_is_given() {
    tape::for_all(1000, 40, |choices| {
        let mut tape = Tape::new(choices);
        let (total, key) = (total(&mut tape), text(&mut tape));
        let hash = hash(format!("flag{key}").as_bytes());
        let context = json!({"targetingKey": key});
        if key.is_empty() {
            return Ok(());
        }
        assert_chosen(&engine(Fractional::V2, &arguments(None, hash, total)), &context)?;
        let missing = engine(Fractional::V2, &arguments(Some(json!({"var": "gone"})), hash, total));
        assert_chosen(&missing, &context)
    });
}

#[test]
fn v3_puts_a_value_into_the_bucket_of_its_encoding() {
    tape::for_all(3000, 60, |choices| {
        let mut tape = Tape::new(choices);
        let total = total(&mut tape);
        let value = value(&mut tape, 4);
        if value.is_null() || value.is_array() {
            return Ok(());
        }
        let hash = hash(&cbor::encode(&value));
        let engine = engine(Fractional::V3, &arguments(Some(json!({"var": "key"})), hash, total));
        assert_chosen(&engine, &json!({"key": value}))
    });
}

#[test]
fn v3_hashes_an_array_of_flag_key_and_targeting_key_where_no_bucket_value_is_given() {
    tape::for_all(500, 40, |choices| {
        let mut tape = Tape::new(choices);
        let (total, key) = (total(&mut tape), text(&mut tape));
        let hash = hash(&cbor::encode(&json!(["flag", key])));
        let context = json!({"targetingKey": key});
        assert_chosen(&engine(Fractional::V3, &arguments(None, hash, total)), &context)?;
        let missing = engine(Fractional::V3, &arguments(Some(json!({"var": "gone"})), hash, total));
        match missing.evaluate("flag", context.to_string().as_str()).variant() {
            None => Ok(()),
            Some(variant) => Err(format!("a null bucket value gave `{variant}`")),
        }
    });
}

#[test]
fn the_encoder_of_these_tests_gives_the_published_bytes() {
    let known = [
        (json!(true), "f5"),
        (json!("user1"), "657573657231"),
        (json!(123), "187b"),
        (json!(1.23), "fb3ff3ae147ae147ae"),
        (json!(-2.0), "21"),
        (json!(9_007_199_254_740_992_u64), "1b0020000000000000"),
        (json!(-2_147_483_649_i64), "3a80000000"),
        (json!(1e20), "fb4415af1d78b58c40"),
        (json!(0.00006103515625), "f90400"),
        (json!(5.960464477539063e-8), "f90001"),
        (json!(f32::MAX), "fa7f7fffff"),
        (json!(f64::from_bits(1)), "fb0000000000000001"),
        (json!({"aa": 2, "z": 1}), "a2617a0162616102"),
        (json!({"aaa": 1, "ÿ": 2}), "a262c3bf026361616101"),
        (json!({"a": [1, [], 3], "b": null}), "a26161830180036162f6"),
        (json!({"key": -0.0}), "a1636b657900"),
    ];
    for (value, expected) in known {
        let bytes: String = cbor::encode(&value).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(bytes, expected, "{value}");
    }
}

fn value(tape: &mut Tape<'_>, depth: usize) -> Json {
    match tape.below(if depth == 0 { 5 } else { 7 }) {
        0 => json!(tape.below(2) == 1),
        1 => json!(text(tape)),
        2 => integer(tape),
        3 => double(tape),
        4 if depth < 4 => Json::Null,
        5 if depth < 4 => (0..tape.below(30)).map(|_| value(tape, depth - 1)).collect(),
        _ => (0..tape.below(30))
            .map(|_| (text(tape), value(tape, depth.saturating_sub(1))))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}

fn integer(tape: &mut Tape<'_>) -> Json {
    let edges = [0, 23, 24, 255, 256, 65_535, 65_536, 4_294_967_295, 4_294_967_296, i64::MAX];
    let near = edges.get(tape.below(edges.len())).copied().unwrap_or(0);
    let number = match tape.below(3) {
        0 => near,
        1 => near.wrapping_add(tape.below(3) as i64 - 1),
        _ => i64::from(tape.word()) << tape.below(32) | i64::from(tape.word()),
    };
    json!(if tape.below(2) == 1 { number.wrapping_neg() } else { number })
}

/// Doubles of any width: random bits, exact halves and singles, and integral ones.
fn double(tape: &mut Tape<'_>) -> Json {
    let bits = u64::from(tape.word()) << 32 | u64::from(tape.word());
    let number = match tape.below(5) {
        0 => f64::from(tape.word()) / 4.0,
        1 => f64::from(f32::from_bits(tape.word())),
        2 => f64::from_bits(bits & 0xFFFF_FC00_0000_0000),
        3 => (tape.below(4096) as f64) * 2f64.powi(-(tape.below(30) as i32)),
        _ => f64::from_bits(bits),
    };
    let number = if tape.below(2) == 1 { -number } else { number };
    serde_json::Number::from_f64(number).map_or(json!(-0.0), Json::Number)
}

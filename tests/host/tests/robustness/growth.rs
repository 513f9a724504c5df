//! Time as input grows: instructions for n, 2n, 4n and 8n of what a user or an author can choose, at their worst.

use crate::calls::{Call, Input};
use crate::documents::{list, object, with_targeting};
use crate::guests::{Guest, wasmtime};

/// The smallest n.
const LEAST: usize = 500;

/// How much more than n log n would do is let pass: tables double and inputs have parts that do not grow.
const SLACK: f64 = 1.25;

/// Calls for an input of a size; the instructions of the last `counted` of them are counted.
struct Growth {
    name: &'static str,
    counted: usize,
    calls: fn(usize) -> Vec<Call>,
}

impl Growth {
    /// Only the last call counts.
    fn last(name: &'static str, calls: fn(usize) -> Vec<Call>) -> Self {
        Self { name, counted: 1, calls }
    }

    /// The update, the description of the flags and the evaluation of all of them count, for one document.
    fn document(name: &'static str, calls: fn(usize) -> Vec<Call>) -> Self {
        Self { name, counted: usize::MAX, calls }
    }

    fn instructions(&self, program: &wasmtime::Program, size: usize) -> u64 {
        let calls = (self.calls)(size);
        let mut guest = program.start().expect("it starts");
        let mut before = guest.instructions().expect("they are counted");
        for (number, call) in calls.iter().enumerate() {
            if number == calls.len().saturating_sub(self.counted) {
                before = guest.instructions().expect("they are counted");
            }
            guest.answer(call).unwrap_or_else(|error| panic!("{}, {size}: {error:#}", self.name));
        }
        guest.instructions().expect("they are counted") - before
    }
}

#[test]
fn no_input_costs_more_than_n_log_n() {
    let program = wasmtime::Program::new(&crate::module().expect("`make wasm` built it"), true).expect("it compiles");
    let mut worse = Vec::new();
    println!("instructions for each of n items and their logarithm, with n = {LEAST} times 1, 2, 4, 8");
    for growth in documents().iter().chain(&contexts()) {
        let costs = [1, 2, 4, 8].map(|times| {
            let size = LEAST * times;
            growth.instructions(&program, size) as f64 / (size as f64 * (size as f64).log2())
        });
        let [first, .., last] = costs;
        println!("{:>9.1} {:>9.1} {:>9.1} {:>9.1}  {}", costs[0], costs[1], costs[2], costs[3], growth.name);
        if last > first * SLACK {
            worse.push(growth.name);
        }
    }
    assert!(worse.is_empty(), "worse than n log n: {worse:?}");
}

/// Numbers below `count` in an order that nothing expects.
fn scattered(number: usize, count: usize) -> usize {
    number * 7_919 % count
}

fn flag(key: &str, targeting: &str) -> String {
    quoted_flag(&format!("\"{key}\""), targeting)
}

fn quoted_flag(key: &str, targeting: &str) -> String {
    format!(
        r#"{key}:{{"state":"ENABLED","variants":{{"on":true,"off":false}},"defaultVariant":"on","targeting":{targeting}}}"#
    )
}

/// Permissive, because strict refuses much of this.
fn load(document: String) -> Vec<Call> {
    vec![Call::Mode(1), Call::update(document)]
}

fn all(document: String) -> Vec<Call> {
    [load(document), vec![Call::Describe, Call::EvaluateAll("{}".into())]].concat()
}

fn flags(count: usize, key: impl Fn(usize) -> String) -> Vec<Call> {
    all(format!(r#"{{"flags":{}}}"#, object(count, |place| flag(&key(place), r#"{"var":"x"}"#))))
}

/// Texts of sixteen bytes with one fingerprint of 64 bits, as JSON: the second word undoes the difference of the first.
fn colliding(count: usize) -> Vec<String> {
    const FACTOR: u64 = 0xFF51_AFD7_ED55_8CCD;
    let start = 0x9E37_79B9_7F4A_7C15_u64 ^ 16 << 8;
    let step = |state: u64, word: u64| {
        let state = (state ^ word).wrapping_mul(FACTOR);
        state ^ state >> 32
    };
    let pair = |number: u64| {
        // Sixteen letters, so that each number has a text of its own.
        let first = number_to_letters(number);
        [first, 0x6161_6161_6161_6161 ^ step(start, first)]
    };
    let is_ascii = |words: &[u64; 2]| words[1] & 0x8080_8080_8080_8080 == 0;
    let pairs = (0..).map(pair).filter(is_ascii).take(count);
    let text = |words: [u64; 2]| words.into_iter().flat_map(u64::to_le_bytes).map(char::from).collect::<String>();
    pairs.map(|words| serde_json::Value::from(text(words)).to_string()).collect()
}

/// Eight letters, of which each stands for four bits of a number below 2^32.
fn number_to_letters(number: u64) -> u64 {
    (0..8).fold(0, |letters, place| letters | (0x41 + (number >> (4 * place) & 0xF)) << (8 * place))
}

/// What an author of flags can choose.
fn documents() -> Vec<Growth> {
    vec![
        Growth::document("flag keys in order", |n| flags(n, |place| format!("f{place:06}"))),
        Growth::document("flag keys in reversed order", |n| flags(n, |place| format!("f{:06}", n - place))),
        Growth::document("flag keys in no order", |n| flags(n, |place| format!("f{}", scattered(place, n)))),
        Growth::document("flag keys alike in 500 bytes", |n| {
            flags(n, |place| format!("{}{}", "f".repeat(500), scattered(place, n)))
        }),
        Growth::document("flag keys of one hash", |n| {
            let keys = colliding(n);
            all(format!(r#"{{"flags":{}}}"#, object(n, |place| quoted_flag(&keys[place], r#"{"var":"x"}"#))))
        }),
        Growth::document("one flag key again and again", |n| flags(n, |_| "f".into())),
        Growth::document("one flag key again and again in a list", |n| {
            let element = |_| r#"{"key":"f","state":"ENABLED","variants":{"on":true},"defaultVariant":"on"}"#.into();
            all(format!(r#"{{"flags":{}}}"#, list(n, element)))
        }),
        Growth::document("one flag key in many flag sets", |n| {
            let element = |place| {
                format!(
                    r#"{{"key":"f","state":"ENABLED","variants":{{"on":true}},"defaultVariant":"on","metadata":{{"flagSetId":"s{}"}}}}"#,
                    scattered(place, n)
                )
            };
            all(format!(r#"{{"flags":{}}}"#, list(n, element)))
        }),
        Growth::document("names in an object, each twice", |n| {
            load(format!(
                r#"{{"flags":{{}},"x":{}}}"#,
                object(n, |place| format!(r#""m{}":1"#, scattered(place, n / 2)))
            ))
        }),
        Growth::document("variants", |n| variants(n, |place| format!("v{}", scattered(place, n)))),
        Growth::document("variants alike in 500 bytes", |n| {
            variants(n, |place| format!("{}{}", "v".repeat(500), scattered(place, n)))
        }),
        Growth::document("one variant again and again", |n| variants(n, |_| "v".into())),
        Growth::document("flags whose default variant is none of theirs", |n| {
            let flag =
                |place| format!(r#""f{place}":{{"state":"ENABLED","variants":{{"on":true}},"defaultVariant":"of"}}"#);
            all(format!(r#"{{"flags":{}}}"#, object(n, flag)))
        }),
        Growth::document("operators that nobody knows", |n| {
            all(format!(r#"{{"flags":{}}}"#, object(n, |place| flag(&format!("f{place}"), r#"{"iff":[1]}"#))))
        }),
        Growth::document("evaluators, each for one flag", |n| {
            let targeting = |place| flag(&format!("f{place}"), &format!(r#"{{"!":[{{"$ref":"e{place}"}}]}}"#));
            all(format!(
                r#"{{"flags":{},"$evaluators":{}}}"#,
                object(n, targeting),
                object(n, |place| format!(r#""e{}":{{"!":[{{"var":"x"}}]}}"#, scattered(place, n)))
            ))
        }),
        Growth::document("evaluators, all in one rule", |n| {
            let rule = format!(r#"{{"or":{}}}"#, list(n, |place| format!(r#"{{"$ref":"e{}"}}"#, scattered(place, n))));
            let evaluators = object(n, |place| format!(r#""e{place}":{{"!":[1,{{"var":"x"}}]}}"#));
            all(with_targeting(&rule, &format!(",\"$evaluators\":{evaluators}")))
        }),
        Growth::document("references from one evaluator to all others", |n| {
            let first = format!(r#""e0":{{"or":{}}}"#, list(n - 1, |place| format!(r#"{{"$ref":"e{}"}}"#, place + 1)));
            let evaluator = |place| if place == 0 { first.clone() } else { format!(r#""e{place}":{{"var":"x"}}"#) };
            all(with_targeting(r#"{"!":[{"$ref":"e0"}]}"#, &format!(",\"$evaluators\":{}", object(n, evaluator))))
        }),
        Growth::document("a chain of evaluators", |n| {
            let evaluator = |place| format!(r#""e{place}":{{"!":[{{"$ref":"e{}"}}]}}"#, place + 1);
            all(with_targeting(r#"{"!":[{"$ref":"e0"}]}"#, &format!(",\"$evaluators\":{}", object(n, evaluator))))
        }),
        Growth::document("a circle of evaluators", |n| {
            let evaluator = |place| format!(r#""e{place}":{{"!":[{{"$ref":"e{}"}}]}}"#, (place + 1) % n);
            all(with_targeting(r#"{"!":[{"$ref":"e0"}]}"#, &format!(",\"$evaluators\":{}", object(n, evaluator))))
        }),
        Growth::document("references to an evaluator that does not exist", |n| {
            all(format!(
                r#"{{"flags":{},"$evaluators":{}}}"#,
                object(n, |place| flag(&format!("f{place}"), r#"{"!":[{"$ref":"gone"}]}"#)),
                object(n, |place| format!(r#""e{place}":true"#))
            ))
        }),
        Growth::document("flags that share an evaluator of 20 slots", |n| {
            all(format!(
                r#"{{"flags":{},"$evaluators":{{"e":{{"!":[{{"cat":{}}}]}}}}}}"#,
                object(n, |place| flag(&format!("f{place}"), r#"{"!":[{"$ref":"e"}]}"#)),
                list(20, |place| format!(r#"{{"var":"a{place}"}}"#))
            ))
        }),
        Growth::last("flags that share an evaluator of 20 slots, whose long names are alike", |n| {
            // The names are as long together as the flags are many, so a comparison of names for each flag would show.
            let name = "a".repeat(n);
            load(format!(
                r#"{{"flags":{},"$evaluators":{{"e":{{"!":[{{"cat":{}}}]}}}}}}"#,
                object(n, |place| flag(&format!("f{place}"), r#"{"!":[{"$ref":"e"}]}"#)),
                list(20, |place| format!(r#"{{"var":"{name}{}"}}"#, 10 + place))
            ))
        }),
        // The answers repeat the metadata, so the update alone is counted.
        Growth::last("entries of metadata, of which each flag replaces one", |n| {
            let flag = |place| {
                format!(
                    r#""f{place}":{{"state":"ENABLED","variants":{{"on":true}},"metadata":{{"m{}":0}}}}"#,
                    scattered(place, n)
                )
            };
            load(format!(
                r#"{{"flags":{},"metadata":{}}}"#,
                object(n, flag),
                object(n, |place| format!(r#""m{place}":{place}"#))
            ))
        }),
        Growth::document("entries of metadata of one flag", |n| {
            all(format!(
                r#"{{"flags":{{"f":{{"state":"ENABLED","variants":{{"on":true}},"metadata":{}}}}},"metadata":{}}}"#,
                object(n, |place| format!(r#""m{}":{place}"#, scattered(place, n))),
                object(n, |place| format!(r#""m{place}":{place}"#))
            ))
        }),
        Growth::document("slots, each in one flag", |n| {
            all(format!(
                r#"{{"flags":{}}}"#,
                object(n, |place| flag(&format!("f{place}"), &format!(r#"{{"var":"a{}.b"}}"#, scattered(place, n))))
            ))
        }),
        Growth::document("slots, all in one flag", |n| {
            all(with_targeting(&format!(r#"{{"cat":{}}}"#, list(n, |place| format!(r#"{{"var":"a{place}"}}"#))), ""))
        }),
        Growth::document("segments of a path", |n| {
            all(with_targeting(&format!(r#"{{"var":"{}"}}"#, "a.".repeat(n)), ""))
        }),
        Growth::document("texts of a constant list, in order", |n| constant_list(n, |place| format!("a{place:06}"))),
        Growth::document("texts of a constant list, in reversed order", |n| {
            constant_list(n, |place| format!("a{:06}", n - place))
        }),
        Growth::document("one text in a constant list", |n| constant_list(n, |_| "a".into())),
        Growth::document("texts of a constant list alike in 500 bytes", |n| {
            constant_list(n, |place| format!("{}{}", "a".repeat(500), scattered(place, n)))
        }),
        Growth::document("lists within lists", |n| {
            let lists = list(n / 100, |_| "[".repeat(100) + &"]".repeat(100));
            all(with_targeting(&format!(r#"{{"in":[{{"var":"x"}},{lists}]}}"#), ""))
        }),
        Growth::document("shares of `fractional`", |n| {
            let shares = (0..n).map(|place| format!(r#"["v{place}",1]"#)).collect::<Vec<_>>().join(",");
            all(with_targeting(&format!(r#"{{"fractional":[{{"var":"x"}},{shares}]}}"#), ""))
        }),
        Growth::last("changed flags", |n| {
            let document = |value: usize| {
                let flag = |place| format!(r#""f{place}":{{"state":"ENABLED","variants":{{"on":{value}}}}}"#);
                format!(r#"{{"flags":{}}}"#, object(n, flag))
            };
            [load(document(1)), load(document(2))].concat()
        }),
        Growth::last("removed flags", |n| {
            let document = |first: usize| {
                let flag = |place| format!(r#""f{}":{{"state":"ENABLED","variants":{{"on":1}}}}"#, first + place);
                format!(r#"{{"flags":{}}}"#, object(n, flag))
            };
            [load(document(0)), load(document(n))].concat()
        }),
    ]
}

fn variants(count: usize, name: impl Fn(usize) -> String) -> Vec<Call> {
    let members = object(count, |place| format!(r#""{}":{place}"#, name(place)));
    let last = name(count - 1);
    all(format!(
        r#"{{"flags":{{"f":{{"state":"ENABLED","variants":{members},"defaultVariant":"{last}","targeting":{{"if":[{{"var":"x"}},"{last}"]}}}}}}}}"#
    ))
}

fn constant_list(count: usize, text: impl Fn(usize) -> String) -> Vec<Call> {
    let texts = list(count, |place| format!("\"{}\"", text(place)));
    let mut calls = all(with_targeting(&format!(r#"{{"in":[{{"var":"x"}},{texts}]}}"#), ""));
    calls.push(Call::evaluate(format!(r#"{{"x":"{}"}}"#, text(count - 1))));
    calls
}

/// One evaluation of a flag with this rule.
fn context(rule: &str, context: impl Into<Input>) -> Vec<Call> {
    [load(with_targeting(rule, "")), vec![Call::evaluate(context)]].concat()
}

const READS: &str = r#"{"or":[{"var":"x"},{"var":"k000001"},{"var":"k000007.a"},{"var":"m"},{"var":"n"},{"var":"o"}]}"#;

/// What a user can choose.
fn contexts() -> Vec<Growth> {
    vec![
        Growth::last("context keys in order", |n| context(READS, object(n, |place| format!(r#""k{place:06}":0"#)))),
        Growth::last("context keys in reversed order", |n| {
            context(READS, object(n, |place| format!(r#""k{:06}":0"#, n - place)))
        }),
        Growth::last("a context key that is read, again and again", |n| {
            context(READS, object(n, |place| format!(r#""k000001":{place}"#)))
        }),
        Growth::last("a context key that is read with lists, again and again", |n| {
            context(READS, object(n, |_| r#""k000001":[1,2,{"a":1,"a":2}]"#.into()))
        }),
        Growth::last("context keys in an object, in no order", |n| {
            context(
                READS,
                format!(r#"{{"k000007":{}}}"#, object(n, |place| format!(r#""k{}":0"#, scattered(place, n)))),
            )
        }),
        Growth::last("context keys in an object alike in 50 bytes", |n| {
            let key = "k".repeat(50);
            context(
                READS,
                format!(r#"{{"k000007":{}}}"#, object(n, |place| format!(r#""{key}{}":0"#, scattered(place, n)))),
            )
        }),
        Growth::last("context keys of one hash", |n| {
            let keys = colliding(n);
            context(READS, format!(r#"{{"k000007":{}}}"#, object(n, |place| format!("{}:0", keys[place]))))
        }),
        Growth::last("a context key in an object, again and again", |n| {
            context(READS, format!(r#"{{"k000007":{}}}"#, object(n, |_| r#""a":0"#.into())))
        }),
        Growth::last("context keys with escapes", |n| {
            context(READS, object(n, |place| format!(r#""\u006b00000{}":0"#, place % 10)))
        }),
        Growth::last("context keys, the whole context read", |n| {
            context(r#"{"var":""}"#, object(n, |place| format!(r#""k{}":0"#, scattered(place, n))))
        }),
        Growth::last("a text in a text of nearly itself", |n| {
            let (haystack, needle) = ("a".repeat(40 * n), format!("{}b{}", "a".repeat(10 * n), "a".repeat(10 * n)));
            context(r#"{"in":[{"var":"x"},{"var":"y"}]}"#, format!(r#"{{"x":"{needle}","y":"{haystack}"}}"#))
        }),
        Growth::last("a text in a list of nearly itself", |n| {
            let text = "a".repeat(50);
            let items = list(n, |place| format!(r#""{text}{}""#, place % 7));
            context(r#"{"in":[{"var":"x"},{"var":"y"}]}"#, format!(r#"{{"x":"{text}b","y":{items}}}"#))
        }),
        Growth::last("escapes in a text", |n| context(READS, format!(r#"{{"x":"{}"}}"#, r"\ud83d\ude00".repeat(n)))),
        Growth::last("digits of a number", |n| context(READS, format!(r#"{{"x":0.{}}}"#, "1234567890".repeat(n)))),
        Growth::last("digits of a number that is not read", |n| {
            context(READS, format!(r#"{{"y":1{}e-{}}}"#, "0".repeat(10 * n), 10 * n))
        }),
        Growth::last("digits of an exponent", |n| context(READS, format!(r#"{{"x":1e-{}}}"#, "1234567890".repeat(n)))),
        Growth::last("numbers that are hard to read", |n| {
            context(READS, format!(r#"{{"x":{}}}"#, list(n, |place| format!("1.7976931348623157{place:06}e-300"))))
        }),
        Growth::last("parts of a version", |n| {
            let version = format!("1.0.0-{}", "a.".repeat(n));
            context(r#"{"sem_ver":[{"var":"x"},">",{"var":"y"}]}"#, format!(r#"{{"x":"{version}0","y":"{version}1"}}"#))
        }),
        Growth::last("lists in a context", |n| {
            context(READS, format!(r#"{{"x":{}}}"#, list(n / 100, |_| "[".repeat(100) + &"]".repeat(100))))
        }),
        Growth::last("slot values, one again and again", |n| {
            let value = [&1_u16.to_le_bytes()[..], &[6], &5_u32.to_le_bytes(), b"[[1]]"].concat();
            let calls = load(with_targeting(READS, ""));
            [calls, vec![Call::EvaluateSlots(0, 1, value.repeat(n).into())]].concat()
        }),
        Growth::last("texts joined", |n| {
            context(r#"{"cat":[{"var":"x"}]}"#, format!(r#"{{"x":{}}}"#, list(n, |place| format!("\"{place}\""))))
        }),
        Growth::last("members hashed by `fractional` v3", |n| {
            let rule = r#"{"fractional":[{"var":"x"},["a",1],["true",1]]}"#;
            let document = with_targeting(rule, r#","metadata":{"fractionalVersion":"v3"}"#);
            let members = object(n, |place| format!(r#""k{}":0"#, n - place));
            [load(document), vec![Call::evaluate(format!(r#"{{"x":{members}}}"#))]].concat()
        }),
        Growth::last("members of one object, each read by one flag", |n| {
            let flags =
                |place| flag(&format!("f{place}"), &format!(r#"{{"!":[{{"var":"a.k{}"}}]}}"#, scattered(place, n)));
            let context = format!(r#"{{"a":{}}}"#, object(n, |place| format!(r#""k{place}":0"#)));
            [load(format!(r#"{{"flags":{}}}"#, object(n, flags))), vec![Call::EvaluateAll(context.into())]].concat()
        }),
        Growth::last("objects in one object, each read by one flag", |n| {
            let path = |place| format!(r#"{{"!":[{{"var":"a.k{}.b{}"}}]}}"#, scattered(place, n) % 20, place / 20);
            let flags = |place| flag(&format!("f{place}"), &path(place));
            let inner = |_| object(n / 20, |place| format!(r#""b{place}":0"#));
            let context = format!(r#"{{"a":{}}}"#, object(20, |place| format!(r#""k{place}":{}"#, inner(place))));
            [load(format!(r#"{{"flags":{}}}"#, object(n, flags))), vec![Call::EvaluateAll(context.into())]].concat()
        }),
        Growth::last("data of a bare rule", |n| {
            vec![Call::logic(r#"{"var":""}"#, object(n, |place| format!(r#""k{}":[1,"a"]"#, scattered(place, n))))]
        }),
    ]
}

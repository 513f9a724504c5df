//! The table of hostile documents, rules and contexts that every runtime answers.

use crate::calls::{Call, Case, Input};
use crate::documents::{list, nested, object, with_targeting};

const DEPTH: usize = 128;
const HOPS: usize = 64;
const MIB: usize = 1 << 20;
const KEY: usize = 64 << 10;
const DOCUMENT: usize = 100 << 20;

/// Nesting and references at the limit and beyond, and many names.
pub(crate) fn cases() -> Vec<Case> {
    [operators(), references(), texts(), many()].concat()
}

/// What takes an interpreter seconds: sizes at the limit and beyond, steps used up, long names.
pub(crate) fn long_cases() -> Vec<Case> {
    [sizes(), budgets(), repeated()].concat()
}

/// An operator that holds itself: what stands before and behind the inner one, the innermost value, and data.
struct Form(&'static str, &'static str, &'static str, &'static str);

const FORMS: [Form; 36] = [
    Form("{\"!\":", "true", "}", "{}"),
    Form("{\"!\":[", "{\"var\":\"a\"}", "]}", "{\"a\":1}"),
    Form("{\"!!\":[", "{\"var\":\"a\"}", "]}", "{\"a\":1}"),
    Form("{\"if\":[", "true", "]}", "{}"),
    Form("{\"if\":[true,", "\"true\"", ",false]}", "{}"),
    Form("{\"if\":[", "{\"var\":\"a\"}", ",true,false]}", "{\"a\":1}"),
    Form("{\"if\":[false,1,", "{\"var\":\"a\"}", "]}", "{\"a\":true}"),
    Form("{\"and\":[true,", "{\"var\":\"a\"}", "]}", "{\"a\":true}"),
    Form("{\"or\":[false,", "{\"var\":\"a\"}", "]}", "{\"a\":true}"),
    Form("{\"map\":[", "{\"var\":\"l\"}", ",1]}", "{\"l\":[1]}"),
    Form("{\"map\":[[1],", "{\"var\":\"\"}", "]}", "{}"),
    Form("{\"filter\":[", "{\"var\":\"l\"}", ",true]}", "{\"l\":[1]}"),
    Form("{\"filter\":[[1],", "{\"var\":\"\"}", "]}", "{}"),
    Form("{\"all\":[[1],", "{\"var\":\"\"}", "]}", "{}"),
    Form("{\"some\":[[1],", "{\"var\":\"\"}", "]}", "{}"),
    Form("{\"none\":[[1],", "{\"var\":\"\"}", "]}", "{}"),
    Form("{\"reduce\":[[1],", "{\"var\":\"current\"}", ",false]}", "{}"),
    Form("{\"reduce\":[[1],{\"var\":\"accumulator\"},", "{\"var\":\"a\"}", "]}", "{\"a\":true}"),
    Form("{\"reduce\":[", "{\"var\":\"l\"}", ",[1],0]}", "{\"l\":[1]}"),
    Form("{\"fractional\":[\"k\",[", "\"true\"", "]]}", "{}"),
    Form("{\"fractional\":[\"k\",[", "{\"var\":\"a\"}", ",1]]}", "{\"a\":\"true\"}"),
    Form("{\"fractional\":[", "{\"var\":\"a\"}", ",[\"k\",1]]}", "{\"a\":\"k\"}"),
    Form("{\"var\":", "\"a\"", "}", "{\"a\":\"a\"}"),
    Form("{\"var\":[", "\"a\"", ",\"a\"]}", "{\"a\":\"a\"}"),
    Form("{\"var\":[\"gone\",", "{\"var\":\"a\"}", "]}", "{\"a\":\"a\"}"),
    Form("{\"cat\":[", "{\"var\":\"a\"}", ",\"\"]}", "{\"a\":\"true\"}"),
    Form("{\"substr\":[", "{\"var\":\"a\"}", ",0]}", "{\"a\":\"true\"}"),
    Form("{\"==\":[true,", "{\"var\":\"a\"}", "]}", "{\"a\":true}"),
    Form("{\"<\":[0,", "{\"var\":\"a\"}", ",3]}", "{\"a\":1}"),
    Form("{\"+\":[1,", "{\"var\":\"a\"}", "]}", "{\"a\":1}"),
    Form("{\"max\":[1,", "{\"var\":\"a\"}", "]}", "{\"a\":1}"),
    Form("{\"in\":[", "{\"var\":\"a\"}", ",[true,false]]}", "{\"a\":true}"),
    Form("{\"sem_ver\":[", "{\"var\":\"a\"}", ",\"=\",\"1.0.0\"]}", "{\"a\":\"1.0.0\"}"),
    Form("{\"missing\":[", "\"a\"", "]}", "{}"),
    Form("{\"missing_some\":[1,", "[\"a\",\"b\"]", "]}", "{}"),
    Form("{\"merge\":[", "{\"var\":\"a\"}", "]}", "{\"a\":\"true\"}"),
];

/// How many levels of arrays and objects a text has.
fn depth(text: &str) -> usize {
    let (mut depth, mut most) = (0usize, 0);
    for byte in text.bytes() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth -= 1,
            _ => {}
        }
        most = most.max(depth);
    }
    most
}

/// A form as deep as `most` allows; within a further `!` if it would be less deep than that.
fn deepest(Form(open, inner, close, _): &Form, most: usize) -> String {
    let mut levels = most;
    while depth(&nested(levels, open, inner, close)) > most {
        levels -= 1;
    }
    let rule = nested(levels, open, inner, close);
    let missing = most - depth(&rule);
    nested(missing, "{\"!\":", &rule, "}")
}

/// Every operator nested as deep as a text may be.
fn operators() -> Vec<Case> {
    let case = |form: &Form| {
        let (rule, deeper) = (deepest(form, DEPTH), deepest(form, DEPTH + 1));
        // Around targeting a document has three levels of its own.
        let (document, refused) = (deepest(form, DEPTH - 3), deepest(form, DEPTH - 2));
        assert_eq!((depth(&rule), depth(&document)), (DEPTH, DEPTH - 3), "{}", form.0);
        let calls = [
            Call::logic(rule, form.3),
            Call::logic(deeper, form.3),
            Call::Mode(0),
            Call::update(with_targeting(&document, "")),
            Call::Mode(1),
            Call::update(with_targeting(&document, " ")),
            Call::evaluate(form.3),
            Call::EvaluateAll(form.3.into()),
            Call::Describe,
            Call::EvaluateSlots(0, 1, Input::from(Vec::new())),
            Call::update(with_targeting(&refused, "")),
            Call::evaluate(form.3),
        ];
        Case::new(format!("{} nested {DEPTH} levels", form.0), calls)
    };
    FORMS.iter().map(case).collect()
}

/// Evaluators of which each holds a reference to the next one, as deep as a document allows.
fn chain(form: &Form, hops: usize) -> String {
    let room = DEPTH - 2;
    let levels = |inner: &str| {
        let fits = |levels: &usize| depth(&nested(*levels, form.0, inner, form.2)) <= room;
        (1..=room).rev().find(fits).unwrap_or(0)
    };
    let (last, others) = (levels(form.1), levels("{\"$ref\":\"\"}"));
    let evaluator = |place: usize| {
        let next = format!("{{\"$ref\":\"e{}\"}}", place + 1);
        let (levels, inner) = if place + 1 == hops { (last, form.1) } else { (others, next.as_str()) };
        format!("\"e{place}\":{}", nested(levels, form.0, inner, form.2))
    };
    format!(",\"$evaluators\":{}", object(hops, evaluator))
}

/// Chains of references of the greatest length, each evaluator as deep as it may be.
fn references() -> Vec<Case> {
    let rule = r#"{"!!":[{"$ref":"e0"}]}"#;
    let case = |form: &Form| {
        let calls = [
            Call::Mode(1),
            Call::update(with_targeting(rule, &chain(form, HOPS))),
            Call::evaluate(form.3),
            Call::EvaluateAll(form.3.into()),
            Call::update(with_targeting(rule, &chain(form, HOPS + 1))),
            Call::evaluate(form.3),
            Call::LastError,
            Call::Mode(0),
            Call::update(with_targeting(rule, &chain(form, HOPS + 1))),
        ];
        Case::new(format!("{HOPS} hops through {} nested {DEPTH} levels", form.0), calls)
    };
    let mut cases: Vec<Case> = FORMS.iter().map(case).collect();
    let circle = object(2_000, |place| format!("\"e{place}\":{{\"!\":[{{\"$ref\":\"e{}\"}}]}}", (place + 1) % 2_000));
    let calls = [Call::Mode(1), Call::update(with_targeting(rule, &format!(",\"$evaluators\":{circle}")))];
    cases.push(Case::new("a circle of 2,000 references", calls));
    cases
}

/// Texts nested to the limit and beyond, wherever one is read.
fn texts() -> Vec<Case> {
    let mut cases = Vec::new();
    for (open, inner, close) in
        [("[", "", "]"), ("{\"a\":", "1", "}"), ("[", "1,2", ",3]"), ("{\"a\":", "0", ",\"b\":1,\"b\":2}")]
    {
        let text = |levels: usize| {
            let levels = if inner.is_empty() { levels - 1 } else { levels };
            nested(levels, open, if inner.is_empty() { "[]" } else { inner }, close)
        };
        let mut calls = Vec::new();
        for levels in [DEPTH, DEPTH + 1, 100_000] {
            calls.push(Call::logic(r#"{"var":""}"#, text(levels)));
            calls.push(Call::logic(r#"{"cat":[{"var":""}]}"#, text(levels)));
            calls.push(Call::logic(text(levels), ""));
        }
        for mode in [0, 1] {
            calls.push(Call::Mode(mode));
            for levels in [DEPTH - 1, DEPTH, 100_000] {
                calls.push(Call::update(format!(r#"{{"flags":{{}},"x":{}}}"#, text(levels))));
            }
            // As a variant, as metadata, as targeting.
            calls.push(Call::update(format!(
                r#"{{"flags":{{"f":{{"state":"ENABLED","variants":{{"a":{}}},"defaultVariant":"a"}}}}}}"#,
                text(DEPTH - 4)
            )));
            calls.push(Call::evaluate(""));
            calls.push(Call::update(format!(r#"{{"flags":{{}},"metadata":{{"a":{}}}}}"#, text(DEPTH - 2))));
            calls.push(Call::update(with_targeting(&text(DEPTH - 3), "")));
            calls.push(Call::evaluate(""));
        }
        for read in ["x", "x.a.a.a", "y", "", "$flagd"] {
            calls.push(Call::update(with_targeting(&format!(r#"{{"!!":[{{"var":"{read}"}}]}}"#), "")));
            for levels in [DEPTH - 1, DEPTH, 100_000] {
                calls.push(Call::evaluate(format!(r#"{{"x":{}}}"#, text(levels))));
                calls.push(Call::EvaluateAll(format!(r#"{{"x":{}}}"#, text(levels)).into()));
            }
        }
        for version in ["v1", "v2", "v3"] {
            let metadata = format!(r#","metadata":{{"fractionalVersion":"{version}"}}"#);
            calls.push(Call::update(with_targeting(r#"{"fractional":[{"var":"x"},["a",1],["true",1]]}"#, &metadata)));
            calls.push(Call::evaluate(format!(r#"{{"x":{}}}"#, text(DEPTH - 1))));
        }
        cases.push(Case::new(format!("{open}{inner}{close} nested {DEPTH} levels"), calls));
    }
    let mut calls = vec![Call::update(with_targeting(r#"{"!!":[{"var":"x"}]}"#, ""))];
    for levels in [DEPTH, DEPTH + 1] {
        let json = nested(levels - 1, "[", "[]", "]");
        let mut slots = vec![1, 0, 6];
        slots.extend(u32::try_from(json.len()).unwrap_or(0).to_le_bytes());
        slots.extend(json.bytes());
        calls.extend([Call::EvaluateSlots(0, 1, slots.into()), Call::LastError]);
    }
    cases.push(Case::new(format!("slot values nested {DEPTH} levels"), calls));
    let deep = format!(r#"{{"reduce":[{},[{{"var":"accumulator"}}],1]}}"#, list(5_000, |number| number.to_string()));
    let rules = ["DEEP", r#"{"cat":[DEEP]}"#, r#"{"substr":[DEEP,0,1]}"#, r#"{"in":[DEEP,[DEEP]]}"#, r#"{"!":[DEEP]}"#];
    let calls: Vec<Call> = rules.iter().map(|rule| Call::logic(rule.replace("DEEP", &deep), "")).collect();
    cases.push(Case::new("values built 5,000 levels deep", calls));
    cases
}

/// Sizes at n and at n + 1.
fn sizes() -> Vec<Case> {
    let flags = with_targeting(r#"{"==":[{"var":"x"},1]}"#, "");
    let key = |len: usize| {
        let key = "k".repeat(len);
        let document =
            format!(r#"{{"flags":{{"{key}":{{"state":"ENABLED","variants":{{"a":1}},"defaultVariant":"a"}}}}}}"#);
        [Call::update(document), Call::Evaluate(key.into(), Input::from(""))]
    };
    let part = format!(r#"{{"s":"{}"}}"#, "x".repeat(MIB / 4));
    let cat = |tail: &str| {
        format!(r#"{{"substr":[{{"cat":[{{"var":"s"}},{{"var":"s"}},{{"var":"s"}},{{"var":"s"}},"{tail}"]}},0,1]}}"#)
    };
    let items = |count: usize| format!(r#"{{"l":{}}}"#, list(count, |_| "0".into()));
    let lists = |rule: &str| [Call::logic(rule, items(MIB / 16)), Call::logic(rule, items(MIB / 16 + 1))];
    vec![
        Case::new(
            "a context of 1 MiB",
            [
                Call::update(flags.as_str()),
                Call::evaluate(Input::padded(r#"{"x":1}"#, MIB)),
                Call::evaluate(Input::padded(r#"{"x":1}"#, MIB + 1)),
                Call::EvaluateAll(Input::padded(r#"{"x":1}"#, MIB + 1)),
                Call::evaluate(r#"{"x":1}"#),
            ],
        ),
        Case::new("a flag key of 64 KiB", [key(KEY), key(KEY + 1)].concat()),
        Case::new(
            "a document of 100 MiB",
            [
                Call::update(Input::padded(&flags, DOCUMENT)),
                Call::update(Input::padded(&flags, DOCUMENT + 1)),
                Call::evaluate(r#"{"x":1}"#),
            ],
        ),
        Case::new(
            "a text of 1 MiB is built",
            [Call::logic(cat(""), part.as_str()), Call::logic(cat("x"), part.as_str())],
        ),
        Case::new("a list of 1 MiB is mapped", lists(r#"{"!!":[{"map":[{"var":"l"},1]}]}"#)),
        Case::new("a list of 1 MiB is filtered", lists(r#"{"!!":[{"filter":[{"var":"l"},true]}]}"#)),
        Case::new("a list of 1 MiB is merged", lists(r#"{"!!":[{"merge":[{"var":"l"}]}]}"#)),
        Case::new(
            "a result of 16 MiB",
            [300, 400].map(|count| {
                let rule = format!(r#"{{"map":[{},{{"var":""}}]}}"#, list(count, |_| "1".into()));
                let body = format!("\"{}\"", "x".repeat(MIB / 20));
                Call::logic(rule.replace("{\"var\":\"\"}", &body), "")
            }),
        ),
    ]
}

/// Rules that use up their steps or build too much.
fn budgets() -> Vec<Case> {
    let rules = [
        ("map in map", r#"{"!!":[{"map":[{"var":"l"},{"map":[LIST,{"map":[LIST,{"!":{"var":""}}]}]}]}]}"#),
        ("all in all", r#"{"all":[{"var":"l"},{"all":[LIST,{"all":[LIST,true]}]}]}"#),
        (
            "a doubled text",
            r#"{"!!":[{"reduce":[{"var":"l"},{"cat":[{"var":"accumulator"},{"var":"accumulator"}]},"xx"]}]}"#,
        ),
        (
            "a doubled list",
            r#"{"!!":[{"reduce":[{"var":"l"},{"merge":[{"var":"accumulator"},{"var":"accumulator"}]},[1,2]]}]}"#,
        ),
        ("a growing text", r#"{"!!":[{"reduce":[{"var":"l"},{"cat":[{"var":"accumulator"},"x"]},""]}]}"#),
        ("parts of a text", r#"{"!!":[{"map":[{"var":"l"},{"substr":[TEXT,-3,2]}]}]}"#),
        ("a search in a text", r#"{"!!":[{"map":[{"var":"l"},{"in":["yx",TEXT]}]}]}"#),
        ("numbers from texts", r#"{"!!":[{"map":[{"var":"l"},{"max":["0.00001234567890123456789",{"var":""}]}]}]}"#),
    ];
    let numbers = list(100, |number| number.to_string());
    let text = format!("\"{}\"", "x".repeat(50_000));
    let context = format!(r#"{{"l":{}}}"#, list(10_000, |number| number.to_string()));
    let case = |(name, rule): (&str, &str)| {
        let rule = rule.replace("LIST", &numbers).replace("TEXT", &text);
        let calls = [
            Call::Mode(1),
            Call::update(with_targeting(&rule, "")),
            Call::evaluate(context.as_str()),
            Call::evaluate("{}"),
            Call::logic(rule, context.as_str()),
        ];
        Case::new(format!("a budget for {name}"), calls)
    };
    rules.into_iter().map(case).collect()
}

/// Many names, for what is kept in trees and sorted.
fn many() -> Vec<Case> {
    let count = 2_000;
    let flag = |place: usize| {
        format!(
            r#""f{place}":{{"state":"ENABLED","variants":{{"on":true,"off":false}},"defaultVariant":"on","targeting":{{"if":[{{"$ref":"e{place}"}},"off"]}}}}"#
        )
    };
    let evaluator = |place: usize| format!(r#""e{place}":{{"==":[{{"var":"a.b{place}"}},1]}}"#);
    let document = format!(
        r#"{{"flags":{},"$evaluators":{},"metadata":{}}}"#,
        object(count, flag),
        object(count, evaluator),
        object(count, |place| format!(r#""m{place}":{place}"#)),
    );
    let context = format!(r#"{{"a":{}}}"#, object(count, |place| format!(r#""b{place}":{place}"#)));
    let calls = [Call::update(document), Call::Evaluate("f1".into(), context.into())];
    vec![Case::new("2,000 flags and as many evaluators, slots and entries of metadata", calls)]
}

/// Names that answers would repeat again and again until memory is used up.
fn repeated() -> Vec<Case> {
    let long = "k".repeat(MIB);
    let flag = |place: usize| {
        format!(r#""f{place}":{{"state":"ENABLED","variants":{{"on":1}},"targeting":{{"!":[{{"$ref":"e"}}]}}}}"#)
    };
    let shared = format!(r#"{{"flags":{},"$evaluators":{{"e":{{"var":"{long}"}}}}}}"#, object(5_000, flag));
    let twice = format!(r#"{{"flags":{{}},"{long}":{}}}"#, object(200, |place| format!(r#""a{}":1"#, place / 2)));
    vec![
        Case::new("an evaluator with a long name, shared by 5,000 flags", [Call::update(shared), Call::Describe]),
        Case::new("100 findings below a long name", [Call::update(twice)]),
    ]
}

//! Rules that use up the steps of an evaluation, each with the work that costs most time for a step.

use crate::calls::{Call, Case};
use crate::documents::{list, object, with_targeting};

/// The steps of an evaluation.
pub(crate) const STEPS: u64 = 1_000_000;

/// A flag whose evaluation, the last of the calls, runs until its steps are used up.
fn case(name: &str, rule: &str, context: String, rest: &str) -> Case {
    let calls = [Call::Mode(1), Call::update(with_targeting(rule, rest)), Call::evaluate(context)];
    Case::new(name, calls)
}

/// A rule of which an evaluator is called twice by each of twenty others: half a million times.
fn doubled(last: &str) -> (String, String) {
    let evaluator = |place: usize| match place {
        20 => format!("\"e20\":{last}"),
        _ => format!("\"e{place}\":{{\"or\":[{{\"$ref\":\"e{0}\"}},{{\"$ref\":\"e{0}\"}}]}}", place + 1),
    };
    (r#"{"!!":[{"$ref":"e0"}]}"#.into(), format!(",\"$evaluators\":{}", object(21, evaluator)))
}

/// A rule that runs `body` for each of very many items of lists in lists, as long as it gives something false.
fn looped(body: &str) -> String {
    let numbers = list(100, |_| "1".into());
    format!(r#"{{"some":[{{"var":"l"}},{{"some":[{numbers},{{"some":[{numbers},{body}]}}]}}]}}"#)
}

/// The table.
pub(crate) fn cases() -> Vec<Case> {
    let items = || format!(r#"{{"x":"x","l":{}}}"#, list(10_000, |number| number.to_string()));
    let loops = |name: &str, body: &str| case(name, &looped(body), items(), "");
    // What is kept in the accumulator of a fold, which gives it on and looks at it in each turn.
    let folded = |name: &str, body: &str, start: String, rest: &str| {
        let rule = format!(
            r#"{{"!!":[{{"reduce":[{{"var":"l"}},{{"if":[{body},{{"var":"accumulator"}},{{"var":"accumulator"}}]}},{{"var":"o"}}]}}]}}"#
        );
        let room = (1 << 20) - start.len() - 100;
        let context = format!(r#"{{"o":{start},"l":{}}}"#, list(room / 2, |_| "0".into()));
        case(name, &rule, context, rest)
    };
    let called = |name: &str, last: &str| {
        let (rule, rest) = doubled(last);
        case(name, &rule, r#"{"x":0}"#.into(), &rest)
    };
    let text = |len: usize| format!("\"{}\"", "x".repeat(len));
    let v3 = r#","metadata":{"fractionalVersion":"v3"}"#;
    vec![
        loops("`!` and `var` in loops", r#"{"!":[{"var":""}]}"#),
        loops("sums of integers", r#"{"!":[{"+":[{"var":""},1,2]}]}"#),
        loops("remainders of doubles", r#"{"<":[{"%":[1.7e308,{"+":[{"var":""},4e-324]}]},0]}"#),
        loops("numbers in texts of 20 digits", r#"{"<":[{"max":["0.12345678901234567890",{"var":""}]},0]}"#),
        loops(
            "numbers in texts of 1,000 digits",
            &format!(r#"{{"<":[{{"max":["0.{}",{{"var":""}}]}},0]}}"#, "1234567890".repeat(100)),
        ),
        loops("numbers with exponents in texts", r#"{"<":[{"max":["1.234567890123456789e-300",{"var":""}]},0]}"#),
        loops("texts of doubles", r#"{"!":[{"cat":[1.2345678901234567e-300,{"var":""}]}]}"#),
        loops(
            "versions",
            r#"{"sem_ver":[{"cat":["1.2.3-alpha.beta.gamma.",{"var":""}]},"=","1.2.3-alpha.beta.gamma.2"]}"#,
        ),
        loops("buckets of texts", r#"{"!":[{"fractional":[{"cat":["user",{"var":""}]},["a",1],["b",1]]}]}"#),
        loops("small objects", r#"{"!":[{"reduce":[[1],{"var":""},0]}]}"#),
        loops("short texts", r#"{"!":[{"cat":["a",{"var":""}]}]}"#),
        loops("computed paths", r#"{"var":{"cat":["a.b.c.d.",{"var":""}]}}"#),
        loops("paths of 500 segments", &format!(r#"{{"var":{{"if":[true,"{}"]}}}}"#, "0.".repeat(500))),
        loops("parts of a text of 50,000 bytes", &format!(r#"{{"!":[{{"substr":[{},-3,2]}}]}}"#, text(50_000))),
        loops(
            "a text of 1,000 bytes in one of 50,000",
            &format!(r#"{{"in":[{},{}]}}"#, text(1_000).replace("x\"", "y\""), text(50_000)),
        ),
        loops(
            "a text in a list of 100 equally long ones",
            &format!(r#"{{"in":["xxxxxxxxx",[{{"var":"a"}},{}]]}}"#, vec!["\"xxxxxxxxy\""; 100].join(",")),
        ),
        loops(
            "a text in a constant list of 10,000",
            &format!(
                r#"{{"in":[{{"cat":["a",{{"var":""}}]}},{}]}}"#,
                list(10_000, |number| format!("\"a{}\"", number + 10))
            ),
        ),
        loops("equal texts of 1,000 bytes", &format!(r#"{{"!==":[{0},{{"if":[{{"var":""}},{0}]}}]}}"#, text(1_000))),
        loops("ordered texts of 1,000 bytes", &format!(r#"{{"<":[{0},{{"if":[{{"var":""}},{0}]}}]}}"#, text(1_000))),
        folded(
            "a member of 60,000",
            r#"{"var":"accumulator.a0"}"#,
            object(60_000, |number| format!("\"a{number}\":1")),
            "",
        ),
        folded(
            "the text of an object of 5,000 short doubles",
            r#"{"cat":[{"var":"accumulator"}]}"#,
            format!("{{\"a\":{}}}", list(5_000, |_| "9e99".into())),
            "",
        ),
        folded(
            "the text of a list of 5,000 short doubles",
            r#"{"cat":[{"var":"accumulator"}]}"#,
            list(5_000, |_| "9e99".into()),
            "",
        ),
        folded(
            "the text of an object of 5,000 empty ones",
            r#"{"cat":[{"var":"accumulator"}]}"#,
            format!("{{\"a\":{}}}", list(5_000, |_| "{}".into())),
            "",
        ),
        folded("sums of lists of 1,000 doubles", r#"{"+":{"var":"accumulator"}}"#, list(1_000, |_| "1.5".into()), ""),
        folded(
            "lists of 1,000 merged",
            r#"{"merge":[{"var":"accumulator"},{"var":"accumulator"}]}"#,
            list(1_000, |_| "1".into()),
            "",
        ),
        folded(
            "hashes of objects of 10,000 members",
            r#"{"fractional":[{"var":"accumulator"},["a",1],["b",1]]}"#,
            object(10_000, |number| format!("\"a{}\":1", number * 7_919 % 10_000)),
            v3,
        ),
        folded(
            "hashes of a text of 100,000 bytes",
            r#"{"fractional":[{"var":"accumulator"},["a",1],["b",1]]}"#,
            text(100_000),
            "",
        ),
        folded(
            "members missing from 1,000",
            r#"{"missing":["accumulator.b","accumulator.c"]}"#,
            object(1_000, |number| format!("\"a{number}\":1")),
            "",
        ),
        called(
            "an evaluator with 50,000 arguments of `!`",
            &format!(r#"{{"!":[1,{}{{"var":"x"}}]}}"#, "1,".repeat(50_000)),
        ),
        called(
            "an evaluator with 50,000 names that are never missing",
            &format!(r#"{{"!!":[{{"missing":["x",{}"x"]}}]}}"#, "\"\",".repeat(50_000)),
        ),
        called(
            "an evaluator with 50,000 shares",
            &format!(
                r#"{{"==":[1,{{"fractional":[{{"cat":["a",{{"var":"x"}}]}},{}]}}]}}"#,
                (0..50_000).map(|_| "[\"a\",1]").collect::<Vec<_>>().join(",")
            ),
        ),
        deep_paths(),
    ]
}

/// A value built 50,000 levels deep, and a path of 40,000 segments into it.
fn deep_paths() -> Case {
    // The first item is the deep value, which becomes the accumulator and is looked into by every further turn.
    let rule = format!(
        r#"{{"reduce":[{{"merge":[[{{"reduce":[{{"var":"l"}},[{{"var":"accumulator"}}],0]}}],{{"var":"l"}}]}},{{"if":[{{"==":[{{"var":"accumulator"}},null]}},{{"var":"current"}},{{"var":"accumulator.{}"}},0,{{"var":"accumulator"}}]}}]}}"#,
        vec!["0"; 40_000].join(".")
    );
    case("a path of 40,000 segments", &rule, format!(r#"{{"l":{}}}"#, list(50_000, |_| "0".into())), "")
}

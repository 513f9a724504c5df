//! The definitions themselves: what the engine loads, and what it must not be given.

use std::collections::BTreeMap;

use burgee::Reason;
use burgee_server::flags::{Bucketing, Change, Definition, Flag, RuleType, Segment, compile};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::probe::{engine, flag, rule, variant};

fn check(flag: &Flag) -> burgee_server::Result<()> {
    compile::check(flag, [].iter())
}

fn defined(definition: &Value) -> Flag {
    flag(Change { definition: Some(Some(Definition::from(definition))), ..Change::default() })
}

#[test]
fn s001_60_a_flag_with_variants_and_weights_draws_among_them() {
    let weights = BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 3)]);
    let split = flag(Change {
        variants: Some(json!({"a": "A", "b": "B", "c": "C"})),
        enabled_by_default: Some(true),
        default_variant: Some(Some("c".into())),
        weights: Some(weights),
        ..Change::default()
    });
    let count = |flag: &Flag| {
        let engine = engine(flag, &json!({}));
        let mut counts = BTreeMap::new();
        for number in 0..2000 {
            let answer = engine.evaluate("f", format!(r#"{{"targetingKey":"u{number}"}}"#).as_str());
            *counts.entry(answer.variant().unwrap_or("none").to_owned()).or_insert(0) += 1;
        }
        counts
    };
    let all = count(&split);
    assert_eq!(all.keys().collect::<Vec<_>>(), ["a", "b"]);
    assert!((400..600).contains(&all["a"]), "{all:?}");
    // Half of them: the others have the variant of those who are left out, and the shares stay.
    let mut half = split.clone();
    half.apply(&Change { rollout_percentage: Some(Some(50)), ..Change::default() });
    let some = count(&half);
    assert!((900..1100).contains(&some["c"]), "{some:?}");
    assert!((180..320).contains(&some["a"]), "the draws are independent: {some:?}");
    // Who has no name is drawn nowhere.
    for flag in [&split, &half] {
        assert_eq!(variant(flag, "{}").0.as_deref(), Some("c"));
    }
}

#[test]
fn who_has_no_targeting_key_is_inside_no_percentage() {
    for hash in [Bucketing::Murmur3, Bucketing::Fnv1a32] {
        for variants in [Value::Null, json!({"x": 1, "y": 2})] {
            for percentage in [1, 50, 99] {
                let change = Change {
                    variants: Some(variants.clone()),
                    rollout_percentage: Some(Some(percentage)),
                    bucketing: Some(hash),
                    ..Change::default()
                };
                let (found, reason) = variant(&flag(change), "{}");
                let expected = variants.is_null().then(|| "rollout_excluded".to_owned());
                assert_eq!(found, expected, "{hash:?} {variants} {percentage}: {reason:?}");
            }
        }
    }
}

#[test]
fn variants_may_be_names_names_with_values_or_an_object() {
    let first = |variants: Value| {
        let flag = flag(Change { variants: Some(variants), enabled_by_default: Some(true), ..Change::default() });
        let answer = engine(&flag, &json!({})).evaluate("f", "{}");
        (answer.variant().unwrap().to_owned(), answer.value_json().unwrap().to_owned())
    };
    let expect = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(first(json!(["red", "blue"])), expect("red", "\"red\""));
    assert_eq!(first(json!([{"name": "red", "value": "#f00"}])), expect("red", "\"#f00\""));
    assert_eq!(first(json!([{"key": "red", "value": {"hex": "f00"}}])), expect("red", "{\"hex\":\"f00\"}"));
    assert_eq!(first(json!([{"name": "red"}])), expect("red", "\"red\""));
    assert_eq!(first(json!({"z": 1, "a": 2})), expect("z", "1"), "in the order of its author");
    for switch in [Value::Null, json!([]), json!({})] {
        assert_eq!(first(switch), expect("rollout", "true"));
    }
}

#[test]
fn a_definition_is_taken_as_it_is_and_switched_off_by_the_flag() {
    let definition = json!({
        "state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
        "targeting": {"if": [{"==": [{"var": "tier"}, "pro"]}, "on"]},
    });
    let mut flag = defined(&definition);
    assert_eq!(variant(&flag, r#"{"tier":"pro"}"#), (Some("on".into()), Reason::TargetingMatch));
    assert_eq!(serde_json::from_str::<Value>(&compile::text(&flag)).unwrap(), definition);
    for off in
        [Change { enabled: Some(false), ..Change::default() }, Change { archived: Some(true), ..Change::default() }]
    {
        let mut flag = flag.clone();
        flag.apply(&off);
        assert_eq!(variant(&flag, r#"{"tier":"pro"}"#).1, Reason::Disabled);
    }
    // What its fields say counts no more.
    flag.apply(&Change {
        rollout_percentage: Some(Some(100)),
        targeted_users: Some(vec!["u".into()]),
        ..Change::default()
    });
    assert_eq!(variant(&flag, r#"{"targetingKey":"u"}"#).0.as_deref(), Some("off"));
    flag.apply(&Change { definition: Some(None), ..Change::default() });
    assert_eq!(variant(&flag, r#"{"targetingKey":"u"}"#).0.as_deref(), Some("rule_match"));
}

#[test]
fn what_the_engine_would_not_load_is_refused_with_its_place() {
    for (definition, pointer) in [
        (json!({"variants": {"on": true}, "defaultVariant": "on"}), "/definition"),
        (json!({"state": "ON", "variants": {"on": true}}), "/definition/state"),
        (json!({"state": "ENABLED", "variants": {}, "defaultVariant": "on"}), "/definition"),
        (json!({"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "off"}), "/definition/defaultVariant"),
        (
            json!({"state": "ENABLED", "variants": {"on": true}, "targeting": {"$ref": "nowhere"}}),
            "/definition/targeting",
        ),
        (json!(7), "/definition"),
    ] {
        let error = check(&defined(&definition)).expect_err(&definition.to_string());
        let found = &error.wrong_fields()[0].pointer;
        assert!(found.starts_with(pointer), "{definition}: {found} {error}");
        assert!(error.message().starts_with("the definition of `f` is refused: "), "{error}");
    }
    let unknown = flag(Change { rules: Some(vec![rule(RuleType::Segment, "nowhere", 0)]), ..Change::default() });
    assert!(check(&unknown).is_err());
    let known = Segment { name: "nowhere".into(), rule: json!({"==": [1, 1]}), version: 1 };
    compile::check(&unknown, [known].iter()).unwrap();
    let circle = |name: &str, to: &str| Segment { name: name.into(), rule: json!({"$ref": to}), version: 1 };
    assert!(compile::check(&unknown, [circle("nowhere", "there"), circle("there", "nowhere")].iter()).is_err());
}

#[test]
fn a_broken_flag_does_not_keep_the_others_from_being_answered() {
    use burgee::{Engine, Options, Validation};
    let good = compile::text(&flag(Change { enabled_by_default: Some(true), ..Change::of("good") }));
    for broken in [
        r#"{"state":"ENABLED"}"#,
        "7",
        r#"{"state":"ENABLED","variants":{"on":true},"targeting":{"nonsense":[1]}}"#,
        r#"{"state":"ENABLED","variants":{"on":true},"defaultVariant":"off"}"#,
    ] {
        let engine = Engine::with_options(Options::default().validation(Validation::Permissive));
        let document =
            compile::document("p/e", std::iter::empty(), [("good", &*good), ("zbroken", broken)].into_iter());
        let _ = engine.update(&document);
        assert_eq!(engine.evaluate_bool("good", "{}").value, Some(true), "beside {broken}");
    }
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof!["\\PC{0,8}", Just("\"\\/\u{0}".to_owned()), Just("$flagd".to_owned()), Just("a.b".to_owned())]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    /// Whatever people write into a flag's fields, the engine takes what comes of it.
    #[test]
    fn every_flag_without_a_definition_is_loaded_strictly(
        key in texts().prop_filter("keys are not empty", |key| !key.is_empty()),
        users in prop::collection::vec(texts(), 0..4), values in prop::collection::vec((texts(), any::<i32>(), any::<bool>()), 0..4),
        percentage in prop::option::of(0..=100_u8), hash in 0..3_usize, switches in any::<[bool; 4]>(), owner in prop::option::of(texts()),
        names in prop::collection::vec(texts(), 0..3), weight in 0..1000_u32,
    ) {
        let kinds = [RuleType::UserId, RuleType::UserEmail, RuleType::EmailDomain, RuleType::Cohort];
        let rules = values.iter().zip(kinds.into_iter().cycle()).map(|((value, priority, enabled), kind)| {
            burgee_server::flags::Rule { enabled: *enabled, ..rule(kind, value, *priority) }
        });
        let distinct: std::collections::BTreeSet<_> = names.iter().filter(|name| !name.is_empty()).cloned().collect();
        let weights = distinct.iter().map(|name| (name.clone(), weight)).collect();
        let change = Change {
            enabled: Some(switches[0]), enabled_by_default: Some(switches[1]), archived: Some(switches[2]),
            targeted_users: Some(users), rules: Some(rules.collect()), rollout_percentage: Some(percentage),
            bucketing: Some([Bucketing::Murmur3, Bucketing::Fnv1a32, Bucketing::Poly31][hash]), owner: Some(owner),
            variants: Some(json!(distinct)), weights: Some(weights),
            default_variant: Some(distinct.first().cloned().filter(|_| switches[3])),
            ..Change::of(key.as_str())
        };
        let flag = flag(change);
        prop_assert!(check(&flag).is_ok(), "{:?}: {}", check(&flag), compile::text(&flag));
        let answer = engine(&flag, &json!({})).evaluate(&key, r#"{"targetingKey":"u"}"#);
        prop_assert_ne!(answer.reason(), Reason::Error, "{}", compile::text(&flag));
    }
}

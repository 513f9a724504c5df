//! Flags of the documents, as tables.

use burgee_server::flags::{Change, Person, RuleType};
use serde_json::json;

use crate::probe::{ask, ask_user, flag, of_001, of_003, of_004, rule};

fn with_email(email: &str) -> Person<'_> {
    Person { targeting_key: Some("u"), user: Some("u"), email: Some(email), attributes: None }
}

#[test]
fn s001_22_a_disabled_flag_is_off_also_where_a_rule_matches() {
    let matching = vec![rule(RuleType::UserId, "u", 1)];
    assert_eq!(ask_user(&of_001(false, 100, matching), "u"), (false, "disabled"));
}

#[test]
fn s001_23_the_highest_rule_that_is_enabled_and_matches_decides() {
    let variants = Some(json!({"first": 1, "second": 2, "rest": 3}));
    let choosing = |value: &str, priority, variant: &str| {
        let variant = Some(variant.to_owned());
        burgee_server::flags::Rule { variant, ..rule(RuleType::UserId, value, priority) }
    };
    let with = |rules| {
        let (rules, default_variant) = (Some(rules), Some(Some("rest".to_owned())));
        let flag = flag(Change {
            variants: variants.clone(),
            default_variant,
            rules,
            rollout_percentage: Some(Some(0)),
            ..Change::default()
        });
        crate::probe::variant(&flag, r#"{"targetingKey":"u"}"#).0.unwrap()
    };
    assert_eq!(with(vec![choosing("u", 1, "second"), choosing("u", 2, "first")]), "first");
    assert_eq!(with(vec![choosing("u", i32::MIN, "second"), choosing("u", i32::MAX, "first")]), "first");
    assert_eq!(with(vec![choosing("u", 1, "second"), choosing("other", 2, "first")]), "second");
    assert_eq!(with(vec![choosing("u", 5, "first"), choosing("u", 5, "second")]), "first", "of equal ones the older");
    let disabled = burgee_server::flags::Rule { enabled: false, ..choosing("u", 9, "first") };
    assert_eq!(with(vec![disabled.clone(), choosing("u", 1, "second")]), "second");
    assert_eq!(with(vec![disabled]), "rest");
    let switch = of_001(true, 0, vec![rule(RuleType::UserId, "v", 3), rule(RuleType::UserId, "u", 1)]);
    assert_eq!(ask_user(&switch, "u"), (true, "rule_match"));
}

#[test]
fn s001_24_rules_look_at_the_id_the_address_and_its_domain() {
    let with = |kind, value: &str| of_001(true, 0, vec![rule(kind, value, 0)]);
    let id = with(RuleType::UserId, "7");
    assert!(ask_user(&id, "7").0 && !ask_user(&id, "77").0);
    let address = with(RuleType::UserEmail, "vip@company.com");
    assert!(ask(&address, with_email("vip@company.com")).0);
    assert!(!ask(&address, with_email("evip@company.com")).0);
    assert!(!ask_user(&address, "vip@company.com").0, "an id is no address");
    let domain = with(RuleType::EmailDomain, "@company.com");
    assert!(ask(&domain, with_email("a@company.com")).0);
    for other in ["a@notcompany.com", "a@company.com.evil.org", "company.com", ""] {
        assert_eq!(ask(&domain, with_email(other)), (false, "rollout_excluded"), "{other}");
    }
    assert!(!ask(&domain, Person::default()).0, "who has no address has no domain");
}

#[test]
fn s001_25_the_rest_is_spread_and_the_same_user_gets_the_same_answer() {
    let users: Vec<String> = (0..200).map(|number| format!("user-{number}")).collect();
    let among = |percentage| -> Vec<bool> {
        let flag = of_001(true, percentage, vec![]);
        users.iter().map(|user| ask_user(&flag, user).0).collect()
    };
    let mut before = among(0);
    assert!(before.iter().all(|is_in| !is_in), "0 % is nobody");
    for percentage in [1, 10, 25, 50, 99, 100] {
        let now = among(percentage);
        assert!(before.iter().zip(&now).all(|(before, now)| *now || !before), "{percentage} % took somebody out");
        assert_eq!(among(percentage), now);
        before = now;
    }
    assert!(before.iter().all(|is_in| *is_in), "100 % is everybody");
}

#[test]
fn s001_26_who_is_outside_the_percentage_is_told_so() {
    assert_eq!(ask_user(&of_001(true, 0, vec![]), "u"), (false, "rollout_excluded"));
    assert_eq!(ask_user(&of_001(true, 100, vec![]), "u"), (true, "rollout"));
    let half = of_001(true, 50, vec![]);
    let mut told = std::collections::BTreeSet::new();
    told.extend((0..50).map(|number| ask_user(&half, &format!("u{number}"))));
    assert_eq!(told, [(false, "rollout_excluded"), (true, "rollout")].into());
    assert_eq!(ask(&half, Person::default()), (false, "rollout_excluded"), "nobody has no bucket");
}

#[test]
fn s001_28_a_rule_lets_in_at_0_percent() {
    assert_eq!(ask_user(&of_001(true, 0, vec![rule(RuleType::UserId, "u", 0)]), "u"), (true, "rule_match"));
}

#[test]
fn s003_02_the_percentage_is_for_some_or_for_everybody() {
    for (percentage, expected) in
        [(None, true), (Some(0), false), (Some(40), false), (Some(41), true), (Some(100), true)]
    {
        assert_eq!(ask_user(&of_003(true, percentage, &[]), "user_789").0, expected, "{percentage:?}");
    }
}

#[test]
fn s003_05_disabled_is_off_for_allowed_users_too() {
    assert_eq!(ask_user(&of_003(false, None, &["user_123"]), "user_123"), (false, "disabled"));
}

#[test]
fn s003_06_an_allowed_user_is_in_whatever_the_percentage() {
    for percentage in [Some(0), Some(25), Some(99), None] {
        assert!(ask_user(&of_003(true, percentage, &["user_123"]), "user_123").0, "{percentage:?}");
    }
    assert!(!ask_user(&of_003(true, Some(0), &["user_123"]), "user_12").0);
}

#[test]
fn s003_09_no_percentage_and_100_are_everybody() {
    for percentage in [None, Some(100)] {
        assert!(ask(&of_003(true, percentage, &[]), Person::default()).0, "{percentage:?}");
    }
}

#[test]
fn s004_12_first_the_switch_then_the_named_users_then_the_bucket() {
    // `user-1` has the bucket 86.
    let key = "new-checkout-flow";
    for (enabled, percentage, users, expected) in [
        (false, 100, &["user-1"][..], (false, "disabled")),
        (true, 0, &["user-1"], (true, "rule_match")),
        (true, 86, &[], (false, "rollout_excluded")),
        (true, 87, &[], (true, "rollout")),
        (true, 100, &[], (true, "rollout")),
        (true, 0, &["user-11"], (false, "rollout_excluded")),
    ] {
        let flag = of_004(key, enabled, percentage, users);
        assert_eq!(ask_user(&flag, "user-1"), expected, "{enabled} {percentage} {users:?}");
    }
}

#[test]
fn s000_54_a_cohort_is_a_rule_like_another() {
    let beta = of_001(true, 0, vec![rule(RuleType::Cohort, "beta", 0)]);
    for (context, expected) in [
        (r#"{"cohort":"beta"}"#, "rule_match"),
        (r#"{"cohort":"Beta"}"#, "rollout_excluded"),
        ("{}", "rollout_excluded"),
    ] {
        assert_eq!(crate::probe::variant(&beta, context).0.as_deref(), Some(expected), "{context}");
    }
}

#[test]
fn s001_59_a_segment_is_a_rule_by_its_name() {
    let flag = of_001(true, 0, vec![rule(RuleType::Segment, "staff", 0)]);
    let segments = json!({"staff": {"ends_with": [{"var": "email"}, "@example.com"]}});
    let engine = crate::probe::engine(&flag, &segments);
    assert_eq!(engine.evaluate_bool("f", r#"{"email":"a@example.com"}"#).value, Some(true));
    assert_eq!(engine.evaluate_bool("f", r#"{"email":"a@example.org"}"#).value, Some(false));
}

#[test]
fn s000_09_the_default_of_the_event_sourced_document_is_for_everybody() {
    let with = |enabled_by_default| flag(Change { enabled_by_default: Some(enabled_by_default), ..Change::default() });
    assert_eq!(ask(&with(true), Person::default()), (true, "rollout"));
    assert_eq!(ask(&with(false), Person::default()), (false, "rollout_excluded"));
    // It takes the place of a percentage.
    let mut flag = of_001(true, 30, vec![]);
    flag.apply(&Change { enabled_by_default: Some(true), ..Change::default() });
    assert_eq!((flag.rollout_percentage, flag.percentage()), (None, 100));
}

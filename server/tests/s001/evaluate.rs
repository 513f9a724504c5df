//! `/sdk/v1/evaluate`.

use proptest::prelude::{ProptestConfig, Strategy};
use proptest::{collection, prop_assert, prop_assert_eq, proptest};
use reqwest::Method;
use serde_json::{Value, json};

use crate::Project;
use crate::support::json as answer;

const ON: &str = "rollout";
const OUT: &str = "rollout_excluded";

#[tokio::test]
async fn s001_20_evaluate_answers_a_bare_map() {
    let project = Project::start().await;
    assert_eq!(project.evaluate(json!({})).await, json!({}));
    project.flag(json!({"name": "D", "key": "dark_mode", "enabled": true, "rollout_percentage": 100})).await;
    project.flag(json!({"name": "N", "key": "new_checkout", "enabled": true})).await;
    project.flag(json!({"name": "P", "key": "premium_features"})).await;
    project.rule("new_checkout", json!({"rule_type": "user_email", "rule_value": "alice@example.com"})).await;
    let body = json!({"user_id": "user_12345", "user_email": "alice@example.com", "custom_attributes": {}});
    let expected = json!({
        "dark_mode": {"enabled": true, "reason": "rollout"},
        "new_checkout": {"enabled": true, "reason": "rule_match"},
        "premium_features": {"enabled": false, "reason": "disabled"}
    });
    assert_eq!(project.evaluate(body.clone()).await, expected);
    // The other form of the request, and another environment.
    assert_eq!(project.evaluate(json!({"environment": "production", "context": body})).await, expected);
    assert_eq!(project.evaluate(json!({"environment": "staging", "context": body})).await, json!({}));
    for (body, status) in [
        (json!({"environment": "nowhere"}), 404),
        (json!({"user_id": 7}), 400),
        (json!({"custom_attributes": "plan"}), 400),
        (json!([]), 400),
    ] {
        let request = project.service.request(Method::POST, "/sdk/v1/evaluate").header("X-SDK-Key", &project.key);
        assert_eq!(answer(request.json(&body)).await.0, status, "{body}");
    }
    project.service.stop().await;
}

#[tokio::test]
async fn s001_22_a_disabled_flag_is_off_also_for_whom_a_rule_names() {
    let project = Project::start().await;
    project.flag(json!({"name": "F", "key": "f", "enabled": false, "rollout_percentage": 100})).await;
    project.rule("f", json!({"rule_type": "user_id", "rule_value": "ada"})).await;
    let off = json!({"f": {"enabled": false, "reason": "disabled"}});
    assert_eq!(project.evaluate(json!({"user_id": "ada"})).await, off);
    project.ok(Method::PUT, "/flags/f", json!({"enabled": true, "archived": true})).await;
    assert_eq!(project.evaluate(json!({"user_id": "ada"})).await, off);
    project.service.stop().await;
}

#[tokio::test]
async fn s001_23_rules_count_by_priority_if_they_are_enabled() {
    let project = Project::start().await;
    let variants = json!({"low": 1, "high": 2, "off": 3});
    project.flag(json!({"name": "F", "key": "f", "enabled": true, "variants": variants})).await;
    let rule = |value: &'static str, priority: i32, variant: &'static str, enabled: bool| {
        let body = json!({"rule_type": "user_id", "rule_value": value, "priority": priority, "variant": variant,
            "enabled": enabled});
        project.rule("f", body)
    };
    rule("ada", 1, "low", true).await;
    rule("ada", 10, "high", true).await;
    rule("ada", 100, "off", false).await;
    rule("bob", 100, "off", false).await;
    let ada = project.evaluate(json!({"user_id": "ada"})).await;
    assert_eq!(ada["f"], json!({"enabled": true, "reason": "rule_match", "value": 2, "variant": "high"}));
    let bob = project.evaluate(json!({"user_id": "bob"})).await;
    assert_eq!(bob["f"], json!({"enabled": false, "reason": "rollout_excluded"}));
    project.service.stop().await;
}

#[tokio::test]
async fn s001_24_rule_types_name_whom_they_say() {
    let project = Project::start().await;
    for (key, rule_type, value) in [
        ("id", "user_id", "ada"),
        ("email", "user_email", "ada@company.com"),
        ("domain", "email_domain", "@company.com"),
        ("cohort", "cohort", "beta"),
    ] {
        project.flag(json!({"name": key, "key": key, "enabled": true})).await;
        project.rule(key, json!({"rule_type": rule_type, "rule_value": value})).await;
    }
    for (user, named) in [
        (json!({"user_id": "ada"}), vec!["id"]),
        (json!({"user_id": "ADA"}), vec![]),
        (json!({"user_id": "adam"}), vec![]),
        (json!({"user_id": "x", "user_email": "ada@company.com"}), vec!["domain", "email"]),
        (json!({"user_id": "x", "user_email": "x@company.com"}), vec!["domain"]),
        (json!({"user_id": "x", "user_email": "x@notcompany.com"}), vec![]),
        (json!({"user_id": "x", "user_email": "x@company.com.evil.org"}), vec![]),
        (json!({"user_id": "x", "user_email": "x@sub.company.com"}), vec![]),
        (json!({"user_email": "x@company.com"}), vec!["domain"]),
        (json!({"user_id": "x", "custom_attributes": {"cohort": "beta"}}), vec!["cohort"]),
        (json!({"user_id": "x", "custom_attributes": {"cohort": "alpha"}}), vec![]),
        (json!({}), vec![]),
    ] {
        let flags = project.evaluate(user.clone()).await;
        let on = flags.as_object().unwrap().iter().filter(|(_, flag)| flag["enabled"] == json!(true));
        let on: Vec<&str> =
            on.map(|(key, flag)| (key.as_str(), assert_eq!(flag["reason"], json!("rule_match"))).0).collect();
        assert_eq!(on, named, "{user}");
    }
    project.service.stop().await;
}

/// Who of a thousand users is in.
async fn users_in(project: &Project, flag: &str) -> Vec<bool> {
    let mut inside = Vec::new();
    for number in 0..1000 {
        let answer = &project.evaluate(json!({"user_id": format!("user-{number}")})).await[flag];
        assert_eq!(answer["reason"], json!(if answer["enabled"] == json!(true) { ON } else { OUT }));
        inside.push(answer["enabled"] == json!(true));
    }
    inside
}

#[tokio::test]
async fn s001_25_a_larger_percentage_only_adds_users() {
    let project = Project::start().await;
    project.flag(json!({"name": "F", "key": "f", "enabled": true, "rollout_percentage": 10})).await;
    let mut before = vec![false; 1000];
    for percentage in [0, 10, 50, 100] {
        project.ok(Method::PUT, "/flags/f", json!({"rollout_percentage": percentage})).await;
        let now = users_in(&project, "f").await;
        assert!(before.iter().zip(&now).all(|(before, now)| !before || *now), "{percentage} % takes nobody away");
        let count = now.iter().filter(|inside| **inside).count();
        assert!(count.abs_diff(percentage * 10) <= 60, "{percentage} %: {count} of 1000");
        before = now;
    }
    // The key is part of the hash: another flag of the same percentage has other users.
    project.ok(Method::PUT, "/flags/f", json!({"rollout_percentage": 50})).await;
    project.flag(json!({"name": "G", "key": "g", "enabled": true, "rollout_percentage": 50})).await;
    assert_ne!(users_in(&project, "f").await, users_in(&project, "g").await);
    project.service.stop().await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whoever is in at a percentage is in at every larger one, whatever the key and the user.
    #[test]
    fn s001_25_property_larger_percentages_only_add(
        key in "[a-z0-9_-]{1,20}",
        users in collection::vec("\\PC{1,20}", 1..20),
        mut percentages in collection::vec(0_u8..=100, 2..6).prop_map(|mut all| { all.sort_unstable(); all }),
    ) {
        use burgee_server::flags::{Change, Flag, Person, compile};
        percentages.insert(0, 0);
        percentages.push(100);
        let mut before = vec![false; users.len()];
        for percentage in percentages {
            let mut flag = Flag::new("id", key.as_str(), chrono::DateTime::UNIX_EPOCH);
            flag.apply(&Change { rollout_percentage: Some(Some(percentage)), ..Change::of(key.as_str()) });
            let text = compile::text(&flag);
            let document = compile::document("set", std::iter::empty(), std::iter::once((key.as_str(), &*text)));
            let engine = burgee::Engine::new();
            engine.update(&document).unwrap();
            for (user, before) in users.iter().zip(&mut before) {
                let person = Person::with_id(Some(user));
                let context = burgee::EvaluationContext::attributes(&person);
                let now = engine.evaluate_bool(&key, context).value.unwrap();
                prop_assert!(now || !*before, "{user} left at {percentage} %");
                prop_assert!(percentage > 0 || !now);
                prop_assert!(percentage < 100 || now);
                prop_assert_eq!(engine.evaluate_bool(&key, context).value, Some(now));
                *before = now;
            }
        }
    }
}

#[tokio::test]
async fn s001_26_nobody_is_in_at_zero_and_everybody_at_a_hundred() {
    let project = Project::start().await;
    project.flag(json!({"name": "N", "key": "nobody", "enabled": true, "rollout_percentage": 0})).await;
    project.flag(json!({"name": "E", "key": "everybody", "enabled": true, "rollout_percentage": 100})).await;
    project.flag(json!({"name": "H", "key": "half", "enabled": true, "rollout_percentage": 50})).await;
    for number in 0..200 {
        let flags = project.evaluate(json!({"user_id": format!("user-{number}")})).await;
        assert_eq!(flags["nobody"], json!({"enabled": false, "reason": OUT}));
        assert_eq!(flags["everybody"], json!({"enabled": true, "reason": ON}));
    }
    // Users without an id are spread by their address, and those without both are one user.
    for body in [json!({"user_email": "ada@example.com"}), json!({}), json!({"user_id": ""})] {
        let first = project.evaluate(body.clone()).await;
        assert_eq!(first["everybody"]["enabled"], json!(true));
        assert_eq!(project.evaluate(body).await, first);
    }
    let by_email = project.evaluate(json!({"user_email": "ada@example.com"})).await;
    assert_eq!(by_email["half"], project.evaluate(json!({"user_id": "ada@example.com"})).await["half"]);
    assert_eq!(
        project.evaluate(json!({})).await["half"],
        project.evaluate(json!({"user_id": "anonymous"})).await["half"]
    );
    project.service.stop().await;
}

#[tokio::test]
async fn s001_27_every_answer_has_a_reason() {
    let project = Project::start().await;
    let broken =
        json!({"state": "ENABLED", "variants": {"a": true}, "defaultVariant": "a", "targeting": {"var": "plan"}});
    let fixed = json!({"state": "ENABLED", "variants": {"a": true}, "defaultVariant": "a"});
    let silent =
        json!({"state": "ENABLED", "variants": {"a": true}, "defaultVariant": "a", "targeting": {"var": "nothing"}});
    for (key, more) in [
        ("off", json!({"enabled": false})),
        ("rule", json!({"targeted_users": ["ada"]})),
        ("in", json!({"rollout_percentage": 100})),
        ("out", json!({"rollout_percentage": 0})),
        ("error", json!({"definition": broken})),
        ("static", json!({"definition": fixed})),
        ("none", json!({"definition": silent})),
    ] {
        let mut body = json!({"name": key, "key": key, "enabled": true});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        project.flag(body).await;
    }
    let flags = project.evaluate(json!({"user_id": "ada", "custom_attributes": {"plan": "gone"}})).await;
    let reasons: Vec<(&str, &str)> = flags
        .as_object()
        .unwrap()
        .iter()
        .map(|(key, flag)| (key.as_str(), flag["reason"].as_str().unwrap_or_else(|| panic!("{key}: {flag}"))))
        .collect();
    for (key, reason) in [
        ("off", "disabled"),
        ("rule", "rule_match"),
        ("in", ON),
        ("out", OUT),
        ("error", "error"),
        ("static", "static"),
    ] {
        assert!(reasons.contains(&(key, reason)), "{reasons:?}");
    }
    project.service.stop().await;
}

#[tokio::test]
async fn s001_28_whom_a_rule_names_is_in_at_zero_percent() {
    let project = Project::start().await;
    project.flag(json!({"name": "F", "key": "f", "enabled": true, "rollout_percentage": 0})).await;
    project.rule("f", json!({"rule_type": "user_id", "rule_value": "ada"})).await;
    assert_eq!(
        project.evaluate(json!({"user_id": "ada"})).await["f"],
        json!({"enabled": true, "reason": "rule_match"})
    );
    assert_eq!(project.evaluate(json!({"user_id": "bob"})).await["f"], json!({"enabled": false, "reason": OUT}));
    project.service.stop().await;
}

#[tokio::test]
async fn s001_60_variants_split_those_who_are_in_by_weight() {
    let project = Project::start().await;
    project
        .flag(json!({"name": "Button", "key": "button", "enabled": true, "rollout_percentage": 50,
            "variants": {"control": "grey", "blue": "#00f", "green": "#0f0"}, "default_variant": "control",
            "weights": {"blue": 25, "green": 75}}))
        .await;
    let (mut blue, mut green, mut control) = (0_i32, 0_i32, 0_i32);
    for number in 0..2000 {
        let answer = project.evaluate(json!({"user_id": format!("user-{number}")})).await["button"].clone();
        let (count, expected) = match answer["variant"].as_str().unwrap() {
            "blue" => (&mut blue, json!({"enabled": true, "reason": ON, "value": "#00f", "variant": "blue"})),
            "green" => (&mut green, json!({"enabled": true, "reason": ON, "value": "#0f0", "variant": "green"})),
            _ => (&mut control, json!({"enabled": false, "reason": OUT, "value": "grey", "variant": "control"})),
        };
        assert_eq!(answer, expected);
        *count += 1;
    }
    assert!(
        control.abs_diff(1000) < 120 && blue.abs_diff(250) < 80 && green.abs_diff(750) < 110,
        "{blue} {green} {control}"
    );
    // The whole of it in: the same users keep their variant.
    let before = project.evaluate(json!({"user_id": "user-1"})).await;
    project.ok(Method::PUT, "/flags/button", json!({"rollout_percentage": 100})).await;
    let after = project.evaluate(json!({"user_id": "user-1"})).await;
    assert!(before["button"]["enabled"] == json!(false) || before == after, "{before} {after}");
    assert_eq!(after["button"]["enabled"], json!(true));
    project.service.stop().await;
}

#[tokio::test]
async fn s001_51_a_thousand_rules_are_looked_at_one_by_one() {
    let project = Project::start().await;
    project.flag(json!({"name": "F", "key": "f", "enabled": true})).await;
    // The rules of a flag are one event, however many: here they come in one.
    let rule = |number: usize| {
        json!({"id": format!("r{number}"), "rule_type": "user_id", "rule_value": format!("user-{number}"), "enabled": true,
            "priority": number, "created_at": "2026-01-01T00:00:00Z"})
    };
    let change: burgee_server::flags::Change =
        serde_json::from_value(json!({"flag_id": "f", "rules": (0..1000).map(rule).collect::<Vec<Value>>()})).unwrap();
    let act = burgee_server::manage::Act {
        principal: burgee_server::access::Principal::Admin { key: "test".into(), project: None },
        request_id: String::new(),
        scope: burgee_server::log::Scope::new(project.id.as_str(), "production"),
    };
    let app = &project.service.app;
    burgee_server::manage::update(app, &act, "f", None, move |_| Ok(change.clone())).await.unwrap();
    for number in [0, 1, 500, 999] {
        let user = json!({"user_id": format!("user-{number}")});
        assert_eq!(project.evaluate(user).await["f"], json!({"enabled": true, "reason": "rule_match"}));
    }
    assert_eq!(project.evaluate(json!({"user_id": "user-1000"})).await["f"]["enabled"], json!(false));
    let (status, refusal) =
        project.send(Method::POST, "/flags/f/rules", json!({"rule_type": "user_id", "rule_value": "one-more"})).await;
    assert_eq!(status, 400, "{refusal}");
    project.service.stop().await;
}

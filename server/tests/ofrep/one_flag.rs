//! One flag.

use burgee_server::flags::{Bucketing, Change, bucket};
use burgee_server::manage;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ADMIN, SDK, Service, json};
use crate::{act, bring, evaluate, one, put, send, switch};

#[tokio::test]
async fn ofrep_values_have_their_type_and_form() {
    let service = Service::start().await;
    let values = [
        ("boolean", json!(true)),
        ("string", json!("a \"quoted\" word, snö")),
        ("integer", json!(9_007_199_254_740_991_i64)),
        ("float", json!(0.1)),
        ("object", json!({"a": [1, {"b": null}]})),
    ];
    for (key, value) in &values {
        put(&service, key, &json!({"state": "ENABLED", "variants": {"it": value}, "defaultVariant": "it"})).await;
        let expected = json!({"key": key, "value": value, "variant": "it", "reason": "STATIC",
            "metadata": {"flagSetId": "default/production"}});
        assert_eq!(evaluate(&service, key, json!({"targetingKey": "ada"})).await, (200, expected));
    }
}

#[tokio::test]
async fn ofrep_a_rule_reads_the_context() {
    let service = Service::start().await;
    let rule =
        json!({"if": [{"and": [{"==": [{"var": "plan"}, "team"]}, {"in": [{"var": "targetingKey"}, ["ada"]]}]}, "on"]});
    let mut flag = switch("off");
    flag["targeting"] = rule;
    flag["metadata"] = json!({"owner": "growth", "weight": 2});
    put(&service, "f", &flag).await;
    let (_, in_by_rule) = evaluate(&service, "f", json!({"targetingKey": "ada", "plan": "team"})).await;
    let metadata = json!({"flagSetId": "default/production", "owner": "growth", "weight": 2});
    let expected =
        json!({"key": "f", "value": true, "variant": "on", "reason": "TARGETING_MATCH", "metadata": metadata});
    assert_eq!(in_by_rule, expected);
    let (_, otherwise) = evaluate(&service, "f", json!({"targetingKey": "bob", "plan": "team"})).await;
    let expected = json!({"key": "f", "value": false, "variant": "off", "reason": "UNKNOWN", "metadata": metadata});
    assert_eq!(otherwise, expected);
}

#[tokio::test]
async fn ofrep_a_flag_without_a_value_leaves_it_to_the_application() {
    let service = Service::start().await;
    let mut disabled = switch("on");
    disabled["state"] = json!("DISABLED");
    put(&service, "disabled", &disabled).await;
    let mut no_default = switch("on");
    no_default.as_object_mut().unwrap().remove("defaultVariant");
    put(&service, "no-default", &no_default).await;
    for (key, reason) in [("disabled", "DISABLED"), ("no-default", "UNKNOWN")] {
        let (status, body) = evaluate(&service, key, json!({})).await;
        assert_eq!((status, &body["reason"], &body["variant"]), (200, &json!(reason), &json!("")), "{body}");
        assert!(body.get("value").is_none(), "{body}");
    }
}

#[tokio::test]
async fn ofrep_an_unknown_flag_is_not_found() {
    let service = Service::start().await;
    let (status, body) = evaluate(&service, "nothing-here", json!({})).await;
    assert_eq!((status, &body["key"], &body["errorCode"]), (404, &json!("nothing-here"), &json!("FLAG_NOT_FOUND")));
    assert!(body["errorDetails"].as_str().unwrap().contains("nothing-here"), "{body}");
}

#[tokio::test]
async fn ofrep_a_flag_that_cannot_be_evaluated_says_why() {
    let service = Service::start().await;
    let mut unknown_variant = switch("off");
    unknown_variant["targeting"] = json!({"cat": ["no", "where"]});
    let mut broken = switch("off");
    broken["targeting"] = json!({"no-such-operator": [1]});
    bring(&service, &[("general", unknown_variant), ("broken", broken)]);
    for (key, code) in [("general", "GENERAL"), ("broken", "PARSE_ERROR")] {
        let (status, body) = evaluate(&service, key, json!({})).await;
        assert_eq!((status, &body["key"], &body["errorCode"]), (400, &json!(key), &json!(code)), "{body}");
        assert!(!body["errorDetails"].as_str().unwrap().is_empty(), "{body}");
    }
}

#[tokio::test]
async fn ofrep_a_context_that_is_none_is_refused() {
    let service = Service::start().await;
    let mut targeted = switch("off");
    targeted["targeting"] = json!({"if": [{"==": [{"var": "plan"}, "team"]}, "on"]});
    put(&service, "f", &targeted).await;
    let deep = format!("{{\"context\":{{\"plan\":{}{}}}}}", "[".repeat(200), "]".repeat(200));
    let bodies = [
        "",
        "nonsense",
        "[]",
        "{}",
        "{\"context\":null}",
        "{\"context\":[]}",
        "{\"context\":\"ada\"}",
        "{\"context\":{}}{}",
        "{\"context\":{\"plan\":1e999}}",
        "{\"context\":{},\"context\":{}}",
        "\u{feff}{\"context\":{}}",
        &deep,
    ];
    for body in bodies {
        for key in [Some("f"), None] {
            let request = key.map_or_else(|| crate::all(&service), |key| one(&service, key));
            let (status, answer, _) = send(request.body(body.to_owned())).await;
            assert_eq!((status, &answer["errorCode"]), (400, &json!("INVALID_CONTEXT")), "{body}: {answer}");
            assert_eq!(answer.get("key"), key.map(Value::from).as_ref());
            assert!(!answer["errorDetails"].as_str().unwrap().is_empty());
        }
    }
    let not_utf8 = one(&service, "f").body(b"{\"context\":{\"a\":\"\xff\"}}".to_vec());
    assert_eq!(send(not_utf8).await.0, 400);
}

#[tokio::test]
async fn ofrep_other_members_of_a_request_are_passed_over() {
    let service = Service::start().await;
    put(&service, "f", &switch("on")).await;
    let (status, body, _) = send(one(&service, "f").body("{\"later\": [1], \"context\": { } }")).await;
    assert_eq!((status, &body["value"]), (200, &json!(true)));
}

#[tokio::test]
async fn ofrep_a_body_that_is_too_large_is_refused() {
    let service = Service::start().await;
    put(&service, "f", &switch("on")).await;
    let text = "x".repeat(4 << 20);
    let (status, body, _) = send(one(&service, "f").json(&json!({"context": {"text": text}}))).await;
    assert_eq!(status, 413);
    assert!(body["errorDetails"].is_string(), "{body}");
}

#[tokio::test]
async fn ofrep_keys_are_read_from_each_header_that_may_have_one() {
    let service = Service::start().await;
    put(&service, "f", &switch("on")).await;
    let path = "/ofrep/v1/evaluate/flags/f";
    let request = || service.request(Method::POST, path).json(&json!({"context": {}}));
    for header in ["X-API-Key", "X-SDK-Key", "X-Admin-API-Key"] {
        for key in [SDK, ADMIN] {
            assert_eq!(send(request().header(header, key)).await.0, 200, "{header}");
        }
    }
    assert_eq!(send(request().bearer_auth(SDK)).await.0, 200);
    for refused in [
        request(),
        request().header("X-API-Key", ""),
        request().header("X-API-Key", "wrong"),
        request().bearer_auth("wrong"),
        request().header("X-API-Key", SDK).header("X-SDK-Key", ADMIN),
    ] {
        let (status, body, _) = send(refused).await;
        assert_eq!(status, 401);
        assert!(body["errorDetails"].is_string() && body.get("errorCode").is_none(), "{body}");
    }
}

#[tokio::test]
async fn ofrep_a_key_may_have_any_characters() {
    let service = Service::start().await;
    for (key, path) in [
        ("a b", "a%20b"),
        ("ä", "%C3%A4"),
        ("100%", "100%25"),
        ("a/b", "a%2Fb"),
        ("app.checkout:new", "app.checkout:new"),
        ("q?x", "q%3Fx"),
    ] {
        put(&service, key, &switch("on")).await;
        let (status, body, _) = send(one(&service, path).json(&json!({"context": {}}))).await;
        assert_eq!((status, &body["key"], &body["value"]), (200, &json!(key), &json!(true)), "{body}");
    }
    // Two of the published providers put the key into the path as it is.
    let (status, body, _) = send(one(&service, "a/b").json(&json!({"context": {}}))).await;
    assert_eq!((status, &body["key"]), (200, &json!("a/b")));
}

#[tokio::test]
async fn ofrep_buckets_of_the_documents_are_computed_from_the_targeting_key() {
    let service = Service::start().await;
    for (key, bucketing) in [("fnv.flag", Bucketing::Fnv1a32), ("poly", Bucketing::Poly31)] {
        let change = Change { bucketing: Some(bucketing), rollout_percentage: Some(Some(40)), ..Change::of(key) };
        manage::create(&service.app, &act(), change).await.unwrap();
    }
    let mut inside = 0;
    for user in (0..200).map(|number| format!("user-{number}")) {
        let expected = [("fnv.flag", bucket::fnv1a32("fnv.flag", &user)), ("poly", bucket::poly31(Some(&user)))];
        for (key, bucket) in expected {
            // What the context says of buckets does not count.
            let context = json!({"targetingKey": user, "rolloutBucket": {"poly31": {"poly": 0}}});
            let (_, body) = evaluate(&service, key, context).await;
            assert_eq!(body["value"], json!(bucket < 40), "{key}, {user}: {body}");
            inside += usize::from(bucket < 40);
        }
    }
    assert!((100..220).contains(&inside), "{inside} of 400 are inside");
    let (_, nobody) = evaluate(&service, "poly", json!({})).await;
    assert_eq!(nobody["value"], json!(false), "without an id the bucket is 50");
}

#[tokio::test]
async fn ofrep_the_description_of_the_service_has_both_routes() {
    let service = Service::start().await;
    let (_, description) = json(service.request(Method::GET, "/openapi.json")).await;
    for (path, statuses) in [
        ("/ofrep/v1/evaluate/flags/{key}", &["200", "400", "401", "403", "404", "413", "429", "500"][..]),
        ("/ofrep/v1/evaluate/flags", &["200", "304", "400", "401", "403", "413", "429", "500"]),
    ] {
        let responses = description["paths"][path]["post"]["responses"].as_object().unwrap();
        assert_eq!(responses.keys().collect::<Vec<_>>(), statuses, "{path}");
    }
}

#[tokio::test]
async fn ofrep_pages_of_other_origins_get_the_same_answers() {
    let service = Service::start().await;
    let mut targeted = switch("off");
    targeted["targeting"] = json!({"if": [{"==": [{"var": "plan"}, "team"]}, "on"]});
    put(&service, "a b", &targeted).await;
    let large = format!("{{\"context\":{{\"text\":\"{}\"}}}}", "x".repeat(2 << 20));
    for (path, key, body, expected) in [
        ("/a%20b", SDK, r#"{"context":{"plan":"team"}}"#, 200),
        ("/a%20b", ADMIN, "{}", 400),
        ("/a%20b", SDK, large.as_str(), 413),
        ("/a%20b", "wrong", "{}", 401),
        ("/none", SDK, r#"{"context":{}}"#, 404),
        ("/%FF", SDK, r#"{"context":{}}"#, 400),
        ("/", SDK, r#"{"context":{}}"#, 404),
        ("", SDK, r#"{"context":{}}"#, 200),
        ("?flagConfigEtag=a", SDK, r#"{"context":[]}"#, 400),
        ("s", SDK, r#"{"context":{}}"#, 404),
    ] {
        let path = format!("/ofrep/v1/evaluate/flags{path}");
        let request = || {
            let request = service.request(Method::POST, &path).header("X-API-Key", key);
            request.header("X-Request-Id", "the-same").body(body.to_owned())
        };
        let mut answers = Vec::new();
        for request in [request(), request().header("Origin", "https://example.com")] {
            let response = request.send().await.unwrap();
            let mut headers = response.headers().clone();
            let (status, origin) = (response.status().as_u16(), headers.remove("access-control-allow-origin"));
            headers.remove("access-control-expose-headers");
            headers.remove("date");
            headers.remove("connection");
            answers.push((status, headers, response.text().await.unwrap()));
            assert!(origin.is_some() || answers.len() == 1, "a page may read it");
        }
        assert_eq!(answers[0], answers[1], "{path}");
        assert_eq!(answers[0].0, expected, "{path}: {}", answers[0].2);
    }
}

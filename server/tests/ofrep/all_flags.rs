//! All flags, and the ETag that saves asking again.

use burgee_server::access::ticket::{LIFETIME, Window};
use burgee_server::api::ofrep::etag::Etag;
use burgee_server::log::Scope;
use http::HeaderMap;
use http::header::{ETAG, HeaderValue, IF_NONE_MATCH};
use serde_json::{Value, json};

use crate::support::Service;
use crate::{all, bring, change, put, send, switch};

/// The ETag for a context.
async fn etag(service: &Service, context: &str) -> String {
    let (status, _, response) = send(all(service).body(format!("{{\"context\":{context}}}"))).await;
    assert_eq!(status, 200);
    response.headers()[ETAG].to_str().unwrap().to_owned()
}

/// The status for a context and what a client says that it has.
async fn status(service: &Service, context: &str, known: &str) -> u16 {
    let request = all(service).header(IF_NONE_MATCH, known).body(format!("{{\"context\":{context}}}"));
    let (status, body, response) = send(request).await;
    assert!(response.headers().contains_key(ETAG));
    assert_eq!(status == 304, body.is_null());
    status
}

#[tokio::test]
async fn ofrep_all_flags_are_answered_by_key() {
    let service = Service::start().await;
    for key in ["b", "a", "c"] {
        put(&service, key, &switch(if key == "b" { "off" } else { "on" })).await;
    }
    let mut disabled = switch("on");
    disabled["state"] = json!("DISABLED");
    put(&service, "d", &disabled).await;
    let mut broken = switch("off");
    broken["targeting"] = json!({"no-such-operator": [1]});
    bring(&service, &[("e", broken)]);
    let (status, body, _) = send(all(&service).json(&json!({"context": {"targetingKey": "ada"}}))).await;
    assert_eq!(status, 200);
    let flags = body["flags"].as_array().unwrap();
    let short = |flag: &Value| {
        let member = |name: &str| flag.get(name).map(ToString::to_string).unwrap_or_default();
        format!("{} {} {} {}", member("key"), member("value"), member("reason"), member("errorCode"))
    };
    let expected = [
        r#""a" true "STATIC" "#,
        r#""b" false "STATIC" "#,
        r#""c" true "STATIC" "#,
        r#""d"  "DISABLED" "#,
        r#""e"   "PARSE_ERROR""#,
    ];
    assert_eq!(flags.iter().map(short).collect::<Vec<_>>(), expected);
    assert_eq!(body["metadata"], json!({"flagSetId": "default/production"}));
}

#[tokio::test]
async fn ofrep_no_flags_are_an_empty_list() {
    let service = Service::start().await;
    let (status, body, _) = send(all(&service).json(&json!({"context": {}}))).await;
    assert_eq!((status, &body["flags"]), (200, &json!([])));
}

#[tokio::test]
async fn ofrep_who_has_the_answer_is_told_so() {
    let service = Service::start().await;
    put(&service, "f", &switch("on")).await;
    let context = r#"{"targetingKey":"ada","note":"a \" b"}"#;
    let known = etag(&service, context).await;
    for header in [
        known.clone(),
        format!("W/{known}"),
        format!("\"other\" , {known}"),
        format!("\"other\",W/{known},\"third\""),
        known.trim_matches('"').to_owned(),
        "*".to_owned(),
    ] {
        assert_eq!(status(&service, context, &header).await, 304, "{header}");
    }
    for header in ["\"other\"", "", "\"\"", "-", &known[..known.len() - 2]] {
        assert_eq!(status(&service, context, header).await, 200, "{header}");
    }
    assert_eq!(status(&service, "{ \"targetingKey\" : \"ada\",\n\t\"note\": \"a \\\" b\" }", &known).await, 304);
    for other in [r#"{"targetingKey":"bob"}"#, r#"{"targetingKey":"ada","note":"a \"  b"}"#, "{}"] {
        assert_eq!(status(&service, other, &known).await, 200, "{other}");
    }
}

#[tokio::test]
async fn ofrep_a_change_of_any_flag_changes_the_etag_at_once() {
    let service = Service::start().await;
    put(&service, "f", &switch("on")).await;
    let first = etag(&service, "{}").await;
    change(&service, "f", &switch("off")).await;
    assert_eq!(status(&service, "{}", &first).await, 200);
    let second = etag(&service, "{}").await;
    assert_ne!(first, second);
    put(&service, "g", &switch("on")).await;
    assert_eq!(status(&service, "{}", &second).await, 200);
    bring(&service, &[("h", switch("on"))]);
    let fourth = etag(&service, "{}").await;
    assert_eq!(status(&service, "{}", &fourth).await, 304);
    bring(&service, &[("h", switch("off"))]);
    assert_eq!(status(&service, "{}", &fourth).await, 200);
}

#[tokio::test]
async fn ofrep_flags_that_change_with_the_time_have_another_etag_then() {
    let service = Service::start().await;
    let now = chrono::Utc::now().timestamp();
    let mut timed = switch("off");
    timed["targeting"] = json!({"if": [{"<": [{"var": "$flagd.timestamp"}, now + 2]}, "on"]});
    put(&service, "f", &timed).await;
    let before = etag(&service, "{}").await;
    assert_eq!(status(&service, "{}", &before).await, 304);
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while status(&service, "{}", &before).await == 304 {
        assert!(std::time::Instant::now() < deadline, "the ETag stays the same");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let (_, body, _) = send(all(&service).json(&json!({"context": {}}))).await;
    assert_eq!(body["flags"][0]["value"], json!(false));
}

#[tokio::test]
async fn ofrep_what_a_stream_said_may_come_back_in_the_query() {
    let service = Service::start().await;
    put(&service, "f", &switch("on")).await;
    for query in ["flagConfigEtag=abc&flagConfigLastModified=1771622898", "flagConfigLastModified=2026-02-20T21:28:18Z"]
    {
        let path = format!("/ofrep/v1/evaluate/flags?{query}");
        let request = service.sdk(reqwest::Method::POST, &path).json(&json!({"context": {}}));
        let (status, body, _) = send(request).await;
        assert_eq!((status, &body["flags"][0]["value"]), (200, &json!(true)));
    }
}

/// What a client says that it has.
fn having(etag: &Etag) -> HeaderMap {
    HeaderMap::from_iter([(IF_NONE_MATCH, HeaderValue::from_str(&format!("\"{etag}\"")).unwrap())])
}

#[test]
fn ofrep_304_is_said_only_while_the_ticket_of_the_answer_holds() {
    let at = |seconds: u64| Etag::of("tag", "{}", None, Window::of(seconds));
    let tickets = burgee_server::access::ticket::Tickets::new(&"secret".repeat(8));
    let ticket = |seconds: u64| tickets.shared(&Scope::default(), Window::of(seconds));
    // A time at which tickets change.
    let begin = 1_771_622_850;
    let (client, opens) = (at(begin), ticket(begin));
    for later in [0, 1, LIFETIME / 2 - 1, LIFETIME / 2, LIFETIME - 1, LIFETIME, 86_400] {
        let answer = at(begin + later).known(&having(&client));
        assert_eq!(answer.is_some(), tickets.check(&opens, begin + later).is_ok(), "after {later} seconds");
        assert_eq!(answer.is_some(), later < LIFETIME, "after {later} seconds");
        // The client keeps its ETag, because it keeps the ticket.
        assert!(answer.is_none_or(|answer| answer == client.header()));
    }
    assert_eq!(ticket(begin + LIFETIME / 2 - 1), opens);
    assert_ne!(ticket(begin + LIFETIME / 2), opens);
    assert!(at(begin).known(&having(&at(begin + LIFETIME / 2))).is_none(), "an ETag of the future");
}

#[tokio::test]
async fn ofrep_evaluations_are_counted_and_304_is_none() {
    let service = Service::start().await;
    put(&service, "f", &switch("on")).await;
    for _ in 0..3 {
        crate::evaluate(&service, "f", json!({})).await;
    }
    assert_eq!(crate::evaluate(&service, "unknown", json!({})).await.0, 404);
    let known = etag(&service, "{}").await;
    assert_eq!(status(&service, "{}", &known).await, 304);
    assert_eq!(status(&service, "{}", "\"other\"").await, 200);
    service.app.recorder.flush().await;
    let top = service.app.store.top_flags(&Scope::default(), 0, 10).await.unwrap();
    let counts: Vec<_> = top.iter().map(|flag| (flag.flag_key.as_str(), flag.count)).collect();
    assert_eq!(counts, [("f", 5)]);
}

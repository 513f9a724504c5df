//! Reads: who may, what clients may keep, what is counted, and that each answer is of one version.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use burgee_server::config::Pace;
use reqwest::Method;
use serde_json::{Value, json};

use crate::files::{EXAMPLE, Files, QUICK, text};
use crate::support::{SDK, Service, eventually, json};

/// A file in which all flags are on, or all are off.
fn version(on: bool) -> String {
    let flags: Vec<String> =
        (0..40).map(|flag| format!(r#""flag-{flag}": {{"name": "a flag", "enabled": {on}}}"#)).collect();
    format!(r#"{{"flags": {{{}}}}}"#, flags.join(","))
}

/// What all flags of an answer agree on.
fn verdict(answer: &Value) -> bool {
    let flags = answer["flags"].as_array().unwrap();
    assert_eq!(flags.len(), 40);
    let first = flags[0]["enabled"].as_bool().unwrap();
    assert!(flags.iter().all(|flag| flag["enabled"] == first), "an answer of two versions: {answer}");
    first
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s003_14_each_answer_is_of_one_version_while_files_change() {
    let files = Files::new("flags.json", &version(true));
    let path = files.path.clone();
    let service = Service::with(|config| {
        config.flags = vec![path];
        let (rest, settle) = (Duration::from_millis(1), Duration::ZERO);
        config.watch = Pace { rest, settle, ..QUICK };
    })
    .await;
    let done = Arc::new(AtomicBool::new(false));
    let writer = tokio::task::spawn_blocking({
        let (done, path) = (Arc::clone(&done), files.path.clone());
        move || {
            let mut on = false;
            while !done.load(Ordering::Relaxed) {
                let new = path.with_extension("new");
                std::fs::write(&new, version(on)).unwrap();
                std::fs::rename(&new, &path).unwrap();
                on = !on;
                std::thread::sleep(Duration::from_millis(10));
            }
        }
    });
    let seen = Arc::new([AtomicU64::new(0), AtomicU64::new(0)]);
    let readers: Vec<_> = (0..4)
        .map(|_| {
            let (done, seen) = (Arc::clone(&done), Arc::clone(&seen));
            let request = service.request(Method::GET, "/flags");
            tokio::spawn(async move {
                while !done.load(Ordering::Relaxed) {
                    let (status, answer) = json(request.try_clone().unwrap()).await;
                    assert_eq!(status, 200);
                    seen[usize::from(verdict(&answer))].fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    let seen_often = eventually("both versions are seen", async || {
        let enough = seen.iter().all(|count| count.load(Ordering::Relaxed) >= 20);
        let loads = service.app.sources.board.all()[0].loads;
        (enough && loads >= 50).then_some(loads)
    })
    .await;
    done.store(true, Ordering::Relaxed);
    for reader in readers {
        reader.await.unwrap();
    }
    writer.await.unwrap();
    assert!(seen_often >= 50);
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s003_20_readers_of_many_threads_never_see_flags_that_are_half_replaced() {
    use burgee_server::live::{LiveCell, SourceFlags};
    use burgee_server::log::Scope;
    use burgee_server::source::content::{self, Form};

    let service = Service::start().await;
    let live: Arc<LiveCell> = Arc::clone(&service.app.live);
    let done = AtomicBool::new(false);
    let reads = AtomicU64::new(0);
    let source = |on: bool| SourceFlags {
        name: "the test".into(),
        flags: content::read(&version(on), Form::Json, burgee_server::log::event::now()).unwrap().flags,
        ..SourceFlags::default()
    };
    live.set_source(source(true));
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    let now = live.load_full();
                    let set = now.set(&Scope::default()).unwrap();
                    let all = set.engine.evaluate_all("{}");
                    let on: Vec<bool> = all.answers().map(|answer| answer.value_json() == Some("true")).collect();
                    assert_eq!(on.len(), 40);
                    assert!(on.iter().all(|one| *one == on[0]));
                    // The entries are those of the same version.
                    assert!(set.entries.values().all(|entry| entry.flag.enabled == on[0]));
                    reads.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for turn in 0..400 {
            live.set_source(source(turn % 2 == 1));
        }
        done.store(true, Ordering::Relaxed);
    });
    assert!(reads.load(Ordering::Relaxed) > 0);
    service.stop().await;
}

#[tokio::test]
async fn s003_21_answers_may_be_kept_for_seconds_and_are_asked_for_anew_by_their_tag() {
    let files = Files::new("flags.json", EXAMPLE);
    let service = files.service().await;
    for path in ["/flags?user_id=user_123", "/flags/new_checkout_flow?user_id=user_123"] {
        let first = service.request(Method::GET, path).send().await.unwrap();
        assert_eq!(first.headers()["cache-control"], "private, max-age=3");
        let tag = first.headers()["etag"].to_str().unwrap().to_owned();
        for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".into()] {
            let again = service.request(Method::GET, path).header("If-None-Match", &known).send().await.unwrap();
            assert_eq!((again.status().as_u16(), &again.headers()["etag"]), (304, &tag.parse().unwrap()), "{known}");
            assert_eq!(again.headers()["cache-control"], "private, max-age=3");
            assert!(again.bytes().await.unwrap().is_empty());
        }
        let other = service.request(Method::GET, path).header("If-None-Match", "\"other\"").send().await.unwrap();
        assert_eq!(other.status(), 200);
        let nobody = service.request(Method::GET, path.split('?').next().unwrap()).header("If-None-Match", &tag);
        assert_eq!(nobody.send().await.unwrap().status(), 200, "another user has another answer");
        files.replace(
            &EXAMPLE
                .replace("user_123", "user_124")
                .replace("\"rollout_percentage\": 25", "\"rollout_percentage\": 24"),
        );
        eventually("the tag of before is stale", async || {
            let again = service.request(Method::GET, path).header("If-None-Match", &tag).send().await.unwrap();
            (again.status() == 200).then_some(())
        })
        .await;
        files.replace(EXAMPLE);
        eventually("the tag is good again", async || {
            let again = service.request(Method::GET, path).header("If-None-Match", &tag).send().await.unwrap();
            (again.status() == 304).then_some(())
        })
        .await;
    }
    service.stop().await;
}

#[tokio::test]
async fn s003_21_the_tag_of_flags_that_depend_on_the_time_is_that_of_the_answer() {
    let flag = r#"{"flags": {"late": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
        "targeting": {"if": [{"==": [{"%": [{"var": "$flagd.timestamp"}, 2]}, 0]}, "on", "off"]}}}}"#;
    let service = Files::new("flags.json", flag).service().await;
    let ask = async || {
        let response = service.request(Method::GET, "/flags").send().await.unwrap();
        let tag = response.headers()["etag"].to_str().unwrap().to_owned();
        (tag, response.text().await.unwrap())
    };
    let (tag, body) = ask().await;
    let (other_tag, other_body) =
        eventually("the second changes", async || Some(ask().await).filter(|now| now.1 != body)).await;
    assert_ne!((tag, body), (other_tag, other_body));
    service.stop().await;
}

#[tokio::test]
async fn s003_22_checks_are_counted_by_flag_and_unknown_flags_in_one_place() {
    let key = "counted-by-the-test-of-003-22";
    let flags = format!(r#"{{"flags": {{"{key}": {{"name": "", "enabled": true, "rollout_percentage": 50}}}}}}"#);
    let service = Files::new("flags.json", &flags).service().await;
    for path in [format!("/flags/{key}"), format!("/flags/{key}?user_id=user_789"), "/flags?user_id=user_789".into()] {
        assert_eq!(text(&service, &path).await.0, 200);
    }
    text(&service, "/flags/no-such-flag-of-003-22").await;
    let count = |figures: &str, key: &str, variant: &str| {
        let wanted = [format!("feature_flag_key=\"{key}\""), format!("feature_flag_result_variant=\"{variant}\"")];
        let line = figures.lines().find(|line| {
            line.starts_with("feature_flag_flagd_impression_total{") && wanted.iter().all(|part| line.contains(part))
        });
        line.map_or(0, |line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap())
    };
    // They come to the figures within a second.
    let figures = eventually("all checks are among the figures", async || {
        let (_, figures) = text(&service, "/metrics").await;
        (count(&figures, key, "rollout") + count(&figures, key, "rollout_excluded") >= 3).then_some(figures)
    })
    .await;
    assert_eq!((count(&figures, key, "rollout"), count(&figures, key, "rollout_excluded")), (2, 1));
    assert!(count(&figures, "__unknown__", "") >= 1);
    assert!(!figures.contains("no-such-flag-of-003-22"));
    assert!(figures.lines().any(|line| line.starts_with("feature_flag_flagd_result_reason_total{")));
    // And which flags are asked most is a list.
    service.app.recorder.flush().await;
    let (status, top) = json(service.admin(Method::GET, "/api/projects/default/evaluations/top")).await;
    assert_eq!((status, top[0]["flag_key"].as_str()), (200, Some(key)), "{top}");
    service.stop().await;
}

#[tokio::test]
async fn reads_are_open_unless_set_up_otherwise_and_a_wrong_key_is_always_refused() {
    let files = Files::new("flags.json", EXAMPLE);
    let open = files.service().await;
    assert_eq!(text(&open, "/flags").await.0, 200);
    assert_eq!(open.sdk(Method::GET, "/flags").send().await.unwrap().status(), 200);
    assert_eq!(open.admin(Method::GET, "/flags/dark_mode").send().await.unwrap().status(), 200);
    let wrong = open.request(Method::GET, "/flags").header("X-API-Key", "wrong").send().await.unwrap();
    assert_eq!(wrong.status(), 401);
    open.stop().await;
    let path = files.path.clone();
    let closed = Service::with(|config| {
        config.flags = vec![path];
        config.public_reads = false;
    })
    .await;
    let (status, body) = json(closed.request(Method::GET, "/flags/dark_mode")).await;
    assert_eq!((status, &body["error"]), (401, &json!("unauthorized")));
    let bearer = closed.request(Method::GET, "/flags/dark_mode").header("Authorization", format!("Bearer {SDK}"));
    assert_eq!(json(bearer).await, (200, json!({"flag": "dark_mode", "enabled": true})));
    assert_eq!(closed.admin(Method::GET, "/flags").send().await.unwrap().status(), 200);
    closed.stop().await;
}

#[tokio::test]
async fn a_query_that_cannot_be_read_is_a_bad_request() {
    let service = Files::new("flags.json", EXAMPLE).service().await;
    let (status, body) = json(service.request(Method::GET, "/flags?user_id=a&user_id=b")).await;
    assert_eq!((status, &body["error"]), (400, &json!("validation_error")), "{body}");
    service.stop().await;
}

#[tokio::test]
async fn a_flag_with_other_values_is_on_for_whom_it_has_one() {
    let flags = r#"{"flags": {
        "colour": {"state": "ENABLED", "variants": {"red": "f00", "blue": "00f"}, "defaultVariant": "red"},
        "nothing": {"state": "ENABLED", "variants": {"red": "f00"}, "defaultVariant": null},
        "disabled": {"state": "DISABLED", "variants": {"red": "f00"}, "defaultVariant": "red"},
        "off": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off"}}}"#;
    let service = Files::new("flags.json", flags).service().await;
    let expected = r#"{"flags":[{"flag":"colour","enabled":true},{"flag":"disabled","enabled":false},{"flag":"nothing","enabled":false},{"flag":"off","enabled":false}]}"#;
    assert_eq!(text(&service, "/flags").await, (200, expected.into()));
    service.stop().await;
}

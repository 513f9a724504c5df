//! Files that cannot be read, are broken, or go away.

use reqwest::Method;
use serde_json::json;

use burgee_server::source::Condition;
use burgee_server::{App, Config};

use crate::files::{EXAMPLE, Files, QUICK, is_on, one, ready, status, text, write};
use crate::support::{ADMIN, Service, eventually, json};

fn config(files: &Files, data: &tempfile::TempDir) -> Config {
    Config {
        data: data.path().join("data"),
        flags: vec![files.path.clone()],
        watch: QUICK,
        port: 0,
        admin_key: Some(ADMIN.into()),
        ..Config::default()
    }
}

#[tokio::test]
async fn s003_18_the_first_start_fails_without_a_readable_file() {
    for broken in [None, Some("{"), Some(r#"{"flags": []"#), Some("flags: [")] {
        let (files, data) = (Files::new("flags.json", broken.unwrap_or("")), tempfile::tempdir().unwrap());
        if broken.is_none() {
            std::fs::remove_file(&files.path).unwrap();
        }
        let error = App::open(config(&files, &data)).await.err().expect("no start without flags");
        let path = files.path.display().to_string();
        assert!(error.message().contains(&path), "{error} names the file");
    }
    // A folder is no file.
    let (files, data) = (Files::new("flags.json", EXAMPLE), tempfile::tempdir().unwrap());
    let folder = Config { flags: vec![files.folder.path().to_owned()], ..config(&files, &data) };
    assert!(App::open(folder).await.err().unwrap().message().ends_with("it is no file"));
}

#[tokio::test]
async fn s003_18_told_otherwise_it_starts_and_is_not_ready_until_the_file_is_there() {
    let (files, data) = (Files::new("flags.json", EXAMPLE), tempfile::tempdir().unwrap());
    std::fs::remove_file(&files.path).unwrap();
    let path = files.path.clone();
    let service = Service::on(data, |config| {
        config.flags = vec![path];
        config.flags_optional = true;
        config.watch = QUICK;
        config.flag_variables = vec![("FLAG_DARK_MODE".into(), "false".into())];
    })
    .await;
    let (code, body) = ready(&service).await;
    assert_eq!((code, &body["status"]), (503, &json!("unready")));
    assert!(body["reasons"][0].as_str().unwrap().ends_with("cannot be read: there is no such file"), "{body}");
    assert_eq!(text(&service, "/health").await.0, 200, "it lives all the same");
    write(&files.path, EXAMPLE);
    eventually("it is ready", async || (ready(&service).await.0 == 200).then_some(())).await;
    // The file came later, and has its place below the variables all the same.
    assert!(!is_on(&service, "dark_mode").await);
    let (_, all) = json(service.request(Method::GET, "/flags")).await;
    assert_eq!(all["flags"].as_array().unwrap().len(), 3);
    service.stop().await;
}

#[tokio::test]
async fn s003_23_a_file_that_is_refused_leaves_the_old_flags_and_says_so() {
    let files = Files::new("flags.json", EXAMPLE);
    let service = files.service().await;
    for (broken, reason) in [
        ("{", "is refused"),
        ("", "is refused"),
        (r#"{"flags": {"f": {"enabled": true}}}"#, "`name` is missing"),
        (r#"{"flags": {"f": {"name": "f"}}}"#, "`enabled` is missing"),
        (r#"{"flags": {"f": {"name": "f", "enabled": "yes"}}}"#, "`enabled` must be true or false"),
        (
            r#"{"flags": {"f": {"name": "f", "enabled": true, "rollout_percentage": 101}}}"#,
            "from 0 to 100 or null, not `101`",
        ),
        (r#"{"flags": {"f": {"state": "ENABLED", "variants": {"a": 1}, "defaultVariant": "b"}}}"#, "`b`"),
        (r#"{"flag": {}}"#, "a flag file needs `flags`"),
    ] {
        files.replace(broken);
        let found = eventually(broken, async || status(&service).reason.filter(|found| found.contains(reason))).await;
        assert!(found.contains(files.path.to_str().unwrap()), "{found}");
        let (code, body) = ready(&service).await;
        assert_eq!((code, &body["status"], &body["reasons"][0]), (200, &json!("degraded"), &json!(found)));
        assert_eq!(body["sources"][0]["condition"], "stale");
        assert!(is_on(&service, "dark_mode").await, "the old flags stay");
        let (_, figures) = text(&service, "/metrics").await;
        let stale = |line: &&str| {
            line.starts_with("source_state{")
                && line.contains(files.path.to_str().unwrap())
                && line.contains("\"stale\"")
        };
        assert!(figures.lines().find(stale).unwrap().ends_with(" 1"), "{figures}");
    }
    files.replace(&EXAMPLE.replace("true", "false"));
    eventually("a good file is taken", async || (!is_on(&service, "dark_mode").await).then_some(())).await;
    let (code, body) = ready(&service).await;
    assert_eq!((code, &body["status"], &body["reasons"]), (200, &json!("ready"), &json!([])));
    assert_eq!(status(&service).loads, 2, "nothing of what was refused was loaded");
    service.stop().await;
}

#[tokio::test]
async fn s003_24_what_was_good_last_serves_on_and_at_the_next_start() {
    let files = Files::new("flags.json", EXAMPLE);
    let service = files.service().await;
    files.replace(&one("only", true));
    eventually("the new file is in force", async || is_on(&service, "only").await.then_some(())).await;
    files.replace("{ broken");
    eventually("the file is refused", async || status(&service).reason).await;
    assert!(is_on(&service, "only").await);
    let data = service.stop().await;
    // Broken at the start.
    let service = files.service_on(data).await;
    assert!(is_on(&service, "only").await);
    assert_eq!(status(&service).condition, Condition::Stale);
    assert_eq!(ready(&service).await.1["status"], "degraded");
    let data = service.stop().await;
    // Missing at the start, and good later.
    std::fs::remove_file(&files.path).unwrap();
    let service = files.service_on(data).await;
    assert!(is_on(&service, "only").await);
    write(&files.path, &one("only", true));
    eventually("the file is back", async || (status(&service).condition == Condition::Ready).then_some(())).await;
    files.replace(&one("only", false));
    eventually("and followed", async || (!is_on(&service, "only").await).then_some(())).await;
    let data = service.stop().await;
    // Another file has no copy.
    let other = Files::new("flags.json", "{");
    let error = App::open(Config { data: data.path().join("data"), ..config(&other, &data) }).await.err();
    assert!(error.is_some());
}

#[tokio::test]
async fn s003_24_a_copy_that_is_broken_too_is_no_start() {
    let files = Files::new("flags.json", EXAMPLE);
    let data = files.service().await.stop().await;
    let copies = data.path().join("data").join(burgee_server::source::file::COPIES);
    for copy in std::fs::read_dir(copies).unwrap() {
        std::fs::write(copy.unwrap().path(), "{").unwrap();
    }
    write(&files.path, "{");
    let error = App::open(Config { data: data.path().join("data"), ..config(&files, &data) }).await.err();
    assert!(error.is_some());
}

#[tokio::test]
async fn flags_of_a_file_are_read_only_elsewhere_and_the_answer_names_the_file() {
    use burgee_server::access::Principal;
    use burgee_server::error::Kind;
    use burgee_server::flags::Change;
    use burgee_server::log::Scope;
    use burgee_server::manage::{self, Act};

    let files = Files::new("flags.json", EXAMPLE);
    let service = files.service().await;
    let act = Act {
        principal: Principal::Admin { key: "test".into(), project: None },
        request_id: String::new(),
        scope: Scope::default(),
    };
    let change = Change { enabled: Some(false), ..Change::of("dark_mode") };
    let created = manage::create(&service.app, &act, change.clone()).await.unwrap_err();
    let updated = manage::update(&service.app, &act, "dark_mode", None, move |_| Ok(change.clone())).await.unwrap_err();
    let deleted = manage::delete(&service.app, &act, "dark_mode", None).await.unwrap_err();
    for error in [created, updated, deleted] {
        assert_eq!((error.kind(), error.kind().status().as_u16()), (Kind::ReadOnly, 409));
        assert!(error.message().contains(files.path.to_str().unwrap()), "{error}");
    }
    // Others can be made.
    manage::create(&service.app, &act, Change { enabled_by_default: Some(true), ..Change::of("own") }).await.unwrap();
    assert!(is_on(&service, "own").await);
    assert!(is_on(&service, "dark_mode").await);
    service.stop().await;
}

#[tokio::test]
async fn streams_hear_which_flags_of_a_file_changed() {
    let files = Files::new("flags.json", EXAMPLE);
    let service = files.service().await;
    let mut stream = service.sdk(Method::GET, "/flags/stream").send().await.unwrap();
    assert_eq!(stream.status(), 200);
    let changed = r#"{"flags": {
        "dark_mode": {"name": "dark_mode", "enabled": false},
        "experimental_search": {"name": "experimental_search", "enabled": false, "rollout_percentage": null},
        "new_one": {"name": "new one", "enabled": true}}}"#;
    files.replace(changed);
    let (mut text, mut events) = (String::new(), std::collections::BTreeMap::new());
    while events.len() < 3 {
        let chunk = tokio::time::timeout(std::time::Duration::from_secs(30), stream.chunk()).await.unwrap();
        text.push_str(std::str::from_utf8(&chunk.unwrap().unwrap()).unwrap());
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        for data in whole.lines().filter_map(|line| line.strip_prefix("data: ")) {
            let event: serde_json::Value = serde_json::from_str(data).unwrap();
            let key = event["flag_id"].as_str().unwrap().to_owned();
            events.insert(key, (event["event_type"].as_str().unwrap().to_owned(), event["version"].as_u64().unwrap()));
        }
    }
    let expected =
        [("dark_mode", "FlagUpdated", 2), ("new_checkout_flow", "FlagDeleted", 2), ("new_one", "FlagCreated", 1)];
    let expected = expected.map(|(key, kind, version)| (key.to_owned(), (kind.to_owned(), version)));
    assert_eq!(events, expected.into(), "{text}");
    drop(stream);
    service.stop().await;
}

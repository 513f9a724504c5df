//! Who gets a flag.

use burgee_server::flags::bucket::{fnv1a32, poly31};
use reqwest::Method;
use serde_json::{Value, json};

use crate::admin::{checkout, create};
use crate::support::{Service, evaluate, json};

/// `fnv1a("flagKey:userId") % 100`, as the document's server and client compute it.
#[test]
fn s004_13_the_documents_vectors() {
    for (user, bucket) in [("user-1", 86), ("user-2", 67), ("user-3", 48), ("user-42", 73), ("user-7", 72)] {
        assert_eq!(fnv1a32("new-checkout-flow", user), bucket, "{user}");
    }
}

/// The bytes of UTF-8 are hashed, not the units of UTF-16, which would come to 57, 66 and 46.
#[test]
fn s004_15_other_letters_are_hashed_as_utf_8() {
    for (user, bucket) in [("jürgen", 56), ("日本", 19), ("😀", 18)] {
        assert_eq!(fnv1a32("new-checkout-flow", user), bucket, "{user}");
    }
}

/// What a client computes from `/api/client/flags`, by the document's text.
fn client_side(flag: &Value, user: &str) -> bool {
    let targeted = || flag["targeted_users"].as_array().unwrap().iter().any(|known| known == user);
    let hashed = || {
        let key = flag["key"].as_str().unwrap();
        let mut hash: u32 = 2_166_136_261;
        for byte in format!("{key}:{user}").into_bytes() {
            hash = (hash ^ u32::from(byte)).wrapping_mul(16_777_619);
        }
        u64::from(hash % 100) < flag["rollout_percentage"].as_u64().unwrap()
    };
    flag["enabled"] == true && (targeted() || hashed())
}

fn server_side(service: &Service, flag: &str, user: &str) -> bool {
    let answer = evaluate(&service.app, flag, user, json!({}));
    // A flag that is off answers with what the caller has as its default, which is false.
    answer["value"].as_bool().unwrap_or(false)
}

#[tokio::test]
async fn s004_15_client_and_server_agree_on_everybody() {
    let service = Service::start().await;
    create(&service, &checkout()).await;
    create(&service, &json!({"key": "off", "rollout_percentage": 50, "targeted_users": ["user-1"]})).await;
    create(&service, &json!({"key": "all", "enabled": true, "rollout_percentage": 100})).await;
    create(&service, &json!({"key": "nobody", "enabled": true})).await;
    create(
        &service,
        &json!({"key": "half", "enabled": true, "rollout_percentage": 50, "targeted_users": ["日本", "Ω"]}),
    )
    .await;
    let users: Vec<String> = (0..400).map(|number| format!("user-{number}")).collect();
    let odd =
        ["", "jürgen", "日本", "Ω", "😀", "a:b", "user 1", "\u{0}", "𝔘𝔫𝔦", "x".repeat(300).as_str()].map(str::to_owned);
    let (_, answer) = json(service.sdk(Method::GET, "/api/client/flags")).await;
    for flag in answer["flags"].as_array().unwrap() {
        for user in users.iter().chain(&odd) {
            let key = flag["key"].as_str().unwrap();
            assert_eq!(server_side(&service, key, user), client_side(flag, user), "{key} for {user:?}");
        }
    }
    service.stop().await;
}

#[tokio::test]
async fn s004_12_off_comes_first_then_users_then_the_percentage() {
    let service = Service::start().await;
    create(&service, &checkout()).await;
    let asked = |user: &str| evaluate(&service.app, "new-checkout-flow", user, json!({}));
    // user-1 has the bucket 86 and is targeted; user-2 has 67; of the first hundred, user-19 has one below 25.
    let inside =
        (0..100).map(|number| format!("user-{number}")).find(|user| fnv1a32("new-checkout-flow", user) < 25).unwrap();
    assert_eq!((&asked("user-1")["value"], &asked("user-1")["variant"]), (&json!(true), &json!("rule_match")));
    assert_eq!((&asked("user-2")["value"], &asked("user-2")["variant"]), (&json!(false), &json!("rollout_excluded")));
    assert_eq!((&asked(&inside)["value"], &asked(&inside)["variant"]), (&json!(true), &json!("rollout")));
    json(service.admin(Method::PATCH, "/api/admin/flags/new-checkout-flow/toggle")).await;
    for user in ["user-1", "user-2", &inside] {
        assert!(!server_side(&service, "new-checkout-flow", user), "{user}");
        assert_eq!(asked(user)["reason"], "DISABLED");
    }
    service.stop().await;
}

#[tokio::test]
async fn s004_14_a_larger_percentage_only_adds_users() {
    let service = Service::start().await;
    let body = json!({"key": "grows", "enabled": true, "rollout_percentage": 0});
    create(&service, &body).await;
    let users: Vec<String> = (0..1000).map(|number| format!("user-{}", number * 7919)).collect();
    let mut before = vec![false; users.len()];
    for percentage in [0, 1, 10, 25, 50, 75, 99, 100] {
        let put = service.admin(Method::PUT, "/api/admin/flags/grows").json(&json!({"rollout_percentage": percentage}));
        assert_eq!(json(put).await.0, 200);
        let now: Vec<bool> = users.iter().map(|user| server_side(&service, "grows", user)).collect();
        // The same user, the same answer.
        assert!(users.iter().zip(&now).all(|(user, now)| server_side(&service, "grows", user) == *now));
        assert!(before.iter().zip(&now).all(|(before, now)| *now || !before), "{percentage}");
        let count = now.iter().filter(|now| **now).count();
        assert!(count.abs_diff(percentage * 10) < 50, "{count} of 1000 at {percentage} %");
        before = now;
    }
    service.stop().await;
}

/// The page for whoever wants to check it computes as the service does.
#[tokio::test]
async fn s004_30_the_page_of_hashes_has_true_vectors() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/service/hashing.md")).unwrap();
    let (_, table) = page.split_once("|---|---|---|---|\n").unwrap();
    let service = Service::start().await;
    let body = json!({"flag_id": "new-checkout-flow", "rollout_percentage": 0});
    assert_eq!(json(service.admin(Method::POST, "/flags").json(&body)).await.0, 201);
    let mut rows: Vec<(String, [u8; 3])> = Vec::new();
    for line in table.lines() {
        let cells: Vec<&str> = line.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        let [_, user, murmur3, fnv, poly, _] = cells[..] else { panic!("{line}") };
        rows.push((user.to_owned(), [murmur3, fnv, poly].map(|cell| cell.parse().unwrap())));
    }
    assert!(rows.len() > 10, "{rows:?}");
    for (user, [_, fnv, poly]) in &rows {
        assert_eq!((fnv1a32("new-checkout-flow", user), poly31(Some(user))), (*fnv, *poly), "{user}");
    }
    // A user is out at the percentage that is their bucket, and in at the next one.
    rows.sort_by_key(|(_, [murmur3, ..])| *murmur3);
    for (user, [bucket, ..]) in &rows {
        for (percentage, expected) in [(*bucket, false), (*bucket + 1, true)] {
            let patch = json!({"rollout_percentage": percentage});
            json(service.admin(Method::PATCH, "/flags/new-checkout-flow").json(&patch)).await;
            assert_eq!(server_side(&service, "new-checkout-flow", user), expected, "{user} at {percentage} %");
        }
    }
    service.stop().await;
}

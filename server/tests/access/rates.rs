//! How often one may ask, and which address counts.

use std::net::IpAddr;
use std::num::NonZeroU32;

use burgee_server::access::address::client;
use burgee_server::access::rate::{Class, RateLimits};
use burgee_server::config::Rates;
use burgee_server::error::Kind;
use http::HeaderMap;
use reqwest::Method;
use serde_json::{Value, json as object};

use crate::support::{ADMIN, Service, json};

fn log_in(service: &Service) -> reqwest::RequestBuilder {
    service.request(Method::POST, "/auth/login").json(&object!({"email": "a@example.com", "password": "12345678"}))
}

#[tokio::test]
async fn s000_43_the_request_after_the_last_allowed_one_is_refused_with_the_time_to_wait() {
    let service = Service::with(|config| config.rates = Rates::default()).await;
    for count in 1..=10 {
        assert_eq!(json(log_in(&service)).await.0, 401, "request {count}");
    }
    let refused = log_in(&service).send().await.unwrap();
    assert_eq!(refused.status(), 429);
    let wait: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=7).contains(&wait), "{wait}");
    assert_eq!(refused.json::<Value>().await.unwrap()["error"], "rate_limited");
    // What a client says of its address does not help.
    for header in ["X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP"] {
        let (status, _) = json(log_in(&service).header(header, "203.0.113.9")).await;
        assert_eq!(status, 429, "{header}");
    }
    assert_eq!(json(service.request(Method::GET, "/health")).await.0, 200);
    service.stop().await;
}

#[tokio::test]
async fn s000_43_behind_a_trusted_proxy_each_client_has_a_count_of_its_own() {
    let trust = |config: &mut burgee_server::Config| {
        config.rates = Rates { auth_per_minute: NonZeroU32::new(1), ..Rates::NONE };
        config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    };
    let service = Service::with(trust).await;
    let from = |forwarded: &'static str| json(log_in(&service).header("X-Forwarded-For", forwarded));
    assert_eq!(from("203.0.113.1").await.0, 401);
    assert_eq!(from("203.0.113.1").await.0, 429);
    assert_eq!(from("203.0.113.2").await.0, 401);
    assert_eq!(from("198.51.100.7, 203.0.113.2").await.0, 429, "what the client itself wrote does not count");
    service.stop().await;
}

#[tokio::test]
async fn s000_43_management_is_counted_by_key_and_wrong_keys_by_address() {
    let limit = |config: &mut burgee_server::Config| {
        config.rates = Rates { management_per_minute: NonZeroU32::new(3), ..Rates::NONE };
    };
    let service = Service::with(limit).await;
    let with = |key: &'static str| json(service.request(Method::GET, "/api/projects").header("X-Admin-API-Key", key));
    for _ in 0..3 {
        assert_eq!(with(ADMIN).await.0, 200);
        assert_eq!(with("guess").await.0, 401);
    }
    assert_eq!(with(ADMIN).await.0, 429);
    assert_eq!(with("another guess").await.0, 429);
    service.stop().await;
}

#[test]
fn memory_of_callers_has_a_bound_and_idle_ones_are_forgotten() {
    let rates = RateLimits::new(&Rates { evaluations_per_second: NonZeroU32::new(1000), ..Rates::NONE });
    for number in 0..100_000u32 {
        let address = IpAddr::from(number.to_be_bytes());
        let _ = rates.check_address(Class::Evaluation, Some(address));
    }
    assert!(rates.len() <= 65_537, "{}", rates.len());
    std::thread::sleep(std::time::Duration::from_millis(1100));
    rates.forget_idle();
    assert!(rates.is_empty(), "{}", rates.len());
}

#[test]
fn one_network_of_ipv6_is_one_caller() {
    let rates = RateLimits::new(&Rates { auth_per_minute: NonZeroU32::new(1), ..Rates::NONE });
    let check =
        |address: &str| rates.check_address(Class::Auth, Some(address.parse().unwrap())).map_err(|error| error.kind());
    assert_eq!(check("2001:db8:1:2::1"), Ok(()));
    assert_eq!(check("2001:db8:1:2:ffff::9"), Err(Kind::TooMany));
    assert_eq!(check("2001:db8:1:3::1"), Ok(()));
}

#[test]
fn the_clients_address_is_the_last_hop_that_no_trusted_proxy_has() {
    let trusted = ["10.0.0.0/8".parse().unwrap(), "2001:db8::/32".parse().unwrap()];
    let found = |peer: &str, lines: &[&str]| {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        client(peer.parse().unwrap(), &headers, &trusted).to_string()
    };
    for (peer, lines, expected) in [
        ("203.0.113.5", &["198.51.100.1"][..], "203.0.113.5"),
        ("10.0.0.1", &[], "10.0.0.1"),
        ("10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", &["1.2.3.4, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", &["198.51.100.1, 10.0.0.2,10.0.0.3"], "198.51.100.1"),
        ("10.0.0.1", &["1.2.3.4", "198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", &["198.51.100.1:4711"], "198.51.100.1"),
        ("10.0.0.1", &["[2001:4860::1]:443"], "2001:4860::1"),
        ("2001:db8::1", &["2001:4860::1"], "2001:4860::1"),
        ("::ffff:10.0.0.1", &["::ffff:198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", &["198.51.100.1, unknown, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", &["198.51.100.1, <script>"], "10.0.0.1"),
        ("10.0.0.1", &[""], "10.0.0.1"),
        ("10.0.0.1", &["10.0.0.9, 10.0.0.8"], "10.0.0.9"),
    ] {
        assert_eq!(found(peer, lines), expected, "{peer} {lines:?}");
    }
}

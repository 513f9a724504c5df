//! Tokens and tickets: which are accepted, and which are not.

use burgee_server::access::ticket::Tickets;
use burgee_server::access::token::{Claims, LIFETIME, Tokens};
use burgee_server::access::users;
use burgee_server::error::Kind;
use burgee_server::log::Scope;
use serde_json::{Value, json as object};
use sha2::{Digest, Sha256};

use crate::support::Service;
use crate::users::{EMAIL, PASSWORD};

const NOW: u64 = 1_800_000_000;
const SECRET: &str = "an older secret of the tests, long enough";
const NEWER: &str = "a newer secret of the tests, long enough";

fn base64url(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().chain([0, 0].iter()).take(3).fold(0u32, |word, byte| word << 8 | u32::from(*byte));
        for place in 0..=chunk.len() {
            text.push(char::from(LETTERS[(word >> (18 - 6 * place) & 63) as usize]));
        }
    }
    text
}

fn from_base64url(text: &str) -> Value {
    let engine = |letter: u8| match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'-' => 62,
        _ => 63,
    };
    let bits: String = text.bytes().map(|letter| format!("{:06b}", engine(letter))).collect();
    let bytes: Vec<u8> = bits
        .as_bytes()
        .chunks_exact(8)
        .map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap())
        .collect();
    serde_json::from_slice(&bytes).unwrap()
}

/// HMAC by its definition (RFC 2104), so that tokens are not checked by what made them.
fn hmac(secret: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = [0u8; 64];
    if secret.len() > 64 {
        block[..32].copy_from_slice(&Sha256::digest(secret));
    } else {
        block[..secret.len()].copy_from_slice(secret);
    }
    let inner = Sha256::digest([block.map(|byte| byte ^ 0x36).as_slice(), message].concat());
    Sha256::digest([block.map(|byte| byte ^ 0x5c).as_slice(), &inner].concat()).to_vec()
}

fn token(header: &Value, claims: &Value, secret: &str) -> String {
    let head = format!("{}.{}", base64url(header.to_string().as_bytes()), base64url(claims.to_string().as_bytes()));
    let signature = base64url(&hmac(secret.as_bytes(), head.as_bytes()));
    format!("{head}.{signature}")
}

fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
}

fn claims(user: &str, from: u64, to: u64) -> Value {
    object!({"sub": user, "iat": from, "exp": to, "jti": "1"})
}

#[test]
fn s001_39_a_token_is_valid_for_24_hours() {
    let tokens = Tokens::new(SECRET, None);
    let (issued, at) = (tokens.issue("ada", now()).unwrap(), now());
    let parts: Vec<&str> = issued.split('.').collect();
    let (header, claims) = (from_base64url(parts[0]), from_base64url(parts[1]));
    assert_eq!((&header["alg"], &header["typ"]), (&object!("HS256"), &object!("JWT")));
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 86400);
    assert!(at - claims["iat"].as_u64().unwrap() <= 1);
    assert_eq!(claims["sub"], "ada");
    let Claims { sub, jti, .. } = tokens.check(&issued).unwrap();
    assert_eq!(sub, "ada");
    assert_ne!(jti, tokens.check(&tokens.issue("ada", at).unwrap()).unwrap().jti, "each has an id of its own");
    assert!(tokens.check(&tokens.issue("ada", at - LIFETIME + 60).unwrap()).is_ok());
    let expired = tokens.check(&tokens.issue("ada", at - LIFETIME).unwrap()).unwrap_err();
    assert_eq!((expired.kind(), expired.message().contains("expired")), (Kind::Unauthorized, true));
}

#[test]
fn s001_39_tokens_of_other_algorithms_secrets_and_forms_are_not_accepted() {
    let tokens = Tokens::new(SECRET, None);
    let (from, to) = (now(), now() + 60);
    let header = object!({"alg": "HS256", "typ": "JWT"});
    let good = token(&header, &claims("ada", from, to), SECRET);
    assert_eq!(tokens.check(&good).unwrap().sub, "ada", "the forger of this test knows the form");

    let parts: Vec<&str> = good.split('.').collect();
    let other = base64url(claims("eve", from, to).to_string().as_bytes());
    let none = base64url(br#"{"alg":"none","typ":"JWT"}"#);
    let bad = [
        token(&header, &claims("ada", from, to), NEWER),
        token(&object!({"alg": "HS256", "kid": "00000000"}), &claims("ada", from, to), SECRET),
        token(&object!({"alg": "HS384"}), &claims("ada", from, to), SECRET),
        token(&object!({"alg": "HS512"}), &claims("ada", from, to), SECRET),
        token(&object!({"alg": "RS256"}), &claims("ada", from, to), SECRET),
        token(&object!({"alg": "none"}), &claims("ada", from, to), SECRET),
        token(&object!({"alg": "NONE"}), &claims("ada", from, to), SECRET),
        token(&object!({"typ": "JWT"}), &claims("ada", from, to), SECRET),
        token(&header, &claims("ada", from - 100, from - 1), SECRET),
        token(&header, &object!({"sub": "ada", "iat": from, "jti": "1"}), SECRET),
        token(&header, &object!({"iat": from, "exp": to, "jti": "1"}), SECRET),
        token(&header, &object!({"sub": "ada", "iat": from, "exp": "soon", "jti": "1"}), SECRET),
        token(&header, &object!("ada"), SECRET),
        format!("{none}.{}.", parts[1]),
        format!("{none}.{}.{}", parts[1], parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{other}.{}", parts[0], parts[2]),
        format!("{good}A"),
        good[..good.len() - 2].to_owned(),
        "..".into(),
        "a.b.c".into(),
    ];
    for bad in &bad {
        let refused = tokens.check(bad).unwrap_err();
        assert_eq!(refused.kind(), Kind::Unauthorized, "{bad}");
    }
}

#[test]
fn s001_39_two_secrets_are_accepted_while_one_follows_the_other() {
    let (older, newer) = (Tokens::new(SECRET, None), Tokens::new(NEWER, Some(SECRET)));
    let (of_older, of_newer) = (older.issue("ada", now()).unwrap(), newer.issue("ada", now()).unwrap());
    assert!(newer.check(&of_older).is_ok() && newer.check(&of_newer).is_ok());
    assert!(older.check(&of_newer).is_err());
    assert!(Tokens::new(NEWER, None).check(&of_older).is_err());
}

#[tokio::test]
async fn s001_39_tokens_of_users_who_are_gone_or_have_a_newer_password_are_not_accepted() {
    let service = Service::start().await;
    let app = &service.app;
    let add = || users::add(app.store.as_ref(), &app.passwords, EMAIL, PASSWORD, false);
    let user = add().await.unwrap();
    let token = users::log_in(app, EMAIL, PASSWORD).await.unwrap();
    assert_eq!(users::of_token(app, &token).await.unwrap(), user);
    let earlier = app.tokens.issue(&user.id, now() - 10).unwrap();
    assert_eq!(users::of_token(app, &earlier).await.unwrap_err().kind(), Kind::Unauthorized);
    users::reset(app.store.as_ref(), &app.passwords, EMAIL, "another password").await.unwrap();
    assert!(users::log_in(app, EMAIL, PASSWORD).await.is_err());
    let token = users::log_in(app, EMAIL, "another password").await.unwrap();
    assert!(users::of_token(app, &token).await.is_ok());
    assert!(app.store.delete_user(&user.id).await.unwrap());
    assert_eq!(users::of_token(app, &token).await.unwrap_err().kind(), Kind::Unauthorized);
    service.stop().await;
}

#[test]
fn a_ticket_opens_streams_of_its_environment_for_five_minutes() {
    let tickets = Tickets::new(SECRET);
    let scope = Scope::new("a project", "staging");
    let ticket = tickets.issue(&scope, NOW);
    assert!(ticket.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.'), "fit for an address: {ticket}");
    assert_eq!(tickets.check(&ticket, NOW + 299).unwrap(), scope);
    assert_eq!(tickets.check(&ticket, NOW + 300).unwrap_err().kind(), Kind::Unauthorized);
    assert!(Tickets::new(NEWER).check(&ticket, NOW).is_err());
    let parts: Vec<&str> = ticket.split('.').collect();
    let longer = format!("{}.{}.{}", parts[0], NOW + 9999, parts[2]);
    let elsewhere = tickets.issue(&Scope::new("a project", "production"), NOW);
    let swapped = format!("{}.{}.{}", elsewhere.split('.').next().unwrap(), parts[1], parts[2]);
    for bad in
        [longer, swapped, format!("{ticket}0"), ticket[..ticket.len() - 1].to_owned(), String::new(), "..".into()]
    {
        assert_eq!(tickets.check(&bad, NOW).unwrap_err().kind(), Kind::Unauthorized, "{bad}");
    }
}

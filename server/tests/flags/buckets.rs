//! The documents' ways to spread users.

use burgee_server::flags::bucket::{fnv1a32, poly31};
use burgee_server::flags::{Bucketing, Change};
use proptest::prelude::*;

use crate::probe::{ask_user, flag, of_003, of_004};

#[test]
fn s003_07_users_have_the_documents_buckets() {
    for (user, bucket) in [("user_789", 40), ("user_123", 82), ("user_456", 61), ("", 0), ("日本", 54)] {
        assert_eq!(poly31(Some(user)), bucket, "{user}");
    }
    // Sixty-four bits overflow.
    assert_eq!(poly31(Some(&"x".repeat(50))), 12);
    for user in ["user_789", "user_123", "user_456"] {
        assert!(!ask_user(&of_003(true, Some(25), &[]), user).0, "{user}");
    }
}

#[test]
fn s003_08_nobody_has_the_bucket_50() {
    assert_eq!(poly31(None), 50);
    let nobody =
        |percentage| crate::probe::ask(&of_003(true, Some(percentage), &[]), burgee_server::flags::Person::default()).0;
    assert_eq!((nobody(50), nobody(51)), (false, true));
}

#[test]
fn s004_13_users_have_the_documents_buckets() {
    let key = "new-checkout-flow";
    for (user, bucket) in [("user-1", 86), ("user-2", 67), ("user-3", 48), ("user-42", 73), ("user-7", 72)] {
        assert_eq!(fnv1a32(key, user), bucket, "{user}");
        // The definition compares with just that bucket.
        assert!(!ask_user(&of_004(key, true, bucket, &[]), user).0, "{user} at {bucket} %");
        assert!(ask_user(&of_004(key, true, bucket + 1, &[]), user).0, "{user} at {} %", bucket + 1);
    }
}

#[test]
fn s004_15_users_are_spread_by_the_bytes_of_their_names() {
    for (user, bucket) in [("jürgen", 56), ("日本", 19), ("😀", 18)] {
        assert_eq!(fnv1a32("new-checkout-flow", user), bucket, "{user}");
    }
}

#[test]
fn keys_with_dots_have_buckets_of_their_own() {
    for key in ["a.b", "a..b", ".", "a", "größe.x", "a%2Eb", "%25", "100%.", "0"] {
        let bucket = fnv1a32(key, "u");
        assert!(!ask_user(&of_004(key, true, bucket, &[]), "u").0, "{key}");
        assert!(ask_user(&of_004(key, true, bucket + 1, &[]), "u").0, "{key}");
    }
}

fn hashes() -> impl Strategy<Value = Bucketing> {
    prop::sample::select(vec![Bucketing::Murmur3, Bucketing::Fnv1a32, Bucketing::Poly31])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn s004_14_a_larger_percentage_only_adds_whatever_the_hash(
        hash in hashes(), user in "\\PC{1,12}", key in "[a-zA-Z0-9-]{1,12}", variants in any::<bool>(),
        a in 0..=100_u8, b in 0..=100_u8,
    ) {
        let with = |percentage| {
            let variants = variants.then(|| serde_json::json!({"new": 1, "old": 2}));
            let default_variant = variants.as_ref().map(|_| Some("old".to_owned()));
            let rollout_percentage = Some(Some(percentage));
            let change = Change { rollout_percentage, variants, default_variant, bucketing: Some(hash), ..Change::of(key.as_str()) };
            ask_user(&flag(change), &user)
        };
        let (less, more) = (with(a.min(b)), with(a.max(b)));
        prop_assert!(more.0 || !less.0, "in at {} % and out at {} %", a.min(b), a.max(b));
        prop_assert_eq!(with(a), with(a), "the same answer twice");
        prop_assert!(with(100).0 && !with(0).0);
    }

    #[test]
    fn s004_13_s003_07_the_definition_is_in_below_the_percentage(user in "\\PC{1,12}", key in "[a-zA-Z0-9-]{1,12}", percentage in 1..100_u8) {
        let platform = ask_user(&of_004(&key, true, percentage, &[]), &user).0;
        prop_assert_eq!(platform, fnv1a32(&key, &user) < percentage);
        let file = ask_user(&of_003(true, Some(percentage), &[]), &user).0;
        prop_assert_eq!(file, poly31(Some(&user)) < percentage);
    }
}

#[test]
fn s001_25_percentages_are_near_the_share_of_users_for_each_hash() {
    for hash in [Bucketing::Murmur3, Bucketing::Fnv1a32, Bucketing::Poly31] {
        for (key, percentage) in [("a", 10), ("checkout", 50)] {
            let change =
                Change { rollout_percentage: Some(Some(percentage)), bucketing: Some(hash), ..Change::of(key) };
            let flag = flag(change);
            let engine = crate::probe::engine(&flag, &serde_json::json!({}));
            let is_in = |number: &u32| {
                let user = format!("user-{number}");
                let person = burgee_server::flags::Person::with_id(Some(&user));
                engine.evaluate_bool(key, burgee::EvaluationContext::attributes(&person)).value == Some(true)
            };
            let share = (0..10_000).filter(is_in).count() / 100;
            assert!(share.abs_diff(percentage.into()) <= 2, "{hash:?}: {share} % instead of {percentage} %");
        }
    }
}

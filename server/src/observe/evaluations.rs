//! Evaluations as figures: by flag and variant, and by reason. What is counted of a flag comes here within a second, by the
//! way of its [`Tally`](crate::analytics::Tally).

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use burgee::Reason;
use metrics::Counter;

use crate::analytics::Counts;

const IMPRESSIONS: &str = "feature_flag_flagd_impression_total";
const REASONS: &str = "feature_flag_flagd_result_reason_total";

/// The key of flags that do not exist.
const UNKNOWN: &str = "__unknown__";
/// The key of flags beyond the bound.
const OTHER: &str = "__other__";
/// How many pairs of flag and variant have a series of their own.
const SERIES: usize = 20_000;

/// Adds what was counted of a flag.
pub(crate) fn add(counts: &Counts) {
    static KNOWN: OnceLock<Mutex<HashMap<[String; 3], Counter>>> = OnceLock::new();
    let known = KNOWN.get_or_init(Mutex::default);
    let set = counts.scope.to_string();
    for (variant, reason, count) in &counts.counts {
        metrics::counter!(REASONS, "feature_flag_result_reason" => name(*reason)).increment(*count);
        let labels = [set.clone(), counts.flag_key.clone(), variant.as_deref().unwrap_or("").to_owned()];
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        let counter = match known.get(&labels) {
            Some(counter) => counter.clone(),
            None if known.len() >= SERIES => impressions(["", OTHER, ""].map(str::to_owned)),
            None => known.entry(labels.clone()).or_insert_with(|| impressions(labels)).clone(),
        };
        counter.increment(*count);
    }
}

/// Adds an evaluation of a flag that does not exist. Its key is anybody's word, so that it is no label.
pub(crate) fn add_unknown() {
    static COUNTERS: OnceLock<[Counter; 2]> = OnceLock::new();
    let make = || {
        let reason = metrics::counter!(REASONS, "feature_flag_result_reason" => name(Reason::Error));
        [impressions(["", UNKNOWN, ""].map(str::to_owned)), reason]
    };
    COUNTERS.get_or_init(make).iter().for_each(|counter| counter.increment(1));
}

fn impressions([set, key, variant]: [String; 3]) -> Counter {
    metrics::counter!(
        IMPRESSIONS,
        "feature_flag_set_id" => set,
        "feature_flag_key" => key,
        "feature_flag_result_variant" => variant,
    )
}

/// As OpenTelemetry writes reasons.
fn name(reason: Reason) -> &'static str {
    match reason {
        Reason::Static => "static",
        Reason::Default => "default",
        Reason::TargetingMatch => "targeting_match",
        Reason::Disabled => "disabled",
        _ => "error",
    }
}

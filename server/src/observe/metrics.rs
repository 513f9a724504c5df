//! Figures for Prometheus, by the names of OpenTelemetry's conventions where these have one, as flagd has them.
//!
//! Labels are bounded: routes are those that exist, keys are those of flags that exist.

use std::sync::OnceLock;
use std::time::Duration;

use metrics::{describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use super::process;

/// Of requests, and of the way of a change.
const SECONDS: [f64; 16] =
    [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// How often samples are added up. Until then each takes eight bytes.
const UPKEEP: Duration = Duration::from_secs(1);

static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// The figures of this process, collected from the first call on; `None` where another collector was there before.
fn handle() -> Option<&'static PrometheusHandle> {
    HANDLE.get_or_init(install).as_ref()
}

fn install() -> Option<PrometheusHandle> {
    let builder = PrometheusBuilder::new().set_buckets(&SECONDS).ok()?;
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).ok()?;
    describe();
    begin_at_zero();
    Some(handle)
}

/// Collects figures from now on.
pub fn start() {
    if handle().is_none() {
        tracing::warn!("another collector of metrics is there already: `/metrics` has nothing");
    }
}

/// Adds up samples, without end.
pub async fn upkeep() {
    let mut turns = tokio::time::interval(UPKEEP);
    loop {
        turns.tick().await;
        if let Some(handle) = handle() {
            handle.run_upkeep();
        }
    }
}

/// All figures in Prometheus' text format.
pub fn render() -> String {
    process::measure();
    handle().map(PrometheusHandle::render).unwrap_or_default()
}

/// Counters that are watched for not moving are there from the start.
fn begin_at_zero() {
    for name in ["evaluations_dropped_total", "events_appended_total"] {
        metrics::counter!(name).absolute(0);
    }
}

fn describe() {
    describe_histogram!("http_server_request_duration_seconds", "time from a request's head to the answer's head");
    describe_counter!("feature_flag_flagd_impression_total", "evaluations by flag set, flag and variant");
    describe_counter!("feature_flag_flagd_result_reason_total", "evaluations by reason");
    describe_counter!("events_appended_total", "events appended to the log");
    describe_histogram!("event_apply_lag_seconds", "time from an event to its being in force");
    describe_gauge!("snapshot_seq", "place in the log of the state in force");
    describe_gauge!("source_state", "1 for the state that a source is in: ready, stale or failed");
    describe_counter!("source_reloads_total", "new content of sources, loaded or refused");
    describe_gauge!("sse_clients", "open event streams");
    describe_counter!("evaluations_dropped_total", "evaluations that were not recorded because too many came at once");
    describe_gauge!("process_resident_memory_bytes", "resident memory");
    describe_gauge!("process_cpu_seconds_total", "processor time");
    describe_gauge!("process_open_fds", "open file descriptors");
    describe_gauge!("process_start_time_seconds", "start of the process, in seconds since 1970");
}

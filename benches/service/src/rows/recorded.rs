//! Evaluations that are all recorded, at a rate that does not depend on how fast they are answered.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::aims::{DROPPED, MEMORY, P50, P99, PROCESSOR};
use crate::http::{self, Connection, Request, Response};
use crate::measure::{Bench, note};
use crate::pace::{self, Pace};
use crate::statistics::{milliseconds, percentile};

const RATE: f64 = 2_000.0;
const CONNECTIONS: usize = 64;
/// The flags of the document that describes this interface.
const FLAGS: [&str; 3] = ["dark_mode", "new_checkout", "premium_features"];
const METRIC: &str = "evaluations_dropped_total";

/// A project with three flags, asked by users of whom each comes once.
pub(super) async fn take(bench: &Bench, row: &str) -> Result<()> {
    let writer = bench.writer(row)?;
    if bench.lacks_burgee(row, &writer)? {
        return Ok(());
    }
    let server = bench.programs.start_on(&bench.programs.empty_data()?).await?;
    let key = project(&mut Connection::open(server.address).await?).await?;
    checked(&http::once(server.address, &evaluation(&key, 0)).await?)?;
    let pace = Pace { rate: RATE, connections: CONNECTIONS, time: bench.scale.recorded };
    note(format!("{} requests, {} evaluations", pace.requests(), pace.requests() * FLAGS.len()));
    let used = server.processor()?;
    let request = move |number| evaluation(&key, number).bytes();
    let times = milliseconds(pace::constant(server.address, pace, request, checked).await?);
    let used = (server.processor()? - used) / pace.time.as_secs_f64();
    let page = http::once(server.address, &Request::get("/metrics")).await?.succeeded("no metrics")?;
    let dropped = metric(&page.text(), METRIC).with_context(|| format!("/metrics has no `{METRIC}`"))?;
    for (quantity, value) in [
        (P50, percentile(&times, 0.5).context("no answers")?),
        (P99, percentile(&times, 0.99).context("no answers")?),
        (DROPPED, dropped),
        (PROCESSOR, used),
        (MEMORY, server.memory()?),
    ] {
        note(format!("{quantity} {value:.2}"));
        writer.measured(row, "burgee", quantity, vec![value])?;
    }
    server.stop().await
}

/// Signs up, logs in, makes a project with flags; gives its key.
async fn project(connection: &mut Connection) -> Result<String> {
    let person = json!({ "email": "bench@example.com", "password": "a long enough password" });
    let request = Request::json("POST", "/auth/register", &person);
    connection.send(&request).await?.succeeded("cannot register")?;
    let request = Request::json("POST", "/auth/login", &person);
    let answer = connection.send(&request).await?.succeeded("cannot log in")?.json()?;
    let bearer = format!("Bearer {}", text(&answer, "token")?);
    let body = json!({ "name": "Bench", "description": "for the load test" });
    let request = Request::json("POST", "/api/projects", &body).with("Authorization", &bearer);
    let project = connection.send(&request).await?.succeeded("cannot make a project")?.json()?;
    let path = format!("/api/projects/{}/flags", text(&project, "id")?);
    for (key, share) in FLAGS.into_iter().zip([50, 25, 100]) {
        let flag = json!({ "name": key, "key": key, "description": "", "enabled": true, "rollout_percentage": share });
        let request = Request::json("POST", path.as_str(), &flag).with("Authorization", &bearer);
        connection.send(&request).await?.succeeded("cannot make a flag")?;
    }
    text(&project, "sdk_key")
}

fn text(value: &Value, member: &str) -> Result<String> {
    Ok(value[member].as_str().with_context(|| format!("no `{member}` in {value}"))?.to_owned())
}

fn evaluation(key: &str, number: usize) -> Request {
    let body = json!({
        "user_id": format!("user_{number}"),
        "user_email": format!("user_{number}@example.com"),
        "custom_attributes": {}
    });
    Request::json("POST", "/sdk/v1/evaluate", &body).with("X-SDK-Key", key)
}

fn checked(answer: &Response) -> Result<()> {
    ensure!(answer.status == 200, "the status is {}: {}", answer.status, answer.text());
    let flags = answer.json()?;
    for key in FLAGS {
        ensure!(flags[key]["enabled"].is_boolean() && flags[key]["reason"].is_string(), "no `{key}` in {flags}");
    }
    Ok(())
}

/// The sum of a counter over its labels; `None` if the page does not know it.
fn metric(page: &str, name: &str) -> Option<f64> {
    let values: Vec<f64> = page
        .lines()
        .filter_map(|line| line.strip_prefix(name))
        .filter(|rest| rest.starts_with([' ', '{']))
        .filter_map(|rest| rest.split_whitespace().last()?.parse().ok())
        .collect();
    (!values.is_empty()).then(|| values.iter().sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_is_summed_over_its_labels() {
        let page = "# TYPE a_total counter\na_total{x=\"1 2\"} 2\na_total{x=\"3\"} 5\na_total_more 9\nb 0\n";
        assert_eq!(metric(page, "a_total"), Some(7.0));
        assert_eq!(metric(page, "b"), Some(0.0));
        assert_eq!(metric(page, "c"), None);
    }

    #[test]
    fn an_answer_has_every_flag_with_its_reason() {
        let answer = |body: Value| Response { status: 200, headers: Vec::new(), body: body.to_string().into_bytes() };
        let flag = json!({ "enabled": true, "reason": "rollout" });
        let all = json!({ "dark_mode": flag, "new_checkout": flag, "premium_features": flag });
        checked(&answer(all)).unwrap();
        assert!(checked(&answer(json!({ "dark_mode": flag }))).is_err());
    }
}

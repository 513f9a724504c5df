//! Segments: people whom flags refer to by a name.

use std::sync::Arc;

use super::{Act, first};
use crate::App;
use crate::error::{Result, sentences};
use crate::flags::{Flag, compile};
use crate::log::reduce::SegmentChange;
use crate::log::{Draft, Event, EventType, State};

/// Creates or replaces a segment.
pub async fn put_segment(app: &App, act: &Act, name: &str, change: SegmentChange) -> Result<Arc<Event>> {
    let Act { principal, scope, .. } = act.clone();
    let name = name.to_owned();
    let plan = move |state: &State| {
        principal.may_write(state, &scope)?;
        let environment = state.environment(&scope)?;
        let segment = crate::flags::Segment { name: name.clone(), rule: change.rule.clone(), version: 0 };
        let others = environment.segments.values().filter(|other| other.name != name);
        // A flag that asks only for this segment shows whether the engine takes its rule.
        let probe = probe(&name);
        compile::check(&probe, others.chain([&segment]))?;
        Ok(vec![Draft::new(EventType::SegmentChanged, &scope, &name, &change)])
    };
    first(app.ledger.write(act.author(), plan).await?)
}

/// Deletes a segment; refused while a flag refers to it.
pub async fn delete_segment(app: &App, act: &Act, name: &str) -> Result<Arc<Event>> {
    let Act { principal, scope, .. } = act.clone();
    let name = name.to_owned();
    let plan = move |state: &State| {
        principal.may_write(state, &scope)?;
        let environment = state.environment(&scope)?;
        if !environment.segments.contains_key(&name) {
            return Err(sentences::no_segment(&name));
        }
        let others = || environment.segments.values().filter(|other| other.name != name);
        for flag in environment.live_flags() {
            if compile::check(flag, environment.segments.values()).is_ok() && compile::check(flag, others()).is_err() {
                return Err(sentences::segment_in_use(&name, &flag.key));
            }
        }
        let payload = serde_json::Map::new();
        Ok(vec![Draft::new(EventType::SegmentDeleted, &scope, &name, &payload)])
    };
    first(app.ledger.write(act.author(), plan).await?)
}

fn probe(segment: &str) -> Flag {
    let mut flag = Flag::new("", "probe", chrono::DateTime::UNIX_EPOCH);
    flag.rules.push(crate::flags::Rule {
        id: String::new(),
        rule_type: crate::flags::RuleType::Segment,
        rule_value: segment.to_owned(),
        enabled: true,
        priority: 0,
        variant: None,
        created_at: chrono::DateTime::UNIX_EPOCH,
    });
    flag
}

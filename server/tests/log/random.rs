//! Any log leads to one state, however it is read.

use std::collections::HashMap;
use std::sync::Arc;

use burgee_server::log::compact::{Retention, compact};
use burgee_server::log::verify::verify;
use burgee_server::log::{Event, EventType, replay};
use burgee_server::store::sqlite::{Sharing, Sqlite};
use burgee_server::store::{LogStore, Snapshot};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::fixture::{beginning, bytes, event, fold};

/// A log: sense and nonsense, of few names, so that they meet.
fn logs() -> impl Strategy<Value = Vec<Event>> {
    let name = prop::sample::select(vec!["a", "b", "ü", "stream"]);
    let number = prop_oneof![any::<i32>().prop_map(Value::from), any::<f64>().prop_map(Value::from)];
    let text = prop_oneof![Just(Value::Null), ".{0,8}".prop_map(Value::from)];
    let flag = (any::<bool>(), text, 0..=100_u8, number, any::<bool>());
    let one = (0..14_usize, name, flag, prop::sample::select(vec!["production", "staging"]));
    prop::collection::vec(one, 0..60).prop_map(|all| {
        let mut log = beginning();
        let mut versions: HashMap<(&'static str, &'static str, &'static str), u64> = HashMap::new();
        for (kind, name, flag, environment) in all {
            let (event_type, payload) = happening(kind, name, &flag);
            let version = versions.entry((event_type.subject().as_str(), name, environment)).or_default();
            *version += 1;
            let whole =
                matches!(event_type, EventType::ProjectCreated | EventType::ProjectUpdated | EventType::ProjectDeleted);
            let environment = if whole { "" } else { environment };
            let happened = event(log.len() as u64 + 1, event_type, name, *version, payload);
            log.push(Event { environment: environment.into(), ..happened });
        }
        log
    })
}

type Fields = (bool, Value, u8, Value, bool);

fn happening(kind: usize, name: &str, (on, text, percentage, number, some): &Fields) -> (EventType, Value) {
    let change = json!({
        "flag_id": name, "description": text, "enabled_by_default": on, "rollout_percentage": percentage,
        "variants": {"one": number, "two": [number, text]}, "tags": [name], "definition": {"variants": {"x": number}},
    });
    let rule = json!({"rule": {"in": [text, [number]]}});
    match kind {
        0..=2 => (EventType::FlagCreated, change),
        3..=5 if *some => (EventType::FlagUpdated, json!({"flag_id": name, "enabled": on})),
        3..=5 => (EventType::FlagUpdated, change),
        6 => (EventType::FlagDeleted, json!({"flag_id": name})),
        7 => (EventType::SegmentChanged, rule),
        8 => (EventType::SegmentDeleted, json!({})),
        9 => (EventType::MemberChanged, json!({"role": if *on { json!("editor") } else { Value::Null }})),
        10 => (EventType::EnvironmentCreated, json!({"protected": on})),
        11 if *some => (EventType::EnvironmentDeleted, json!({})),
        12 if *some => (EventType::ProjectDeleted, json!({})),
        12 => (EventType::ProjectCreated, json!({"name": name, "created_by": name})),
        _ => (EventType::from("SomethingNew"), json!({"anything": number})),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn s000_01_a_log_leads_to_one_state_however_it_is_read(
        log in logs(), batch in 1..20_usize, cut in 0.0..1.0_f64, keep in 0.0..1.0_f64,
    ) {
        let expected = fold(&log);
        // Written and read as text.
        let text: Vec<String> = log.iter().map(|event| serde_json::to_string(event).unwrap()).collect();
        let read: Vec<Event> = text.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        prop_assert_eq!(bytes(&fold(&read)), bytes(&expected));
        tokio::runtime::Runtime::new().unwrap().block_on(stored(log, batch, cut, keep));
    }
}

/// Two stores, with a snapshot somewhere, and compacted somewhere.
async fn stored(log: Vec<Event>, batch: usize, cut: f64, keep: f64) {
    let expected = bytes(&fold(&log));
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let log: Vec<Arc<Event>> = log.into_iter().map(Arc::new).collect();
    for folder in &folders {
        let store = Sqlite::open(folder.path(), Sharing::Alone).await.unwrap();
        for events in log.chunks(batch) {
            store.append(events[0].seq - 1, events).await.unwrap();
        }
        assert_eq!(bytes(&replay(&store).await.unwrap()), expected, "from the first event");
        let upto = (log.len() as f64 * cut) as usize;
        let then = fold(log[..upto].iter().map(|event| &**event));
        store.put_snapshot(&Snapshot::of(&then).unwrap()).await.unwrap();
        assert_eq!(bytes(&replay(&store).await.unwrap()), expected, "from a snapshot");
        let kept = Retention::Newest((log.len() as f64 * keep) as u64);
        compact(&store, kept, &mut |_, _| {}).await.unwrap();
        assert_eq!(bytes(&replay(&store).await.unwrap()), expected, "after a compaction");
        let verdict = verify(&store, &mut |_, _| {}).await.unwrap();
        assert_eq!((verdict.broken, verdict.to), (None, log.len() as u64));
    }
}

//! Logs of each released form of events: what was written once is read for ever.
//!
//! A form that is released gets its file in `tests/data`, which is not changed again.

use burgee_server::log::event::SCHEMA;
use burgee_server::log::{Event, EventType, State, export, reduce, replay};
use burgee_server::store::LogStore;
use burgee_server::store::sqlite::{Sharing, Sqlite};
use serde_json::{Value, json};

use crate::fixture::beginning;

const FORMS: [&str; 2] = [include_str!("../data/events-v0.jsonl"), include_str!("../data/events-v1.jsonl")];

fn events(form: usize) -> Vec<Event> {
    FORMS[form].lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn flags(state: &State) -> Value {
    let flags = &state.projects["default"].environments["production"].flags;
    let short = |flag: &burgee_server::flags::Flag| {
        json!([
            flag.name,
            flag.description,
            flag.enabled_by_default,
            flag.variants,
            flag.is_deleted,
            flag.version,
            flag.updated_by
        ])
    };
    flags.iter().map(|(key, flag)| (key.clone(), short(flag))).collect::<serde_json::Map<_, _>>().into()
}

#[test]
fn s000_52_there_is_a_file_for_each_form_of_events() {
    assert_eq!(FORMS.len() as u32, SCHEMA + 1);
    for (form, text) in FORMS.iter().enumerate() {
        assert!(events(form).iter().all(|event| event.schema as usize == form));
        // Each type that the form knew.
        let types = if form == 0 { 3 } else { 13 };
        let found: std::collections::BTreeSet<_> =
            events(form).iter().map(|event| event.event_type.as_str().to_owned()).collect();
        assert_eq!(found.len(), types, "{found:?}");
        assert!(!text.contains("\r"));
    }
}

#[test]
fn s000_52_events_of_form_0_are_read_as_those_of_today() {
    let mut state = State::default();
    for event in beginning() {
        reduce::apply(&mut state, &event).unwrap();
    }
    // They have no place of their own.
    for (event, seq) in events(0).into_iter().zip(3..) {
        assert_eq!((event.schema, event.project.as_str()), (0, ""));
        reduce::apply(&mut state, &Event { seq, ..event }).unwrap();
    }
    let expected = json!({
        "dark_mode": ["Dark mode", "Darker colours", true, ["on", "off"], false, 3, "import"],
        "old_banner": ["Old banner", null, false, [], true, 2, "import"],
    });
    assert_eq!(flags(&state), expected);
}

#[tokio::test]
async fn s000_52_a_log_of_form_1_goes_back_leads_to_its_state_and_can_be_written_to() {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(folder.path(), Sharing::Alone).await.unwrap();
    export::restore(&store, FORMS[1], &mut |_, _| {}).await.unwrap();
    let state = replay(&store).await.unwrap();
    let expected = json!({
        "banner": ["Banner", null, false, {"red": "#f00", "blue": "#00f"}, false, 2, "user:ada"],
        "dark_mode": ["Dark mode", "Darker colours", false, null, false, 3, "key:ci"],
        "old": ["old", null, true, null, true, 2, "user:ada"],
    });
    assert_eq!(flags(&state), expected);
    let flag = state.flag(&Default::default(), "dark_mode").unwrap();
    assert_eq!(
        (flag.rollout_percentage, flag.rules.len(), flag.targeted_users.as_slice()),
        (Some(25), 1, ["u-1".to_owned()].as_slice())
    );
    // What came of it when the form was released.
    let golden: Value = serde_json::from_str(include_str!("../data/state-v1.json")).unwrap();
    assert_eq!(missing(&golden, &serde_json::to_value(&state).unwrap()), None);
    let read = store.events_after(0, 1000).await.unwrap();
    assert_eq!(read, events(1));
    assert_eq!(EventType::from("FlagCreated"), read[3].event_type);
}

/// What one value has and another one has not, or has otherwise. Later versions may know more of a state.
fn missing(wanted: &Value, found: &Value) -> Option<String> {
    match (wanted, found) {
        (Value::Object(wanted), Value::Object(found)) => wanted.iter().find_map(|(name, value)| {
            missing(value, found.get(name).unwrap_or(&Value::Null)).map(|inner| format!("/{name}{inner}"))
        }),
        _ => (wanted != found).then(|| format!(": {found} is not {wanted}")),
    }
}

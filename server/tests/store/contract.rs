//! The contract of the log.

use std::sync::Arc;

use burgee_server::error::Kind;
use burgee_server::log::event::Link;
use burgee_server::log::{Event, EventType, Scope, State};
use burgee_server::store::{LogHead, Snapshot, Store};
use chrono::DateTime;
use serde_json::{Value, json};

use crate::place::Place;

/// Runs the contract on a store.
macro_rules! for_store {
    ($name:ident, $place:ty) => {
        mod $name {
            use super::*;
            $crate::contract::for_store!(@tests $place:
                appended_events_come_back_as_they_were,
                an_append_behind_the_end_is_stale_and_leaves_nothing,
                an_append_is_all_or_nothing,
                events_come_in_pages,
                a_flags_events_are_its_own,
                older_forms_are_given_as_written_and_as_of_today,
                what_is_unknown_survives,
                numbers_are_exact,
                the_two_newest_snapshots_stay,
                snapshots_come_back_as_they_were,
                a_broken_snapshot_is_told_from_a_whole_one,
                a_compacted_log_begins_after_its_base,
                the_base_outlives_all_other_snapshots,
                a_log_can_begin_after_a_foreign_base_only_where_it_is_empty,
                the_room_of_compacted_events_is_freed_in_steps,
                the_last_place_before_a_moment,
                everything_is_there_after_closing_and_opening,
                two_writers_never_take_the_same_place,
                readers_see_whole_batches,
                who_goes_away_in_the_middle_leaves_nothing_open,
                a_closed_store_says_so,
            );
        }
    };
    (@tests $place:ty: $($test:ident),* $(,)?) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                $crate::contract::$test(&<$place as Default>::default()).await;
            }
        )*
    };
}
pub(crate) use for_store;

fn event(seq: u64, key: &str, payload: Value) -> Event {
    Event {
        seq,
        timestamp: DateTime::from_timestamp_millis(1_000 * seq as i64).unwrap(),
        project: "default".into(),
        environment: "production".into(),
        actor: "user:ada".into(),
        request_id: format!("r-{seq}"),
        ..Event::new(EventType::FlagUpdated, key, seq, payload)
    }
}

fn events(places: std::ops::RangeInclusive<u64>) -> Vec<Arc<Event>> {
    places.map(|seq| Arc::new(event(seq, "f", json!({"n": seq})))).collect()
}

fn seqs(events: &[Event]) -> Vec<u64> {
    events.iter().map(|event| event.seq).collect()
}

/// A snapshot of an empty state at a place.
fn snapshot(seq: u64) -> Snapshot {
    Snapshot::of(&State { seq, chain: Link([7; 32]), ..State::default() }).unwrap()
}

async fn kind<T: std::fmt::Debug>(outcome: impl Future<Output = burgee_server::Result<T>>) -> Kind {
    outcome.await.unwrap_err().kind()
}

pub(crate) async fn appended_events_come_back_as_they_were(place: &impl Place) {
    let store = place.open().await;
    assert_eq!(store.head().await.unwrap(), LogHead { last: 0, compacted: 0 });
    let first = Event {
        event_type: EventType::FlagCreated,
        ..event(1, "größe 😀", json!({"flag_id": "größe 😀", "variants": {"b": 1, "a": null}, "text": "\u{0}\"\\\n"}))
    };
    let second = Event { environment: String::new(), ..event(2, "p", json!([])) };
    let written = [Arc::new(first.clone()), Arc::new(second.clone())];
    store.append(0, &written).await.unwrap();
    let read = store.events_after(0, 10).await.unwrap();
    assert_eq!(read, [first, second]);
    assert_eq!(read[0].payload.to_string(), written[0].payload.to_string(), "in the order of its author");
    let digests: Vec<_> = written.iter().map(|event| event.digest().to_string()).collect();
    assert_eq!(store.digests_after(0, 10).await.unwrap(), digests);
    assert_eq!(store.head().await.unwrap(), LogHead { last: 2, compacted: 0 });
}

pub(crate) async fn an_append_behind_the_end_is_stale_and_leaves_nothing(place: &impl Place) {
    let store = place.open().await;
    store.append(0, &events(1..=3)).await.unwrap();
    assert_eq!(kind(store.append(2, &events(3..=3))).await, Kind::Stale);
    assert_eq!(kind(store.append(4, &events(5..=5))).await, Kind::Stale);
    assert_eq!(store.head().await.unwrap().last, 3);
    store.append(3, &events(4..=4)).await.unwrap();
}

pub(crate) async fn an_append_is_all_or_nothing(place: &impl Place) {
    let store = place.open().await;
    store.append(0, &events(1..=2)).await.unwrap();
    // A hole.
    let with_hole = [events(3..=3), events(5..=5)].concat();
    assert_eq!(kind(store.append(2, &with_hole)).await, Kind::Internal);
    // An id that is there already.
    let known = store.events_after(0, 1).await.unwrap().remove(0);
    let again = Arc::new(Event { seq: 4, ..known });
    let with_copy = [events(3..=3), vec![again]].concat();
    assert_eq!(kind(store.append(2, &with_copy)).await, Kind::Duplicate);
    assert_eq!(seqs(&store.events_after(0, 10).await.unwrap()), [1, 2]);
    store.append(2, &[]).await.unwrap();
    store.append(2, &events(3..=3)).await.unwrap();
}

pub(crate) async fn events_come_in_pages(place: &impl Place) {
    let store = place.open().await;
    store.append(0, &events(1..=25)).await.unwrap();
    assert_eq!(seqs(&store.events_after(0, 10).await.unwrap()), (1..=10).collect::<Vec<_>>());
    assert_eq!(seqs(&store.events_after(20, 10).await.unwrap()), (21..=25).collect::<Vec<_>>());
    assert_eq!(store.events_after(25, 10).await.unwrap(), []);
    assert_eq!(store.events_after(99, 10).await.unwrap(), []);
    assert_eq!(store.events_after(0, 0).await.unwrap(), []);
}

pub(crate) async fn a_flags_events_are_its_own(place: &impl Place) {
    let store = place.open().await;
    let at = |seq, key: &str, event_type, project: &str, environment: &str| {
        let (project, environment) = (project.into(), environment.into());
        Arc::new(Event { event_type, project, environment, ..event(seq, key, json!({})) })
    };
    let all = [
        at(1, "f", EventType::FlagCreated, "p", "production"),
        at(2, "f", EventType::FlagCreated, "p", "staging"),
        at(3, "f", EventType::FlagCreated, "q", "production"),
        at(4, "F", EventType::FlagCreated, "p", "production"),
        // A segment of the same name.
        at(5, "f", EventType::SegmentChanged, "p", "production"),
        at(6, "f", EventType::FlagUpdated, "p", "production"),
        at(7, "f", EventType::FlagDeleted, "p", "production"),
    ];
    store.append(0, &all).await.unwrap();
    let found = store.flag_events(&Scope::new("p", "production"), "f").await.unwrap();
    assert_eq!(seqs(&found), [1, 6, 7]);
    assert_eq!(store.flag_events(&Scope::new("p", "production"), "g").await.unwrap(), []);
}

pub(crate) async fn older_forms_are_given_as_written_and_as_of_today(place: &impl Place) {
    let store = place.open().await;
    let old = Event { schema: 0, project: String::new(), environment: String::new(), ..event(1, "f", json!({})) };
    store.append(0, &[Arc::new(old.clone())]).await.unwrap();
    assert_eq!(store.written_after(0, 1).await.unwrap(), std::slice::from_ref(&old));
    let today = store.events_after(0, 1).await.unwrap();
    assert_eq!((today[0].schema, today[0].scope()), (burgee_server::log::event::SCHEMA, Scope::default()));
    assert_eq!(today[0].payload, old.payload);
}

pub(crate) async fn what_is_unknown_survives(place: &impl Place) {
    let store = place.open().await;
    let new = Event {
        schema: 99,
        event_type: EventType::from("FlagRenamed"),
        extra: json!({"region": {"name": "eu"}, "weight": 1.5}).as_object().unwrap().clone(),
        ..event(1, "f", json!({"flag_id": "f", "later": [1]}))
    };
    store.append(0, &[Arc::new(new.clone())]).await.unwrap();
    assert_eq!(store.events_after(0, 1).await.unwrap(), [new]);
}

pub(crate) async fn numbers_are_exact(place: &impl Place) {
    let store = place.open().await;
    let numbers = json!([0.1 + 0.2, 1e-7, 5e-324, f64::MAX, -0.0, 1.0, u64::MAX, i64::MIN, 123_456_789.012_345_67]);
    let written = event(1, "f", numbers);
    store.append(0, &[Arc::new(written.clone())]).await.unwrap();
    let read = store.written_after(0, 1).await.unwrap().remove(0);
    assert_eq!(read.payload.to_string(), written.payload.to_string());
    assert_eq!(read.digest(), written.digest());
}

pub(crate) async fn the_two_newest_snapshots_stay(place: &impl Place) {
    let store = place.open().await;
    store.append(0, &events(1..=9)).await.unwrap();
    assert_eq!(store.snapshot_places().await.unwrap(), [0_u64; 0]);
    for seq in [2, 5, 9] {
        store.put_snapshot(&snapshot(seq)).await.unwrap();
    }
    assert_eq!(store.snapshot_places().await.unwrap(), [9, 5]);
    assert_eq!(store.snapshot(2).await.unwrap(), None);
    // Another one of the same place takes its place.
    let newer = Snapshot { created_ms: 1, ..snapshot(9) };
    store.put_snapshot(&newer).await.unwrap();
    assert_eq!(store.snapshot_places().await.unwrap(), [9, 5]);
    assert_eq!(store.snapshot(9).await.unwrap(), Some(newer));
}

pub(crate) async fn snapshots_come_back_as_they_were(place: &impl Place) {
    let store = place.open().await;
    store.append(0, &events(1..=3)).await.unwrap();
    let state = State { seq: 3, chain: Link([9; 32]), ..State::default() };
    let made = Snapshot::of(&state).unwrap();
    store.put_snapshot(&made).await.unwrap();
    let read = store.snapshot(3).await.unwrap().unwrap();
    assert_eq!(read, made);
    assert_eq!(read.form, State::FORM);
    assert_eq!(read.state().unwrap(), state);
}

pub(crate) async fn a_broken_snapshot_is_told_from_a_whole_one(place: &impl Place) {
    let store = place.open().await;
    store.append(0, &events(1..=3)).await.unwrap();
    let whole = snapshot(3);
    let torn = Snapshot { body: whole.body[..whole.body.len() - 1].to_vec(), ..whole.clone() };
    let misplaced = Snapshot { seq: 2, ..whole };
    for broken in [torn, misplaced] {
        store.put_snapshot(&broken).await.unwrap();
        let read = store.snapshot(broken.seq).await.unwrap().unwrap();
        assert_eq!(read.state().unwrap_err().kind(), Kind::Internal);
    }
}

pub(crate) async fn a_compacted_log_begins_after_its_base(place: &impl Place) {
    let store = place.open().await;
    store.append(0, &events(1..=10)).await.unwrap();
    store.compact(&snapshot(6)).await.unwrap();
    assert_eq!(store.head().await.unwrap(), LogHead { last: 10, compacted: 6 });
    assert_eq!(kind(store.events_after(0, 10)).await, Kind::Gone);
    assert_eq!(kind(store.events_after(5, 10)).await, Kind::Gone);
    assert_eq!(seqs(&store.events_after(6, 10).await.unwrap()), [7, 8, 9, 10]);
    let of_flag = store.flag_events(&Scope::default(), "f").await.unwrap();
    assert_eq!(seqs(&of_flag), [7, 8, 9, 10], "whether or not their room is freed");
    // Not back, and not beyond the end.
    assert_eq!(kind(store.compact(&snapshot(5))).await, Kind::Invalid);
    assert_eq!(kind(store.compact(&snapshot(11))).await, Kind::Invalid);
    // All of it: places go on counting.
    store.compact(&snapshot(10)).await.unwrap();
    assert_eq!(store.free(100).await.unwrap(), 10);
    assert_eq!(store.head().await.unwrap(), LogHead { last: 10, compacted: 10 });
    assert_eq!(store.events_after(10, 10).await.unwrap(), []);
    assert_eq!(kind(store.append(0, &events(1..=1))).await, Kind::Stale);
    store.append(10, &events(11..=11)).await.unwrap();
}

pub(crate) async fn the_base_outlives_all_other_snapshots(place: &impl Place) {
    let store = place.open().await;
    store.append(0, &events(1..=9)).await.unwrap();
    store.put_snapshot(&snapshot(4)).await.unwrap();
    store.compact(&snapshot(3)).await.unwrap();
    for seq in [5, 7, 9] {
        store.put_snapshot(&snapshot(seq)).await.unwrap();
    }
    assert_eq!(store.snapshot_places().await.unwrap(), [9, 7, 3]);
    store.compact(&snapshot(8)).await.unwrap();
    assert_eq!(store.snapshot_places().await.unwrap(), [9, 8], "the former base is no longer needed");
}

pub(crate) async fn a_log_can_begin_after_a_foreign_base_only_where_it_is_empty(place: &impl Place) {
    let store = place.open().await;
    store.compact(&snapshot(40)).await.unwrap();
    assert_eq!(store.head().await.unwrap(), LogHead { last: 40, compacted: 40 });
    store.append(40, &events(41..=42)).await.unwrap();
    assert_eq!(kind(store.compact(&snapshot(43))).await, Kind::Invalid);
}

pub(crate) async fn the_room_of_compacted_events_is_freed_in_steps(place: &impl Place) {
    let store = place.open().await;
    store.append(0, &events(1..=10)).await.unwrap();
    assert_eq!(store.free(5).await.unwrap(), 0, "nothing was compacted away");
    store.compact(&snapshot(7)).await.unwrap();
    assert_eq!(store.free(5).await.unwrap(), 5);
    assert_eq!(store.free(5).await.unwrap(), 2);
    assert_eq!(store.free(5).await.unwrap(), 0);
    assert_eq!(seqs(&store.events_after(7, 10).await.unwrap()), [8, 9, 10]);
}

pub(crate) async fn the_last_place_before_a_moment(place: &impl Place) {
    let store = place.open().await;
    assert_eq!(store.last_before(5_000).await.unwrap(), 0);
    // Event n happens at n seconds.
    store.append(0, &events(1..=10)).await.unwrap();
    assert_eq!(store.last_before(0).await.unwrap(), 0);
    assert_eq!(store.last_before(1_000).await.unwrap(), 0);
    assert_eq!(store.last_before(1_001).await.unwrap(), 1);
    assert_eq!(store.last_before(5_000).await.unwrap(), 4);
    assert_eq!(store.last_before(99_000).await.unwrap(), 10);
    // An event of earlier that came later does not let those before it go.
    let early = Arc::new(Event { timestamp: DateTime::UNIX_EPOCH, ..event(11, "f", json!({})) });
    store.append(10, &[early]).await.unwrap();
    assert_eq!(store.last_before(5_000).await.unwrap(), 4);
    store.compact(&snapshot(6)).await.unwrap();
    assert_eq!(store.last_before(5_000).await.unwrap(), 6, "what is gone does not count");
}

pub(crate) async fn everything_is_there_after_closing_and_opening(place: &impl Place) {
    let store = place.open().await;
    store.append(0, &events(1..=10)).await.unwrap();
    store.compact(&snapshot(2)).await.unwrap();
    store.put_snapshot(&snapshot(8)).await.unwrap();
    let before = store.events_after(2, 100).await.unwrap();
    store.close().await;
    // The other handle need not be gone.
    let again = place.open().await;
    assert_eq!(again.events_after(2, 100).await.unwrap(), before);
    assert_eq!(again.head().await.unwrap(), LogHead { last: 10, compacted: 2 });
    assert_eq!(again.snapshot_places().await.unwrap(), [8, 2]);
    again.append(10, &events(11..=11)).await.unwrap();
}

pub(crate) async fn two_writers_never_take_the_same_place(place: &impl Place) {
    let one = place.open().await;
    let other = place.open_beside().await;
    let write = |store: Arc<dyn Store>, name: &'static str| async move {
        let mut written = 0;
        while written < 50 {
            let last = store.head().await.unwrap().last;
            match store.append(last, &[Arc::new(event(last + 1, name, json!({})))]).await {
                Ok(()) => written += 1,
                Err(error) => assert_eq!(error.kind(), Kind::Stale),
            }
        }
    };
    tokio::join!(tokio::spawn(write(one, "one")), tokio::spawn(write(Arc::clone(&other), "other"))).0.unwrap();
    // Without gaps, or reading would fail.
    let all = other.events_after(0, 1000).await.unwrap();
    assert_eq!(all.len(), 100);
    assert_eq!(all.iter().filter(|event| event.flag_id == "one").count(), 50);
}

pub(crate) async fn readers_see_whole_batches(place: &impl Place) {
    let store = place.open().await;
    let reader = place.open_beside().await;
    let reading = tokio::spawn(async move {
        loop {
            let count = reader.events_after(0, 10_000).await.unwrap().len();
            assert_eq!(count % 7, 0, "half a batch was seen");
            if count == 7 * 30 {
                return;
            }
        }
    });
    for batch in 0..30 {
        store.append(batch * 7, &events(batch * 7 + 1..=batch * 7 + 7)).await.unwrap();
    }
    reading.await.unwrap();
}

pub(crate) async fn who_goes_away_in_the_middle_leaves_nothing_open(place: &impl Place) {
    let store = place.open().await;
    for patience in 0..40 {
        let last = store.head().await.unwrap().last;
        let written = events(last + 1..=last + 3);
        let writing = store.append(last, &written);
        // Dropped at its first moment, its second, and so on.
        let mut left = patience;
        tokio::select! {
            biased;
            () = std::future::poll_fn(|context| {
                left -= 1;
                context.waker().wake_by_ref();
                if left < 0 { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
            }) => {}
            done = writing => done.unwrap(),
        }
        // What was begun is all there or not at all, and the next one can begin.
        let last = until_quiet(store.as_ref()).await;
        store.append(last, &events(last + 1..=last + 1)).await.unwrap();
    }
    let all = store.events_after(0, 10_000).await.unwrap();
    assert!(all.len() >= 40);
}

/// The last place, once what was begun has ended one way or the other.
async fn until_quiet(store: &dyn Store) -> u64 {
    // Nobody else writes until it has.
    store.append(u64::MAX - 1, &[]).await.unwrap_err();
    store.head().await.unwrap().last
}

pub(crate) async fn a_closed_store_says_so(place: &impl Place) {
    let store = place.open().await;
    store.close().await;
    assert_eq!(kind(store.append(0, &events(1..=1))).await, Kind::Unavailable);
    assert_eq!(kind(store.events_after(0, 1)).await, Kind::Unavailable);
    store.close().await;
}

//! `kill -9` at random points of ten thousand appends, twenty times.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use burgee_server::log::verify::verify;
use burgee_server::log::{State, reduce, replay};
use burgee_server::store::LogStore;
use burgee_server::store::sqlite::Sqlite;

use crate::program::{Service, describe, with_store};

const KILLS: u64 = 20;
/// Appends between two kills, about, on average.
const APPENDS: u64 = 560;
const WRITERS: usize = 8;
const FLAGS: usize = 8;
const SEED: u64 = 0x5eed_0017;

/// A write that was answered with 2xx: its place in the log, and what it said.
type Acknowledged = (u64, String);

/// Numbers that look random, the same each time (SplitMix64).
fn random(seed: u64) -> u64 {
    let mut mixed = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[test]
fn s000_17_every_answered_write_is_there_after_kill_9_and_the_log_is_whole() {
    println!("seed {SEED:#x}");
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut acknowledged: Vec<Acknowledged> = Vec::new();
    for kill in 0..KILLS {
        let mut service = Service::start(&data);
        if kill == 0 {
            (0..FLAGS).for_each(|number| service.create(&format!("flag-{number}")));
        }
        // From a few to a few hundred writes, and then somewhere between two of them.
        let enough = 1 + random(SEED + kill) % (2 * APPENDS);
        let pause = Duration::from_micros(random(SEED ^ kill) % 3000);
        acknowledged.extend(write_until_killed(&mut service, kill, enough as usize, pause));
        with_store(&data, async |store| check(store, &acknowledged, kill).await);
    }
    let count = acknowledged.len() as u64;
    println!("{count} writes were answered with 2xx");
    assert!(count >= 10_000, "only {count} writes");
}

/// Writes from several clients at once, and kills the service while they do.
fn write_until_killed(service: &mut Service, kill: u64, enough: usize, pause: Duration) -> Vec<Acknowledged> {
    let done = Arc::new(AtomicUsize::new(0));
    let acknowledged = Arc::new(Mutex::new(Vec::new()));
    let address = service.address;
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (done, acknowledged) = (Arc::clone(&done), Arc::clone(&acknowledged));
            thread::spawn(move || write(address, writer, kill, &done, &acknowledged))
        })
        .collect();
    while done.load(Ordering::Relaxed) < enough && writers.iter().any(|writer| !writer.is_finished()) {
        thread::sleep(Duration::from_micros(200));
    }
    thread::sleep(pause);
    service.kill();
    writers.into_iter().for_each(|writer| writer.join().unwrap());
    Arc::into_inner(acknowledged).unwrap().into_inner().unwrap()
}

/// Writes until nobody answers.
fn write(address: SocketAddr, writer: usize, kill: u64, done: &AtomicUsize, acknowledged: &Mutex<Vec<Acknowledged>>) {
    for number in 0.. {
        let text = format!("{kill}.{writer}.{number}");
        let Some((status, answer)) = describe(address, &format!("flag-{}", number % FLAGS), &text) else { return };
        assert_eq!(status, 200, "{answer}");
        let seq = answer["event"]["seq"].as_u64().unwrap_or_else(|| panic!("no place in {answer}"));
        acknowledged.lock().unwrap().push((seq, text));
        done.fetch_add(1, Ordering::Relaxed);
    }
}

async fn check(store: &Sqlite, acknowledged: &[Acknowledged], kill: u64) {
    // Without gaps, or this would fail; from the first event on.
    let events = store.written_after(0, u32::MAX).await.unwrap();
    for (seq, text) in acknowledged {
        let event = events.get(*seq as usize - 1).unwrap_or_else(|| panic!("kill {kill}: event {seq} is gone"));
        assert_eq!(event.payload["description"], text.as_str(), "kill {kill}: event {seq} is another one");
    }
    let mut whole = State::default();
    events.iter().for_each(|event| reduce::apply(&mut whole, event).unwrap());
    // By the newest snapshot and what came after it.
    let state = replay(store).await.unwrap();
    assert_eq!(serde_json::to_string(&state).unwrap(), serde_json::to_string(&whole).unwrap(), "kill {kill}");
    let verdict = verify(store, &mut |_, _| {}).await.unwrap();
    assert_eq!((verdict.broken, verdict.to), (None, events.len() as u64), "kill {kill}");
}

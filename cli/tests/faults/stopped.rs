//! SIGTERM: streams are told, writes are finished, and the end is a good one.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use burgee_server::log::replay;
use burgee_server::store::LogStore;
use burgee_server::store::sqlite::FILE;

use crate::program::{KEY, Service, describe, with_store};

#[test]
fn a_stop_tells_streams_finishes_writes_makes_a_snapshot_and_ends_with_0() {
    for signal in ["TERM", "INT"] {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let mut service = Service::start(&data);
        service.create("f");
        let address = service.address;
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let head = format!("GET /flags/stream HTTP/1.1\r\nHost: test\r\nX-Admin-API-Key: {KEY}\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
        assert!(lines.next().unwrap().contains("200"));
        // The first of them is told; then the others are under way.
        let writers: Vec<_> = (0..4).map(|writer| thread::spawn(move || write(address, writer))).collect();
        assert!(lines.any(|line| line.starts_with("data:")));
        service.signal(signal);
        assert_eq!(service.ended(), Some(0), "SIG{signal}");
        let rest: Vec<String> = lines.collect();
        assert!(rest.iter().any(|line| line.contains("bye")), "the stream was not told: {rest:?}");

        let done: Vec<(u64, String)> = writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect();
        assert!(!data.join(format!("{FILE}-wal")).exists(), "everything is in the file");
        with_store(&data, async |store| {
            let events = store.written_after(0, u32::MAX).await.unwrap();
            for (seq, text) in &done {
                assert_eq!(events[*seq as usize - 1].payload["description"], text.as_str());
            }
            let last = events.last().unwrap().seq;
            assert_eq!(store.snapshot_places().await.unwrap()[0], last);
            assert_eq!(replay(store).await.unwrap().seq, last);
        });
    }
}

/// Writes until nobody answers any more; those that are not done must say so.
fn write(address: std::net::SocketAddr, writer: usize) -> Vec<(u64, String)> {
    let mut done = Vec::new();
    for number in 0.. {
        let text = format!("{writer}.{number}");
        match describe(address, "f", &text) {
            Some((200, answer)) => done.push((answer["event"]["seq"].as_u64().unwrap(), text)),
            Some((status, answer)) => {
                assert_eq!(status, 503, "{answer}");
                return done;
            }
            None => return done,
        }
    }
    done
}

//! Files that are not what was written.

use std::fs::OpenOptions;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use burgee_server::log::verify::verify;
use burgee_server::store::LogStore;
use burgee_server::store::sqlite::FILE;

use crate::program::{Service, command, refused, run, with_store};

const PAGE: u64 = 4096;

/// A log of some events, of which many are still in the write-ahead log, as `kill -9` leaves it. Gives the last place.
fn killed(data: &Path) -> u64 {
    let mut service = Service::start(data);
    service.create("f");
    let mut last = 0;
    for number in 0..40 {
        let (_, answer) = service.describe("f", &format!("{number}")).unwrap();
        last = answer["event"]["seq"].as_u64().unwrap();
    }
    service.kill();
    last
}

/// The same, ended well: everything is in the file.
fn stopped(data: &Path) -> u64 {
    let last = killed(data);
    with_store(data, async |store| assert_eq!(store.head().await.unwrap().last, last));
    assert!(!wal(data).exists());
    last
}

fn wal(data: &Path) -> PathBuf {
    data.join(format!("{FILE}-wal"))
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}

fn cut(path: &Path, bytes: u64) {
    let file = OpenOptions::new().write(true).open(path).unwrap();
    file.set_len(file.metadata().unwrap().len() - bytes).unwrap();
}

fn garble(path: &Path, at: SeekFrom) {
    let mut file = OpenOptions::new().write(true).open(path).unwrap();
    file.seek(at).unwrap();
    file.write_all(&[0x5a; 512]).unwrap();
}

/// A write that did not reach the disk as a whole is one that was not answered: what was before it counts.
#[test]
fn a_torn_end_of_the_write_ahead_log_costs_what_was_torn_and_nothing_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let (data, torn) = (folder.path().join("data"), folder.path().join("torn"));
    let last = killed(&data);
    assert!(wal(&data).exists());
    let mut found = Vec::new();
    for damage in 0..6_u64 {
        copy(&data, &torn);
        match damage {
            0 => {}
            1 => cut(&wal(&torn), 1),
            2 => cut(&wal(&torn), PAGE / 2),
            3 => garble(&wal(&torn), SeekFrom::End(-512)),
            4 => cut(&wal(&torn), 5 * PAGE + 17),
            _ => garble(&wal(&torn), SeekFrom::End(-20 * PAGE as i64)),
        }
        let place = with_store(&torn, async |store| {
            let verdict = verify(store, &mut |_, _| {}).await.unwrap();
            assert_eq!(verdict.broken, None, "damage {damage}");
            assert_eq!(verdict.to, store.head().await.unwrap().last);
            verdict.to
        });
        found.push(place);
        // A service goes on from there.
        let service = Service::start(&torn);
        let (status, answer) = service.describe("f", "afterwards").unwrap();
        assert_eq!((status, answer["event"]["seq"].as_u64()), (200, Some(place + 1)), "{answer}");
        drop(service);
        std::fs::remove_dir_all(&torn).unwrap();
    }
    assert_eq!(found[0], last);
    assert!(found[1..].iter().all(|place| *place < last && *place >= last - 10), "{found:?} of {last}");
}

#[test]
fn a_database_that_lost_its_end_or_its_beginning_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let (data, torn) = (folder.path().join("data"), folder.path().join("torn"));
    stopped(&data);
    for damage in 0..3 {
        copy(&data, &torn);
        let file = torn.join(FILE);
        match damage {
            0 => cut(&file, PAGE),
            1 => cut(&file, std::fs::metadata(&file).unwrap().len() - PAGE),
            _ => garble(&file, SeekFrom::Start(0)),
        }
        let (code, said) = refused(command(&[]), &torn);
        assert_eq!(code, Some(3), "damage {damage}: {said}");
        assert!(
            said.contains("the database file is damaged") && said.contains("put back a copy"),
            "damage {damage}: {said}"
        );
        std::fs::remove_dir_all(&torn).unwrap();
    }
}

/// Any page may be hit: the program says that it is damaged, or finds the log whole; it never crashes, and never finds whole what
/// is not.
#[test]
fn whichever_page_is_hit_the_log_is_whole_or_said_not_to_be() {
    let folder = tempfile::tempdir().unwrap();
    let (data, torn) = (folder.path().join("data"), folder.path().join("torn"));
    stopped(&data);
    let text = |folder: &Path| {
        let (code, said) = run(command(&["export", "--data", folder.to_str().unwrap()]));
        (code == Some(0)).then_some(said)
    };
    let before = text(&data).expect("a whole log is exported");
    let pages = std::fs::metadata(data.join(FILE)).unwrap().len() / PAGE;
    let mut whole = 0;
    for page in 0..pages {
        copy(&data, &torn);
        garble(&torn.join(FILE), SeekFrom::Start(page * PAGE + PAGE - 512));
        let (code, said) = run(command(&["log", "verify", "--data", torn.to_str().unwrap()]));
        match code {
            // Free room, or a table that is not the log's.
            Some(0) => {
                whole += 1;
                assert_eq!(text(&torn).as_ref(), Some(&before), "page {page} was hit: {said}");
            }
            Some(1 | 3) => assert!(!said.trim().is_empty(), "page {page}"),
            _ => panic!("page {page}: {code:?} {said}"),
        }
        std::fs::remove_dir_all(&torn).unwrap();
    }
    assert!(whole < pages, "no damage was found in any of {pages} pages");
}

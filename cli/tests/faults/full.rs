//! A full disk: a small file system of its own, which needs the right to mount one.

use std::path::Path;
use std::process::Command;

use burgee_server::log::verify::verify;

use crate::program::{Service, is_root, with_store};

/// A small file system, gone with this.
struct Small(tempfile::TempDir);

impl Small {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mount =
            |folder: &Path| Command::new("mount").args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"]).arg(folder).output();
        let mounted = is_root() && mount(folder.path()).is_ok_and(|output| output.status.success());
        mounted.then(|| Self(folder))
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

#[test]
fn on_a_full_disk_writes_answer_507_reads_go_on_and_writes_work_again_when_there_is_room() {
    let Some(small) = Small::mount() else {
        println!("skipped: this user may not mount a file system");
        return;
    };
    let data = small.0.path().join("data");
    let ballast = small.0.path().join("ballast");
    std::fs::write(&ballast, vec![1; 1 << 20]).unwrap();
    let mut service = Service::start(&data);
    service.create("f");
    let long = "x".repeat(200);
    let mut written = 0;
    let (status, answer) = loop {
        let (status, answer) = service.describe("f", &format!("{written} {long}")).unwrap();
        if status != 200 {
            break (status, answer);
        }
        written += 1;
        assert!(written < 50_000, "the disk is never full");
    };
    assert_eq!(status, 507, "{answer}");
    assert_eq!(answer["error"], "storage_full");
    assert!(answer["message"].as_str().unwrap().starts_with("the disk is full"), "{answer}");
    // Again and again, and reads go on: of the state, and of the log.
    for _ in 0..5 {
        let (status, answer) = service.describe("f", &long).unwrap();
        assert_eq!(status, 507, "{answer}");
        assert_eq!(service.evaluate("f"), Some(true));
        let (status, answer) = service.get("/flags/f/history?limit=2").unwrap();
        assert_eq!(status, 200, "{answer}");
    }
    std::fs::remove_file(&ballast).unwrap();
    let (status, answer) = service.describe("f", "room").unwrap();
    assert_eq!((status, answer["event"]["version"].as_u64()), (200, Some(written + 2)), "{answer}");

    // A disk that is full when the service stops does no harm either.
    while service.describe("f", &long).unwrap().0 == 200 {}
    service.kill();
    let service = Service::start(&data);
    assert_eq!(service.evaluate("f"), Some(true), "it starts on a full disk");
    drop(service);
    // What can be said of the log needs no room.
    with_store(&data, async |store| {
        let verdict = verify(store, &mut |_, _| {}).await.unwrap();
        assert_eq!(verdict.broken, None);
        assert!(verdict.to > written);
    });
}

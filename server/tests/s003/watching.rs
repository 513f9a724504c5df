//! Changes of files arrive, however they are made.

use std::time::Duration;

use burgee_server::config::Pace;

use crate::files::{EXAMPLE, Files, QUICK, is_on, one, status, write};
use crate::support::{Service, eventually};

/// Waits until a flag is on or off.
async fn becomes(service: &Service, key: &str, on: bool) {
    eventually(&format!("`{key}` becomes {on}"), async || (is_on(service, key).await == on).then_some(())).await;
}

#[tokio::test]
async fn s003_15_an_edit_has_effect_without_a_restart() {
    let files = Files::new("flags.json", EXAMPLE);
    let service = files.service().await;
    assert!(!is_on(&service, "experimental_search").await);
    write(&files.path, &EXAMPLE.replace("\"enabled\": false", "\"enabled\": true"));
    becomes(&service, "experimental_search", true).await;
    assert_eq!(status(&service).loads, 2);
    service.stop().await;
}

#[tokio::test]
async fn s003_16_twenty_writes_at_once_are_one_reload_and_the_last_one_counts() {
    let pace = Pace::default();
    assert_eq!((pace.rest, pace.settle), (Duration::from_millis(500), Duration::from_millis(100)));
    let files = Files::new("flags.json", &one("f", false));
    let path = files.path.clone();
    // The pace of the document: the writes below take less than its rest.
    let service = Service::with(|config| {
        config.flags = vec![path];
        config.watch = Pace { poll: QUICK.poll, ..Pace::default() };
    })
    .await;
    for turn in 0..20 {
        // Others are taken for a torn file if they are read.
        write(&files.path, if turn == 19 { r#"{"flags": {"f": {"name": "last", "enabled": true}}}"# } else { "{" });
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    becomes(&service, "f", true).await;
    // Whatever else would come has come by then.
    tokio::time::sleep(pace.rest + pace.settle * 3).await;
    let status = status(&service);
    assert_eq!((status.loads, status.reason), (2, None));
    service.stop().await;
}

#[tokio::test]
async fn s003_17_a_change_has_effect_within_a_second() {
    let pace = Pace::default();
    assert!(pace.rest + pace.settle <= Duration::from_millis(600), "what is left is for reading");
    let files = Files::new("flags.json", &one("f", false));
    let path = files.path.clone();
    let service = Service::with(|config| config.flags = vec![path]).await;
    let mut took = Vec::new();
    for turn in 1..=5 {
        let started = std::time::Instant::now();
        files.replace(&one("f", turn % 2 == 1));
        becomes(&service, "f", turn % 2 == 1).await;
        took.push(started.elapsed());
    }
    took.sort();
    // The quickest of five, because the machine may have much else to do.
    assert!(took[0] <= Duration::from_secs(1), "{took:?}");
    service.stop().await;
}

#[tokio::test]
async fn s003_28_editors_that_save_by_rename() {
    let files = Files::new("flags.json", &one("f", false));
    let service = files.service().await;
    for turn in 0..3 {
        files.replace(&one("f", turn % 2 == 0));
        becomes(&service, "f", turn % 2 == 0).await;
    }
    // As vim: the old file goes aside, and a new one comes.
    std::fs::rename(&files.path, files.path.with_extension("json~")).unwrap();
    write(&files.path, &one("f", false));
    becomes(&service, "f", false).await;
    service.stop().await;
}

#[tokio::test]
async fn s003_28_a_file_that_is_deleted_and_made_anew() {
    let files = Files::new("flags.json", &one("f", false));
    let service = files.service().await;
    for on in [true, false] {
        std::fs::remove_file(&files.path).unwrap();
        eventually("the file is missed", async || status(&service).reason).await;
        assert_eq!(is_on(&service, "f").await, !on, "the old flags stay");
        write(&files.path, &one("f", on));
        becomes(&service, "f", on).await;
        assert_eq!(status(&service).reason, None);
    }
    service.stop().await;
}

#[cfg(unix)]
#[tokio::test]
async fn s003_28_links_that_are_swapped_as_kubernetes_does() {
    use std::os::unix::fs::symlink;

    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let generation = |name: &str, on: bool| {
        std::fs::create_dir(root.join(name)).unwrap();
        write(&root.join(name).join("flags.json"), &one("f", on));
    };
    let point = |name: &str| {
        symlink(name, root.join("..data_tmp")).unwrap();
        std::fs::rename(root.join("..data_tmp"), root.join("..data")).unwrap();
    };
    generation("..2024_1", false);
    point("..2024_1");
    symlink("..data/flags.json", root.join("flags.json")).unwrap();
    let service = Service::with(|config| {
        config.flags = vec![root.join("flags.json")];
        config.watch = QUICK;
    })
    .await;
    for (turn, on) in [(2, true), (3, false), (4, true)] {
        generation(&format!("..2024_{turn}"), on);
        point(&format!("..2024_{turn}"));
        std::fs::remove_dir_all(root.join(format!("..2024_{}", turn - 1))).unwrap();
        becomes(&service, "f", on).await;
    }
    // The file behind the links is watched too.
    write(&root.join("..2024_4/flags.json"), &one("f", false));
    becomes(&service, "f", false).await;
    service.stop().await;
}

#[cfg(unix)]
#[tokio::test]
async fn s003_28_a_link_in_the_middle_of_the_path() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    for (name, on) in [("a", false), ("b", true)] {
        std::fs::create_dir(root.join(name)).unwrap();
        write(&root.join(name).join("flags.json"), &one("f", on));
    }
    std::os::unix::fs::symlink("a", root.join("current")).unwrap();
    let service = Service::with(|config| {
        config.flags = vec![root.join("current/flags.json")];
        config.watch = QUICK;
    })
    .await;
    std::os::unix::fs::symlink("b", root.join("next")).unwrap();
    std::fs::rename(root.join("next"), root.join("current")).unwrap();
    becomes(&service, "f", true).await;
    service.stop().await;
}

#[tokio::test]
async fn s003_28_a_folder_that_is_replaced_is_found_by_looking() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("inside");
    let path = inside.join("flags.json");
    std::fs::create_dir(&inside).unwrap();
    write(&path, &one("f", false));
    let service = Service::with(|config| {
        config.flags = vec![path.clone()];
        // Nobody tells that a folder above was replaced.
        config.watch = Pace { poll: Duration::from_millis(50), ..QUICK };
    })
    .await;
    std::fs::rename(&inside, folder.path().join("aside")).unwrap();
    std::fs::create_dir(&inside).unwrap();
    write(&path, &one("f", true));
    becomes(&service, "f", true).await;
    service.stop().await;
}

#[tokio::test]
async fn a_file_that_never_rests_is_read_all_the_same() {
    let files = Files::new("flags.json", &one("f", false));
    let path = files.path.clone();
    let service = Service::with(|config| {
        config.flags = vec![path];
        config.watch = Pace { rest: Duration::from_secs(60), most: Duration::from_millis(200), ..QUICK };
    })
    .await;
    files.replace(&one("f", true));
    becomes(&service, "f", true).await;
    service.stop().await;
}

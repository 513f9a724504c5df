//! Data folders that cannot be used.

use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::Command;

use burgee_server::store::sqlite::FILE;

use crate::program::{Service, command, is_root, refused, run};

/// The exit code where the data folder cannot be used.
const DATA: Option<i32> = Some(3);

#[test]
fn a_second_process_on_the_same_data_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path());
    service.create("f");
    let (code, said) = refused(command(&[]), folder.path());
    assert_eq!(code, DATA, "{said}");
    assert!(said.contains("is in use by another process; stop that one"), "{said}");
    // The first one is not disturbed, and those who only look are let in.
    assert_eq!(service.describe("f", "still").unwrap().0, 200);
    let (code, said) = run(command(&["log", "verify", "--data", folder.path().to_str().unwrap()]));
    assert_eq!(code, Some(0), "{said}");
    drop(service);
    // The lock ends with its process, however that ends.
    Service::start(folder.path());
}

#[test]
fn data_of_a_newer_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(Service::start(folder.path()));
    let later = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'later', 1, x'00', 1)";
    sql(folder.path(), later);
    let (code, said) = refused(command(&[]), folder.path());
    assert_eq!(code, DATA, "{said}");
    assert!(said.contains("is of a newer version (schema 9999"), "{said}");
}

fn sql(folder: &Path, statement: &'static str) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.join(FILE));
        let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
        sqlx::query(statement).execute(&pool).await.unwrap();
        pool.close().await;
    });
}

/// The command as somebody to whom modes apply.
fn as_nobody() -> Command {
    let plain = command(&[]);
    if !is_root() {
        return plain;
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(plain.get_program());
    command
}

/// A folder that nobody in particular reaches, for a program that they reach.
fn reachable() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

#[test]
fn a_folder_that_cannot_be_written_to_is_refused() {
    let program = command(&[]);
    let visible = Command::new("setpriv")
        .args(["--reuid=65534", "--clear-groups", "test", "-x"])
        .arg(program.get_program())
        .status();
    if is_root() && !visible.is_ok_and(|status| status.success()) {
        println!("skipped: nobody else can run the program where it is");
        return;
    }
    // One that is to be created.
    let outer = reachable();
    std::fs::set_permissions(outer.path(), std::fs::Permissions::from_mode(0o555)).unwrap();
    let (code, said) = refused(as_nobody(), &outer.path().join("data"));
    assert_eq!(code, DATA, "{said}");
    assert!(said.contains("cannot be written to; check its owner and its mode"), "{said}");

    // One with data.
    let folder = reachable();
    let data = folder.path().join("data");
    drop(Service::start(&data));
    if is_root() {
        chown(&data, Some(65534), Some(65534)).unwrap();
    }
    for entry in std::fs::read_dir(&data).unwrap() {
        let path = entry.unwrap().path();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o444)).unwrap();
    }
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o555)).unwrap();
    let (code, said) = refused(as_nobody(), &data);
    assert_eq!(code, DATA, "{said}");
    assert!(said.contains("cannot be written to"), "{said}");
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_path_that_is_no_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let (code, said) = refused(command(&[]), &file);
    assert_eq!(code, DATA, "{said}");
    assert!(said.contains("the data folder") && said.contains("cannot be used"), "{said}");
}

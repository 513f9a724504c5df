//! Nothing outside is needed.

use crate::files::{EXAMPLE, Files, is_on, text};
use crate::support::eventually;

/// What the test below runs where there is no network but the loopback device.
#[tokio::test]
#[ignore = "run by `s003_27_works_without_a_network` in a network of its own"]
async fn without_a_network() {
    let files = Files::new("flags.json", EXAMPLE);
    let service = files.service().await;
    let in_force = r#"{"flag":"new_checkout_flow","enabled":true}"#;
    assert_eq!(text(&service, "/flags/new_checkout_flow?user_id=user_123").await, (200, in_force.into()));
    files.replace(&EXAMPLE.replace("\"enabled\": false", "\"enabled\": true"));
    eventually("a change is followed", async || is_on(&service, "experimental_search").await.then_some(())).await;
    assert_eq!(text(&service, "/readyz").await.0, 200);
    service.stop().await;
    println!("ran without a network");
}

#[test]
fn s003_27_works_without_a_network() {
    let own = std::env::current_exe().unwrap();
    // A user namespace, so that nobody needs to be root; nothing but the loopback device is in the new network.
    let script = "ip link set lo up && test \"$(ip -o link show | wc -l)\" = 1 && exec \"$0\" --ignored --exact offline::without_a_network --nocapture";
    let output = std::process::Command::new("unshare").args(["-rn", "sh", "-c", script]).arg(own).output();
    match output {
        Ok(output) if output.status.success() => {
            let said = String::from_utf8_lossy(&output.stdout);
            assert!(said.contains("ran without a network"), "{said}");
        }
        Ok(output) if String::from_utf8_lossy(&output.stderr).contains("unshare") => {
            println!("left out: this machine lets nobody make a network namespace");
        }
        Ok(output) => panic!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)),
        Err(error) => println!("left out: `unshare` cannot be run: {error}"),
    }
}

//! The feed at a millisecond: what its README shows, and that it ends with a host that is killed.

use std::path::Path;

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::examples::{COMMAND_TIMEOUT, LEFT_TIMEOUT, Running, leaves_nothing, processes_of, shown};

#[tokio::test]
async fn sensor_feed_does_what_its_readme_shows() {
    shown("sensor-feed").first().unwrap().holds().await;
}

#[tokio::test]
async fn a_feed_ends_with_a_host_that_is_killed() {
    let directory = tempfile::tempdir().unwrap();
    let command = "cargo build --bin sensor-feed-plugin && cargo run --bin sensor-feed-host -- 1000000";
    let mut running = Running::start(command, directory.path());
    let mut printed = BufReader::new(running.child.as_mut().unwrap().stdout.take().unwrap()).lines();
    let first =
        tokio::time::timeout(COMMAND_TIMEOUT, printed.next_line()).await.expect("the feed begins").unwrap();
    assert_eq!(first.as_deref(), Some("the feed has begun, 1 under way"));

    // The name of a process has 15 bytes.
    let host = process_named("sensor-feed-hos", directory.path());
    process_named("sensor-feed-plu", directory.path());
    kill_process(host, Signal::KILL).unwrap();
    leaves_nothing(directory.path(), LEFT_TIMEOUT).await;
}

fn process_named(name: &str, directory: &Path) -> Pid {
    let processes = processes_of(directory);
    let is_named = |process: &&String| {
        std::fs::read_to_string(Path::new(process).join("comm")).is_ok_and(|found| found.trim() == name)
    };
    let process = processes.iter().find(is_named).unwrap_or_else(|| panic!("no {name} in {processes:?}"));
    let id = Path::new(process).file_name().unwrap().to_str().unwrap().parse().unwrap();
    Pid::from_raw(id).unwrap()
}

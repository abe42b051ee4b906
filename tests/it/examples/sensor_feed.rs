//! The feed at a millisecond: what its README shows, that it is as fast as it is asked for, and that it ends with a host that is
//! killed.

#[path = "../../../examples/sensor-feed/contract.rs"]
mod contract;

use std::path::Path;
use std::time::{Duration, Instant};

use contract::{FeedRequest, SensorData, SensorFeed, SensorFeedClient, cookie};
use rpcplugin::{Code, PluginClient};
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::examples::{
    COMMAND_TIMEOUT, LEFT_TIMEOUT, Running, build_all, built, leaves_nothing, processes_of, shown,
};

/// A thousand readings at a millisecond take a second, and on a machine that does other things some more.
const THOUSAND_TIMEOUT: Duration = Duration::from_secs(60);

#[tokio::test]
async fn sensor_feed_does_what_its_readme_shows() {
    let printed = shown("sensor-feed").first().unwrap().holds().await;
    // In a README a number is any number.
    let took = printed.lines().find_map(|line| line.strip_prefix("1000 readings in ")?.strip_suffix(" ms"));
    assert!(took.unwrap().parse::<u64>().unwrap() >= 999, "{printed}");
}

/// Takes so many readings, and says how long that took.
async fn take(sensors: &SensorFeedClient, interval: Duration, count: u32) -> Duration {
    let interval_us = interval.as_micros().try_into().unwrap();
    let clock = Instant::now();
    let mut feed = sensors.start_data_stream(FeedRequest { interval_us }).await.unwrap();
    let mut readings: Vec<SensorData> = Vec::new();
    for _ in 0..count {
        readings.push(feed.message().await.unwrap().expect("a feed has no end"));
    }
    let took = clock.elapsed();
    assert!(readings.iter().map(|reading| reading.sequence).eq(0..count.into()));
    took
}

#[tokio::test]
async fn a_feed_is_as_fast_as_it_is_asked_for() {
    build_all();
    let plugin =
        PluginClient::builder(built().join("sensor-feed-plugin"), cookie().unwrap()).start().await.unwrap();
    let sensors = SensorFeedClient::new(plugin.channel());
    // This clock goes before the feed's does and after its last reading: a busy machine can make it slower, and none faster.
    let (slow, fast) = (Duration::from_millis(100), Duration::from_millis(1));
    let both = async { tokio::join!(take(&sensors, slow, 11), take(&sensors, fast, 1000)) };
    // At the pace of the slow one the fast one would take longer than that.
    let (slow_took, fast_took) =
        tokio::time::timeout(THOUSAND_TIMEOUT, both).await.expect("a reading a millisecond");
    assert!(slow_took >= slow * 10, "{slow_took:?}");
    assert!(fast_took >= fast * 999, "{fast_took:?}");

    let refused = sensors.start_data_stream(FeedRequest { interval_us: 99 }).await;
    let status = match refused {
        Ok(mut feed) => feed.message().await.unwrap_err(),
        Err(status) => status,
    };
    assert_eq!(status.code(), Code::InvalidArgument, "{status}");
    plugin.stop().await;
}

#[tokio::test]
async fn a_feed_ends_with_a_host_that_is_killed() {
    let directory = tempfile::tempdir().unwrap();
    let command = "cargo build --bin sensor-feed-plugin && cargo run --bin sensor-feed-host -- 1000000";
    let mut running = Running::start(command, directory.path());
    let mut printed = BufReader::new(running.child.stdout()).lines();
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

//! The host: `sensor-feed-host [READINGS]` takes so many readings, 1000 unless said, one a millisecond.

mod contract;

use std::error::Error;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use contract::{FeedRequest, SensorFeed, SensorFeedClient, cookie};
use rpcplugin::PluginClient;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let readings = match std::env::args().nth(1) {
        Some(text) => text.parse().map_err(|_| format!("`{text}` is no number of readings"))?,
        None => 1000,
    };
    let program = std::env::current_exe()?.with_file_name("sensor-feed-plugin");
    let plugin = PluginClient::builder(program, cookie()?).start().await?;
    let sensors = SensorFeedClient::new(plugin.channel());

    let clock = Instant::now();
    let mut feed = sensors.start_data_stream(FeedRequest { interval_us: 1000 }).await?;
    let mut delays = Vec::new();
    for _ in 0..readings {
        let data = feed.message().await?.ok_or("the feed has ended")?;
        delays.push(now_ns()? - data.timestamp);
        if data.sequence == 0 {
            println!("the feed has begun, {} under way", sensors.get_status().await?.active_feeds);
        }
    }
    println!("{readings} readings in {} ms", clock.elapsed().as_millis());
    delays.sort_unstable();
    let (middle, last) = (delays.get(delays.len() / 2), delays.last());
    let us = |ns: Option<&i64>| ns.map_or(0, |ns| ns / 1000);
    println!("each under way for {} µs in the middle, for {} µs at most", us(middle), us(last));

    // Nobody reads any more: that is all that ends it.
    drop(feed);
    let clock = Instant::now();
    while sensors.get_status().await?.active_feeds > 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    println!("the feed ended {} ms after its reader", clock.elapsed().as_millis());

    let stopped = plugin.stop().await;
    println!("the plugin ended by itself: {}", !stopped.killed);
    Ok(())
}

/// The clock of the readings, which is the one of both processes.
fn now_ns() -> Result<i64, Box<dyn Error>> {
    Ok(i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos())?)
}

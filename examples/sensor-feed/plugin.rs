//! The plugin: reads four sensors as often as it is told.

mod contract;

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use contract::{FeedRequest, FeedStatus, SensorData, SensorFeed, SensorFeedServer, cookie};
use futures_util::stream::unfold;
use rpcplugin::{PluginServer, Status, Streaming};
use tokio::time::{Interval, MissedTickBehavior, interval};

/// Nothing is read more often than that.
const INTERVAL_US_MIN: u64 = 100;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    PluginServer::new(cookie()?).service(SensorFeedServer::new(Sensors::default())).serve().await?;
    Ok(())
}

#[derive(Default)]
struct Sensors {
    /// Each feed holds it as well, and so it says how many there are.
    feeds: Arc<()>,
}

impl SensorFeed for Sensors {
    async fn start_data_stream(&self, request: FeedRequest) -> Result<Streaming<SensorData>, Status> {
        if request.interval_us < INTERVAL_US_MIN {
            return Err(Status::invalid_argument(format!(
                "a reading every {} µs is too much; ask for one every {INTERVAL_US_MIN} µs at most",
                request.interval_us
            )));
        }
        let mut clock = interval(Duration::from_micros(request.interval_us));
        // Who reads too slowly misses readings: nothing waits in a queue and grows old.
        clock.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let feed = Feed { started: Instant::now(), clock, sequence: 0, _counted: Arc::clone(&self.feeds) };
        // There is no loop that asks whether the host is still there: the stream is dropped with its call, and the feed with it.
        Ok(Streaming::new(unfold(feed, |mut feed| async { Some((Ok(feed.read().await), feed)) })))
    }

    async fn get_status(&self) -> Result<FeedStatus, Status> {
        let active_feeds = u64::try_from(Arc::strong_count(&self.feeds) - 1).unwrap_or(u64::MAX);
        Ok(FeedStatus { active_feeds })
    }
}

struct Feed {
    started: Instant,
    clock: Interval,
    sequence: u64,
    _counted: Arc<()>,
}

impl Feed {
    async fn read(&mut self) -> SensorData {
        self.clock.tick().await;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let sensor = |period_s: f32| (self.started.elapsed().as_secs_f32() / period_s).sin();
        let data = SensorData {
            timestamp: i64::try_from(now.as_nanos()).unwrap_or(i64::MAX),
            sequence: self.sequence,
            sensor1: sensor(1.0),
            sensor2: sensor(2.0),
            sensor3: sensor(3.0),
            sensor4: sensor(4.0),
        };
        self.sequence += 1;
        data
    }
}

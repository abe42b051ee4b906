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

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    /// By a clock that goes on only where everybody waits for it: a busy machine is none the slower.
    #[tokio::test(start_paused = true)]
    async fn a_thousand_readings_are_exactly_as_far_apart_as_is_asked_for() {
        for interval_us in [1000, 50_000] {
            let request = FeedRequest { interval_us };
            let mut feed = Sensors::default().start_data_stream(request).await.unwrap();
            let begin = Instant::now();
            for sequence in 0..1000 {
                let reading = feed.message().await.unwrap().expect("a feed has no end");
                assert_eq!(reading.sequence, sequence);
                let expected = Duration::from_micros(interval_us * sequence);
                assert_eq!(begin.elapsed(), expected, "reading {sequence} at {interval_us} µs");
            }
        }
    }
}

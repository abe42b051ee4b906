//! What host and plugin agree on. In a real project this is a crate of its own that both use.
#![allow(unreachable_pub, reason = "the contract is written as it stands in a crate of its own")]

use rpcplugin::{BinaryMessage, Cookie, CookieError, Status, Streaming, rpc_protocol};

/// Host and plugin know the same cookie: by it a program sees that it was started as a plugin.
pub fn cookie() -> Result<Cookie, CookieError> {
    Cookie::new("SENSOR_FEED_PLUGIN", "a-random-text-that-both-know")
}

/// How often readings are wanted.
#[derive(BinaryMessage, Clone, Debug)]
pub struct FeedRequest {
    /// A reading every so many microseconds.
    #[binary(id = 1)]
    pub interval_us: u64,
}

/// What the sensors say at one moment. No field has an id: 32 bytes, as they lie, for the least work at either end.
#[derive(BinaryMessage, Clone, Debug)]
#[binary(fixed, endian = "big")]
pub struct SensorData {
    /// When, in nanoseconds since 1970.
    pub timestamp: i64,
    /// How many readings are before this one.
    pub sequence: u64,
    /// The first sensor, as are the others from -1 to 1.
    pub sensor1: f32,
    /// The second.
    pub sensor2: f32,
    /// The third.
    pub sensor3: f32,
    /// The fourth.
    pub sensor4: f32,
}

/// How the plugin is.
#[derive(BinaryMessage, Clone, Debug)]
pub struct FeedStatus {
    /// How many feeds are under way.
    #[binary(id = 1)]
    pub active_feeds: u64,
}

/// Reads sensors.
#[rpc_protocol(service = "sensors.SensorFeed")]
pub trait SensorFeed {
    /// Readings, until nobody reads them any more.
    async fn start_data_stream(&self, request: FeedRequest) -> Result<Streaming<SensorData>, Status>;

    /// How the plugin is.
    async fn get_status(&self) -> Result<FeedStatus, Status>;
}

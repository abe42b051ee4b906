//! What host and plugin agree on. In a real project this is a crate of its own that both use.

use rpcplugin::{BinaryMessage, Status, Streaming, rpc_protocol};

/// Which station is asked for.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct Station {
    /// Its name.
    #[binary(id = 1)]
    pub name: String,
}

/// A temperature at a station.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct Reading {
    /// The station's name.
    #[binary(id = 1)]
    pub station: String,
    /// The temperature in degrees Celsius.
    #[binary(id = 2)]
    pub celsius: f64,
}

/// What a number of readings come to.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct Summary {
    /// How many readings there were.
    #[binary(id = 1)]
    pub count: u64,
    /// Their mean in degrees Celsius.
    #[binary(id = 2)]
    pub mean_celsius: f64,
}

/// Knows how warm it is.
#[rpc_protocol(service = "quickstart.Thermometer")]
pub trait Thermometer {
    /// One request, one response.
    async fn read(&self, request: Station) -> Result<Reading, Status>;

    /// One request, a stream of responses.
    async fn watch(&self, request: Station) -> Result<Streaming<Reading>, Status>;

    /// A stream of requests, one response.
    async fn summarize(&self, requests: Streaming<Reading>) -> Result<Summary, Status>;

    /// A stream of requests, a stream of responses.
    async fn calibrate(&self, requests: Streaming<Reading>) -> Result<Streaming<Reading>, Status>;
}

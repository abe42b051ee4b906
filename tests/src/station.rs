//! A contract of which one message is none of protobuf.

use rpcplugin::{BinaryMessage, Status, rpc_protocol};

/// What a sensor has measured.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct Reading {
    /// The temperature.
    pub celsius: f32,
}

/// Measures.
#[rpc_protocol(service = "station.v1.Station")]
pub trait Station {
    /// The temperature now.
    #[rpc(idempotent)]
    async fn read(&self, sensor: String) -> Result<Reading, Status>;

    /// How many sensors there are.
    async fn count(&self) -> Result<u32, Status>;
}

/// Always measures the same.
#[derive(Debug)]
pub struct Thermometer;

impl Station for Thermometer {
    async fn read(&self, sensor: String) -> Result<Reading, Status> {
        tracing::debug!(%sensor, "a sensor is read");
        Ok(Reading { celsius: 21.5 })
    }

    async fn count(&self) -> Result<u32, Status> {
        Ok(3)
    }
}

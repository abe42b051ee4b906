//! The plugin: a handler for the contract, and a line that serves it.

use futures_util::TryStreamExt;
use rpcplugin::{Cookie, PluginServer, ServeError, Status, Streaming};

use crate::contract::{Reading, Station, Summary, Thermometer, ThermometerServer};

/// How much the thermometers of this plugin are wrong, in degrees.
const ERROR_CELSIUS: f64 = 0.5;

pub async fn run(cookie: Cookie) -> Result<(), ServeError> {
    PluginServer::new(cookie).service(ThermometerServer::new(Garden)).serve().await
}

struct Garden;

impl Thermometer for Garden {
    async fn read(&self, request: Station) -> Result<Reading, Status> {
        // A line on standard error is a log line: the host sees it as a `tracing` event.
        eprintln!("[INFO] somebody reads the thermometer at {}", request.name);
        match request.name.as_str() {
            "greenhouse" => Ok(Reading { station: request.name, celsius: 24.0 }),
            other => Err(Status::not_found(format!("no station `{other}`; there is one: greenhouse"))),
        }
    }

    async fn watch(&self, request: Station) -> Result<Streaming<Reading>, Status> {
        let readings = [24.0, 24.5, 25.0].map(|celsius| Reading { station: request.name.clone(), celsius });
        Ok(Streaming::from_iter(readings))
    }

    async fn summarize(&self, mut requests: Streaming<Reading>) -> Result<Summary, Status> {
        let (mut count, mut sum) = (0_u32, 0.0);
        while let Some(reading) = requests.message().await? {
            count += 1;
            sum += reading.celsius;
        }
        Ok(Summary { count: count.into(), mean_celsius: sum / f64::from(count.max(1)) })
    }

    async fn calibrate(&self, requests: Streaming<Reading>) -> Result<Streaming<Reading>, Status> {
        // Each answer goes out as soon as its request is there.
        Ok(Streaming::new(requests.map_ok(|mut reading| {
            reading.celsius -= ERROR_CELSIUS;
            reading
        })))
    }
}

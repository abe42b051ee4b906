//! The plugin: serves each version to the hosts that ask for it, with one handler for both.

mod contract;

use std::time::Instant;

use contract::{
    BatchProcessRequest, BatchProcessResponse, DataProcessorV1, DataProcessorV1Server, DataProcessorV2,
    DataProcessorV2Server, ProcessRequestV1, ProcessRequestV2, ProcessResponseV1, ProcessResponseV2,
};
use rpcplugin::{PluginServer, Router, Status};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    PluginServer::new(contract::cookie()?)
        // Which services there are is agreed on in the handshake, ...
        .version(1, Router::new().service(DataProcessorV1Server::new(Processor))?)
        .version(2, Router::new().service(DataProcessorV2Server::new(Processor))?)
        // ... and how much of them is known, whoever asks is told.
        .versioned_protocol(contract::known([(1, 0), (1, 1), (2, 0), (2, 1)])?)
        .serve()
        .await?;
    Ok(())
}

struct Processor;

impl DataProcessorV1 for Processor {
    async fn process(&self, request: ProcessRequestV1) -> Result<ProcessResponseV1, Status> {
        Ok(ProcessResponseV1 { result: request.data })
    }
}

impl DataProcessorV2 for Processor {
    async fn process(&self, request: ProcessRequestV2) -> Result<ProcessResponseV2, Status> {
        process(request)
    }

    async fn batch_process(&self, request: BatchProcessRequest) -> Result<BatchProcessResponse, Status> {
        let responses = request.requests.into_iter().map(process).collect::<Result<_, _>>()?;
        Ok(BatchProcessResponse { responses })
    }
}

fn process(request: ProcessRequestV2) -> Result<ProcessResponseV2, Status> {
    let clock = Instant::now();
    let ProcessRequestV2 { data, options, tags } = request;
    if data.is_empty() {
        return Err(Status::invalid_argument("the field `data` is empty"));
    }
    let mut result =
        if options.get("uppercase").is_some_and(|on| on == "true") { data.to_uppercase() } else { data };
    if !tags.is_empty() {
        result = format!("[{}] {result}", tags.join(","));
    }
    Ok(ProcessResponseV2 { result, processing_time: clock.elapsed().as_secs_f64() })
}

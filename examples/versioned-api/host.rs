//! The host: once as it was when there was one version, once as it is, opposite the same plugin.

mod contract;

use std::path::Path;

use contract::{
    BatchProcessRequest, DataProcessorV1, DataProcessorV1Client, DataProcessorV2, DataProcessorV2Client,
    ProcessRequestV1, ProcessRequestV2,
};
use rpcplugin::{Channel, ContractVersion, PluginClient, Status, VersionedClients};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let program = std::env::current_exe()?.with_file_name("versioned-api-plugin");
    println!("a host that knows version 1");
    run(&program, VersionedClients::new().version(1, first)).await?;
    println!("a host that knows versions 1 and 2");
    run(&program, VersionedClients::new().version(1, first).version(2, second)).await
}

/// The client of either version.
enum DataProcessor {
    V1(DataProcessorV1Client),
    V2(DataProcessorV2Client),
}

fn first(channel: Channel) -> DataProcessor {
    DataProcessor::V1(DataProcessorV1Client::new(channel))
}

fn second(channel: Channel) -> DataProcessor {
    DataProcessor::V2(DataProcessorV2Client::new(channel))
}

async fn run(
    program: &Path,
    clients: VersionedClients<DataProcessor>,
) -> Result<(), Box<dyn std::error::Error>> {
    let plugin = PluginClient::builder(program, contract::cookie()?)
        .protocol_versions(clients.versions())
        .start()
        .await?;
    println!("  the handshake chose version {}", plugin.protocol_version());
    match clients.client(&plugin)? {
        DataProcessor::V1(processor) => {
            let response = processor.process(ProcessRequestV1 { data: "hello".to_owned() }).await?;
            println!("  processed: {}", response.result);
        }
        DataProcessor::V2(processor) => {
            // Batches came with 2.1: the plugin is asked how much of version 2 it has.
            let version = contract::known([(2, 0), (2, 1)])?.negotiate_over(&plugin.channel()).await?;
            println!("  of version 2 there is {version}");
            if version >= ContractVersion::new(2, 1) {
                batch(&processor).await?;
            }
            // What neither side can keep to is said at once, with what there is.
            if let Err(error) = contract::known([(3, 0)])?.negotiate_over(&plugin.channel()).await {
                println!("  {error}");
            }
        }
    }
    plugin.stop().await;
    Ok(())
}

async fn batch(processor: &DataProcessorV2Client) -> Result<(), Status> {
    let request = |data: &str| ProcessRequestV2 {
        data: data.to_owned(),
        options: [("uppercase".to_owned(), "true".to_owned())].into(),
        tags: vec!["greeting".to_owned(), "example".to_owned()],
    };
    let requests = vec![request("hello"), request("good night")];
    for response in processor.batch_process(BatchProcessRequest { requests }).await?.responses {
        println!("  processed: {}", response.result);
    }
    Ok(())
}

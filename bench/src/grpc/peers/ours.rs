//! This crate as its users know it: a plugin that its host starts.

use std::time::Duration;

use rpcplugin::{PluginClient, PluginServer, Security, Status, Streaming, Transport};

use super::EchoCalls;
use super::layers::Layer;
use crate::Fault;
use crate::contract::{self, Blob, Echo, EchoClient, EchoServer, Order};
use crate::place::{Place, Socket};
use crate::processes::Program;

/// A counted process is fifty times as slow as another.
const PATIENCE: Duration = Duration::from_secs(60);

struct Handler;

impl Echo for Handler {
    async fn echo(&self, request: Blob) -> Result<Blob, Status> {
        Ok(request)
    }

    async fn repeat(&self, request: Order) -> Result<Streaming<Blob>, Status> {
        let blob = Blob { payload: contract::payload(request.payload_bytes) };
        Ok(Streaming::from_iter((0..request.count).map(move |_| blob.clone())))
    }
}

/// The part of the plugin.
pub(crate) async fn serve(place: Place, layer: Option<Layer>) -> Result<(), Fault> {
    let transport = match place.socket {
        Socket::Unix => Transport::Unix,
        Socket::Tcp => Transport::Tcp,
    };
    let server = PluginServer::new(contract::cookie()?).transport(transport);
    let server = match layer {
        None => server,
        Some(layer) => layer.around_server(server)?,
    };
    Ok(server.service(EchoServer::new(Handler)).serve().await?)
}

/// The part of the host.
pub(crate) async fn start(
    program: &Program,
    place: Place,
    layer: Option<Layer>,
) -> Result<(EchoClient, PluginClient), Fault> {
    let plugin = PluginClient::builder(&program.path, contract::cookie()?)
        .args(&program.arguments)
        .env(program.variable.0, program.variable.1)
        .security(if place.tls { Security::AutoMtls } else { Security::Plaintext })
        .start_timeout(PATIENCE)
        .stop_grace(PATIENCE)
        .start()
        .await?;
    let channel = match layer {
        None => plugin.channel(),
        Some(layer) => layer.around_channel(plugin.channel())?,
    };
    Ok((EchoClient::new(channel), plugin))
}

impl EchoCalls for EchoClient {
    async fn round_trip(&self, payload: Vec<u8>) -> Result<Vec<u8>, Fault> {
        Ok(self.echo(Blob { payload }).await?.payload)
    }

    async fn stream(&self, count: u32, payload_bytes: u32) -> Result<(u32, usize), Fault> {
        let mut blobs = self.repeat(Order { count, payload_bytes }).await?;
        let (mut messages, mut bytes) = (0, 0);
        while let Some(blob) = blobs.message().await? {
            messages += 1;
            bytes += blob.payload.len();
        }
        Ok((messages, bytes))
    }
}

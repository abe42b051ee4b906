//! This crate as its users know it: a typed client and a typed handler, in a plugin that its host starts.

use bytes::Bytes;
use rpcplugin::{PluginClient, Status, Streaming, Wire};
use rpcplugin_bench::calls::{
    EchoCalls, Fault, Place, Program, Running, Station, builder, check_echo, check_stream, payload, server,
};

use crate::contract::{Blob, Order, Packed, PackedClient, PackedServer};

struct Handler;

impl Packed for Handler {
    async fn echo(&self, request: Blob) -> Result<Blob, Status> {
        Ok(request)
    }

    async fn repeat(&self, request: Order) -> Result<Streaming<Blob>, Status> {
        let blob = Blob { payload: payload(request.payload_bytes) };
        Ok(Streaming::from_iter((0..request.count).map(move |_| blob.clone())))
    }
}

/// The part of the plugin.
pub(crate) async fn serve(place: Place) -> Result<(), Fault> {
    Ok(server(place)?.service(PackedServer::new(Handler)).serve().await?)
}

/// The part of the host.
pub(crate) async fn launch(
    program: &Program,
    place: Place,
    wire: Wire,
) -> Result<(PackedClient, PluginClient), Fault> {
    let plugin = builder(program, place, wire)?.start().await?;
    Ok((PackedClient::new(plugin.channel()), plugin))
}

/// The part of the host. Makes sure that the plugin answers as it should.
pub(super) async fn start(program: &Program, place: Place) -> Result<Box<dyn Station>, Fault> {
    let (client, plugin) = launch(program, place, Wire::Binary).await?;
    check_echo(&client).await?;
    check_stream(&client).await?;
    Ok(Running::plugin(client, plugin))
}

impl EchoCalls for PackedClient {
    async fn round_trip(&self, payload: Bytes) -> Result<Bytes, Fault> {
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

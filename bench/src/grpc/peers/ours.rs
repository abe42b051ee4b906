//! This crate as its users know it: a plugin that its host starts.

use bytes::Bytes;
use rpcplugin::{Status, Streaming, Wire};
use rpcplugin_bench::calls::{
    EchoCalls, Fault, Place, Program, Running, Station, builder, check_echo, check_stream, payload, server,
};

use super::layers::Layer;
use crate::contract::{Blob, Echo, EchoClient, EchoServer, Order};

struct Handler;

impl Echo for Handler {
    async fn echo(&self, request: Blob) -> Result<Blob, Status> {
        Ok(request)
    }

    async fn repeat(&self, request: Order) -> Result<Streaming<Blob>, Status> {
        let blob = Blob { payload: payload(request.payload_bytes) };
        Ok(Streaming::from_iter((0..request.count).map(move |_| blob.clone())))
    }
}

/// The part of the plugin.
pub(crate) async fn serve(place: Place, layer: Option<Layer>) -> Result<(), Fault> {
    let server = match layer {
        None => server(place)?,
        Some(layer) => layer.around_server(server(place)?)?,
    };
    Ok(server.service(EchoServer::new(Handler)).serve().await?)
}

/// The part of the host. Makes sure that the plugin answers as it should.
pub(crate) async fn start(
    program: &Program,
    place: Place,
    layer: Option<Layer>,
) -> Result<Box<dyn Station>, Fault> {
    let plugin = builder(program, place, Wire::Grpc)?.start().await?;
    let channel = match layer {
        None => plugin.channel(),
        Some(layer) => layer.around_channel(plugin.channel())?,
    };
    let client = EchoClient::new(channel);
    check_echo(&client).await?;
    check_stream(&client).await?;
    Ok(Running::plugin(client, plugin))
}

impl EchoCalls for EchoClient {
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

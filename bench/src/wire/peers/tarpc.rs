//! tarpc as its users know it: generated code, its transport with bincode, a task for each request.
//!
//! Its two queues have room for everything that is in flight, as its documents advise.

use std::path::Path;

use bytes::Bytes;
use futures_util::StreamExt;
use rpcplugin_bench::calls::{
    EchoCalls, Fault, Handle, Place, Program, Running, Server, Station, Take, accept, check_echo, connect,
};
use tarpc::client::Config as ClientConfig;
use tarpc::context::{self, Context};
use tarpc::serde_transport;
use tarpc::server::{BaseChannel, Channel as _, Config as ServerConfig};
use tarpc::tokio_serde::formats::Bincode;
use tarpc::tokio_util::codec::LengthDelimitedCodec;
use tokio::io::{AsyncRead, AsyncWrite};

/// More than are ever in flight.
const REQUESTS_MAX: usize = 2048;

#[tarpc::service]
pub(crate) trait Echo {
    async fn echo(payload: Bytes) -> Bytes;
}

#[derive(Clone)]
struct Handler;

impl Echo for Handler {
    async fn echo(self, _context: Context, payload: Bytes) -> Bytes {
        payload
    }
}

/// The part of the server.
pub(super) async fn serve(place: Place, directory: &Path) -> Result<(), Fault> {
    accept(place, directory, Answers).await
}

#[derive(Clone)]
struct Answers;

impl Handle for Answers {
    async fn handle<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
        self,
        socket: S,
    ) -> Result<(), Fault> {
        let framed = LengthDelimitedCodec::builder().new_framed(socket);
        let config = ServerConfig { pending_response_buffer: REQUESTS_MAX };
        BaseChannel::new(config, serde_transport::new(framed, Bincode::default()))
            .execute(Handler.serve())
            .for_each(|response| async {
                tokio::spawn(response);
            })
            .await;
        Ok(())
    }
}

/// Starts the server, and makes sure that it answers as it should.
pub(super) async fn start(
    program: &Program,
    place: Place,
    directory: &Path,
) -> Result<Box<dyn Station>, Fault> {
    let server = Server::start(program)?;
    let client = connect(&server.listening, place, directory, Open).await?;
    check_echo(&client).await?;
    Ok(Running::server(client, server))
}

struct Open;

impl Take for Open {
    type Taken = EchoClient;

    async fn take<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
        self,
        socket: S,
    ) -> Result<EchoClient, Fault> {
        let framed = LengthDelimitedCodec::builder().new_framed(socket);
        let mut config = ClientConfig::default();
        config.max_in_flight_requests = REQUESTS_MAX;
        config.pending_request_buffer = REQUESTS_MAX;
        Ok(EchoClient::new(config, serde_transport::new(framed, Bincode::default())).spawn())
    }
}

impl EchoCalls for EchoClient {
    async fn round_trip(&self, payload: Bytes) -> Result<Bytes, Fault> {
        Ok(self.echo(context::current(), payload).await?)
    }

    async fn stream(&self, _count: u32, _payload_bytes: u32) -> Result<(u32, usize), Fault> {
        Err("tarpc has no streams".into())
    }
}

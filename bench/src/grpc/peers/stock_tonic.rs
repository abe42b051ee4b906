//! tonic as its users know it: generated code, its own transport, its defaults.

use std::path::Path;
use std::pin::Pin;

use futures_util::{Stream, stream};
use hyper_util::rt::TokioIo;
use tokio::net::{UnixListener, UnixStream};
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity, Server, ServerTlsConfig};
use tonic::{Request, Response, Status};

use super::EchoCalls;
use super::generated::echo_client::EchoClient;
use super::generated::echo_server::{Echo, EchoServer};
use super::generated::{Blob, Order};
use crate::Fault;
use crate::contract;
use crate::identities::{self, Side};
use crate::place::{Place, Socket};
use crate::processes::{Listening, announce, socket_path};

struct Handler;

#[tonic::async_trait]
impl Echo for Handler {
    async fn echo(&self, request: Request<Blob>) -> Result<Response<Blob>, Status> {
        Ok(Response::new(request.into_inner()))
    }

    type RepeatStream = Pin<Box<dyn Stream<Item = Result<Blob, Status>> + Send>>;

    async fn repeat(&self, request: Request<Order>) -> Result<Response<Self::RepeatStream>, Status> {
        let Order { count, payload_bytes } = request.into_inner();
        let blob = Blob { payload: contract::payload(payload_bytes) };
        Ok(Response::new(Box::pin(stream::iter((0..count).map(move |_| Ok(blob.clone()))))))
    }
}

/// The part of the server.
pub(crate) async fn serve(place: Place, directory: &Path) -> Result<(), Fault> {
    let mut server = Server::builder();
    if place.tls {
        let pair = identities::read(directory, Side::Server)?;
        let host = identities::read(directory, Side::Client)?;
        let config = ServerTlsConfig::new()
            .identity(Identity::from_pem(pair.certificate, pair.key))
            .client_ca_root(Certificate::from_pem(host.certificate));
        server = server.tls_config(config)?;
    }
    let server = server.add_service(EchoServer::new(Handler));
    match place.socket {
        Socket::Unix => {
            let path = socket_path(directory);
            let listener = UnixListener::bind(&path)?;
            announce(&Listening::Unix(path))?;
            let incoming = stream::unfold(listener, async |listener| {
                let accepted = listener.accept().await.map(|(stream, _peer)| stream);
                Some((accepted, listener))
            });
            server.serve_with_incoming(incoming).await?;
        }
        Socket::Tcp => {
            // What `serve` does with an address, which would not say the port.
            let incoming = TcpIncoming::bind(([127, 0, 0, 1], 0).into())?.with_nodelay(Some(true));
            announce(&Listening::Tcp(incoming.local_addr()?))?;
            server.serve_with_incoming(incoming).await?;
        }
    }
    Ok(())
}

/// The part of the client.
pub(crate) async fn connect(
    listening: &Listening,
    place: Place,
    directory: &Path,
) -> Result<EchoClient<Channel>, Fault> {
    let scheme = if place.tls { "https" } else { "http" };
    let mut endpoint = match listening {
        // The connector knows the way: the address only says what stands in the requests.
        Listening::Unix(_) => Endpoint::from_shared(format!("{scheme}://localhost"))?,
        Listening::Tcp(address) => Endpoint::from_shared(format!("{scheme}://{address}"))?,
    };
    if place.tls {
        let pair = identities::read(directory, Side::Client)?;
        let plugin = identities::read(directory, Side::Server)?;
        let config = ClientTlsConfig::new()
            .ca_certificate(Certificate::from_pem(plugin.certificate))
            .identity(Identity::from_pem(pair.certificate, pair.key))
            .domain_name(identities::NAME);
        endpoint = endpoint.tls_config(config)?;
    }
    let channel = match listening {
        Listening::Tcp(_) => endpoint.connect().await?,
        Listening::Unix(path) => {
            let path = path.clone();
            let connector = tower::service_fn(move |_uri| {
                let path = path.clone();
                async move { Ok::<_, std::io::Error>(TokioIo::new(UnixStream::connect(path).await?)) }
            });
            endpoint.connect_with_connector(connector).await?
        }
    };
    Ok(EchoClient::new(channel))
}

impl EchoCalls for EchoClient<Channel> {
    async fn round_trip(&self, payload: Vec<u8>) -> Result<Vec<u8>, Fault> {
        // Calls take the client by mutable reference; a clone for each is what tonic's documents advise.
        Ok(self.clone().echo(Blob { payload }).await?.into_inner().payload)
    }

    async fn stream(&self, count: u32, payload_bytes: u32) -> Result<(u32, usize), Fault> {
        let mut blobs = self.clone().repeat(Order { count, payload_bytes }).await?.into_inner();
        let (mut messages, mut bytes) = (0, 0);
        while let Some(blob) = blobs.message().await? {
            messages += 1;
            bytes += blob.payload.len();
        }
        Ok((messages, bytes))
    }
}

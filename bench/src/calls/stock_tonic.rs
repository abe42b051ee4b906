//! tonic as its users know it: generated code, its own transport, its defaults, or larger windows.

use std::path::Path;
use std::pin::Pin;

use bytes::Bytes;
use futures_util::{Stream, stream};
use hyper_util::rt::TokioIo;
use tokio::net::{UnixListener, UnixStream};
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity, Server, ServerTlsConfig};
use tonic::{Request, Response, Status};

use self::generated::echo_client::EchoClient;
use self::generated::echo_server::{Echo, EchoServer};
use self::generated::{Blob, Order};
use super::identities::{self, Side};
use super::processes::announce;
use super::{
    EchoCalls, Fault, Listening, Place, Program, Running, Server as Started, Socket, Station, check_echo,
    check_stream, payload,
};

/// What tonic's generator makes of `echo.proto`.
#[allow(
    clippy::allow_attributes_without_reason,
    clippy::as_conversions,
    clippy::too_many_lines,
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    reason = "written by a generator, for every program at once"
)]
pub mod generated {
    include!("generated/bench.rs");
}

/// How much may be on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Windows {
    /// What tonic does unless told.
    Default,
    /// So much that a stream does not wait for a window, and frames that hold a large message.
    Wide,
}

const STREAM_WINDOW_BYTES: u32 = 8 << 20;
const CONNECTION_WINDOW_BYTES: u32 = 16 << 20;
const FRAME_BYTES: u32 = 1 << 20;

/// tonic at both ends.
#[derive(Clone, Copy, Debug)]
pub struct StockTonic {
    /// The one setting that its documents advise for large streams.
    pub windows: Windows,
}

struct Handler;

#[tonic::async_trait]
impl Echo for Handler {
    async fn echo(&self, request: Request<Blob>) -> Result<Response<Blob>, Status> {
        Ok(Response::new(request.into_inner()))
    }

    type RepeatStream = Pin<Box<dyn Stream<Item = Result<Blob, Status>> + Send>>;

    async fn repeat(&self, request: Request<Order>) -> Result<Response<Self::RepeatStream>, Status> {
        let Order { count, payload_bytes } = request.into_inner();
        let blob = Blob { payload: payload(payload_bytes) };
        Ok(Response::new(Box::pin(stream::iter((0..count).map(move |_| Ok(blob.clone()))))))
    }
}

impl StockTonic {
    /// The part of the server.
    pub async fn serve(self, place: Place, directory: &Path) -> Result<(), Fault> {
        let mut server = Server::builder();
        if self.windows == Windows::Wide {
            server = server
                .initial_stream_window_size(STREAM_WINDOW_BYTES)
                .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
                .max_frame_size(FRAME_BYTES);
        }
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
                let path = directory.join("socket");
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

    /// Starts the server, and makes sure that it answers as it should.
    pub async fn start(
        self,
        program: &Program,
        place: Place,
        directory: &Path,
    ) -> Result<Box<dyn Station>, Fault> {
        let server = Started::start(program)?;
        let client = self.connect(&server.listening, place, directory).await?;
        check_echo(&client).await?;
        check_stream(&client).await?;
        Ok(Running::server(client, server))
    }

    /// The part of the client.
    pub async fn connect(
        self,
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
        if self.windows == Windows::Wide {
            endpoint = endpoint
                .initial_stream_window_size(STREAM_WINDOW_BYTES)
                .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
                .max_frame_size(FRAME_BYTES);
        }
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
}

impl EchoCalls for EchoClient<Channel> {
    async fn round_trip(&self, payload: Bytes) -> Result<Bytes, Fault> {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// `RPCPLUGIN_BLESS=1` writes it anew.
    #[test]
    fn the_generated_code_is_fresh() {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/calls");
        let files = protox::compile([directory.join("echo.proto")], [&directory]).unwrap();
        let fresh = tempfile::tempdir().unwrap();
        tonic_prost_build::configure().bytes(".").out_dir(fresh.path()).compile_fds(files).unwrap();
        let expected = std::fs::read_to_string(fresh.path().join("bench.rs")).unwrap();

        let checked_in = directory.join("generated/bench.rs");
        if std::env::var_os("RPCPLUGIN_BLESS").is_some() {
            std::fs::write(checked_in, expected).unwrap();
            return;
        }
        let found = std::fs::read_to_string(checked_in).unwrap();
        assert!(found == expected, "it is not what `echo.proto` gives; run the test with RPCPLUGIN_BLESS=1");
    }
}

//! The sockets of the peers that bring none of their own: a file or a port, with TLS of both sides or without.

use std::future::Future;
use std::path::Path;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio_rustls::rustls::crypto::{CryptoProvider, aws_lc_rs};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::version::TLS13;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::identities::{self, NAME, Side};
use super::processes::announce;
use super::{Fault, Listening, Place, Socket};

/// What a client does with a connection, whatever carries it.
pub trait Take {
    /// What comes of it.
    type Taken;

    /// Takes the connection.
    fn take<S>(self, socket: S) -> impl Future<Output = Result<Self::Taken, Fault>>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static;
}

/// What a server does with each connection.
pub trait Handle: Clone + Send + 'static {
    /// Serves it to its end.
    fn handle<S>(self, socket: S) -> impl Future<Output = Result<(), Fault>> + Send
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static;
}

/// Connects to a server.
pub async fn connect<T: Take>(
    listening: &Listening,
    place: Place,
    directory: &Path,
    taker: T,
) -> Result<T::Taken, Fault> {
    match listening {
        Listening::Unix(path) => {
            secure_client(UnixStream::connect(path).await?, place, directory, taker).await
        }
        Listening::Tcp(address) => {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            secure_client(stream, place, directory, taker).await
        }
    }
}

async fn secure_client<T: Take>(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    place: Place,
    directory: &Path,
    taker: T,
) -> Result<T::Taken, Fault> {
    if !place.tls {
        return taker.take(stream).await;
    }
    let (certificate, key) = own(directory, Side::Client)?;
    let config = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13])?
        .with_root_certificates(other(directory, Side::Server)?)
        .with_client_auth_cert(vec![certificate], key)?;
    let connector = TlsConnector::from(Arc::new(config));
    taker.take(connector.connect(ServerName::try_from(NAME)?, stream).await?).await
}

/// Listens, says where, and serves each connection in a task of its own.
pub async fn accept(place: Place, directory: &Path, handler: impl Handle) -> Result<(), Fault> {
    let acceptor = if place.tls { Some(acceptor(directory)?) } else { None };
    match place.socket {
        Socket::Unix => {
            let path = directory.join("socket");
            let listener = UnixListener::bind(&path)?;
            announce(&Listening::Unix(path))?;
            loop {
                let (stream, _peer) = listener.accept().await?;
                tokio::spawn(secure_server(stream, acceptor.clone(), handler.clone()));
            }
        }
        Socket::Tcp => {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
            announce(&Listening::Tcp(listener.local_addr()?))?;
            loop {
                let (stream, _peer) = listener.accept().await?;
                stream.set_nodelay(true)?;
                tokio::spawn(secure_server(stream, acceptor.clone(), handler.clone()));
            }
        }
    }
}

async fn secure_server(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    acceptor: Option<TlsAcceptor>,
    handler: impl Handle,
) -> Result<(), Fault> {
    match acceptor {
        None => handler.handle(stream).await,
        Some(acceptor) => handler.handle(acceptor.accept(stream).await?).await,
    }
}

fn acceptor(directory: &Path) -> Result<TlsAcceptor, Fault> {
    let clients = Arc::new(other(directory, Side::Client)?);
    let verifier = WebPkiClientVerifier::builder_with_provider(clients, provider()).build()?;
    let (certificate, key) = own(directory, Side::Server)?;
    let config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13])?
        .with_client_cert_verifier(verifier)
        .with_single_cert(vec![certificate], key)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// The one that ours has.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

fn own(directory: &Path, side: Side) -> Result<(CertificateDer<'static>, PrivateKeyDer<'static>), Fault> {
    let pair = identities::read(directory, side)?;
    let certificate = CertificateDer::from_pem_slice(pair.certificate.as_bytes())?;
    Ok((certificate, PrivateKeyDer::from_pem_slice(pair.key.as_bytes())?))
}

/// The other side's certificate, and nobody else's.
fn other(directory: &Path, side: Side) -> Result<RootCertStore, Fault> {
    let mut roots = RootCertStore::empty();
    roots.add(own(directory, side)?.0)?;
    Ok(roots)
}

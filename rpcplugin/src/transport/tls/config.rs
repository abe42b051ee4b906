use std::fmt;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "client")]
use tokio_rustls::rustls::client::danger::ServerCertVerifier;
use tokio_rustls::rustls::crypto::{CryptoProvider, aws_lc_rs};
use tokio_rustls::rustls::pki_types::CertificateDer;
#[cfg(feature = "client")]
use tokio_rustls::rustls::pki_types::{DnsName, ServerName};
#[cfg(feature = "server")]
use tokio_rustls::rustls::server::danger::ClientCertVerifier;
use tokio_rustls::rustls::sign::SingleCertAndKey;

use super::identity::fingerprint;
#[cfg(feature = "server")]
use super::own::missing;
use super::pin::PinnedPeer;
#[cfg(feature = "server")]
use super::trusted::TrustedClient;
#[cfg(feature = "client")]
use super::trusted::TrustedServer;
use super::{Identity, PeerCertificate, TlsConfig};
use crate::call::Peer;
#[cfg(any(feature = "client", test))]
use crate::limits::TLS_HANDSHAKE_TIMEOUT;
use crate::limits::TLS_UNSENT_BYTES_MAX;
use crate::transport::{Connection, TransportError};

/// A connection whose peer has proved who it is.
#[derive(Debug)]
pub(crate) struct Secured {
    pub(crate) connection: Connection,
    /// The name of what both sides want to speak on it; `None` where one of them did not say.
    pub(crate) protocol: Option<Vec<u8>>,
}

/// The caller's end of TLS: shows our certificate, if there is one, and accepts the plugin's.
#[cfg(feature = "client")]
pub(crate) struct Connector {
    connector: tokio_rustls::TlsConnector,
    name: ServerName<'static>,
    /// What a failure usually means.
    advice: &'static str,
}

#[cfg(feature = "client")]
impl Connector {
    /// Accepts the announced certificate and no other. `protocols` are the names of what may be spoken within TLS (ALPN), the
    /// best first.
    pub(crate) fn new(
        identity: &Identity,
        plugin: PeerCertificate,
        protocols: &[&[u8]],
    ) -> Result<Self, TransportError> {
        // What go-plugin's hosts send; a plugin that looks at it finds its own name.
        let name = DnsName::try_from("localhost").map(ServerName::DnsName).map_err(|source| {
            TransportError::TlsSetup { reason: "bad server name".to_owned(), source: Some(source.into()) }
        })?;
        let verifier = Arc::new(PinnedPeer::new(plugin, provider()));
        let advice = "the plugin did not show the certificate it announced, or does not speak TLS";
        Self::made(verifier, Some(shown(identity)?), protocols, name, advice)
    }

    /// Accepts what the user trusts.
    pub(crate) fn own(config: &TlsConfig, protocols: &[&[u8]]) -> Result<Self, TransportError> {
        let verifier = Arc::new(TrustedServer::new(config)?);
        let shown = config.identity.clone().map(|identity| Arc::new(SingleCertAndKey::from(identity)));
        let advice = "whoever serves showed no certificate for servers that this side's roots and its server name allow, does not know this side's, or does not speak TLS";
        Self::made(verifier, shown, protocols, config.server_name.clone(), advice)
    }

    fn made(
        verifier: Arc<dyn ServerCertVerifier>,
        shown: Option<Arc<SingleCertAndKey>>,
        protocols: &[&[u8]],
        name: ServerName<'static>,
        advice: &'static str,
    ) -> Result<Self, TransportError> {
        use tokio_rustls::rustls::ClientConfig;
        use tokio_rustls::rustls::client::Resumption;

        let config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(unusable)?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        let mut config = match shown {
            Some(shown) => config.with_client_cert_resolver(shown),
            None => config.with_no_client_auth(),
        };
        config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
        // Every connection proves both keys anew.
        config.resumption = Resumption::disabled();
        Ok(Self { connector: Arc::new(config).into(), name, advice })
    }

    /// Makes the handshake. On an error nothing was sent but the handshake.
    pub(crate) async fn connect(&self, connection: Connection) -> Result<Secured, TransportError> {
        let peer = Arc::clone(connection.peer());
        let handshake = self.connector.connect(self.name.clone(), connection);
        let mut stream = in_time(handshake, TLS_HANDSHAKE_TIMEOUT, self.advice).await?;
        stream.get_mut().1.set_buffer_limit(Some(TLS_UNSENT_BYTES_MAX));
        let protocol = stream.get_ref().1.alpn_protocol().map(Vec::from);
        let peer = proven(&peer, stream.get_ref().1.peer_certificates());
        Ok(Secured { connection: Connection::with_peer(stream, peer), protocol })
    }
}

#[cfg(feature = "client")]
impl fmt::Debug for Connector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Connector")
    }
}

/// The handlers' end of TLS: shows our certificate, and demands the host's where somebody is trusted.
#[cfg(feature = "server")]
#[derive(Clone)]
pub(crate) struct Acceptor {
    acceptor: tokio_rustls::TlsAcceptor,
    /// What a failure usually means.
    advice: &'static str,
}

#[cfg(feature = "server")]
impl Acceptor {
    /// Accepts the announced certificate and no other. `protocols` are the names of what may be spoken within TLS (ALPN), the
    /// best first. The first of them is taken that the host offers as well.
    pub(crate) fn new(
        identity: &Identity,
        host: PeerCertificate,
        protocols: &[&[u8]],
    ) -> Result<Self, TransportError> {
        let verifier = Arc::new(PinnedPeer::new(host, provider()));
        let advice = "only the host that started this plugin can connect, with the certificate it announced";
        Self::made(Some(verifier), shown(identity)?, protocols, advice)
    }

    /// Accepts what the user trusts, and everybody where that is nobody.
    pub(crate) fn own(config: &TlsConfig, protocols: &[&[u8]]) -> Result<Self, TransportError> {
        let identity = config.identity.clone().ok_or_else(|| {
            missing("who serves with TLS of its own, a plugin or a host by its broker, shows a certificate; call `TlsConfig::with_identity`")
        })?;
        let verifier: Option<Arc<dyn ClientCertVerifier>> = match config.roots.is_empty() {
            true => None,
            false => Some(Arc::new(TrustedClient::new(config)?)),
        };
        let advice = "whoever dialled showed no certificate for clients that this side's roots allow, does not trust this side's, or does not speak TLS";
        Self::made(verifier, Arc::new(identity.into()), protocols, advice)
    }

    fn made(
        verifier: Option<Arc<dyn ClientCertVerifier>>,
        shown: Arc<SingleCertAndKey>,
        protocols: &[&[u8]],
        advice: &'static str,
    ) -> Result<Self, TransportError> {
        use tokio_rustls::rustls::ServerConfig;
        use tokio_rustls::rustls::server::NoServerSessionStorage;

        let config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(unusable)?;
        let config = match verifier {
            Some(verifier) => config.with_client_cert_verifier(verifier),
            None => config.with_no_client_auth(),
        };
        let mut config = config.with_cert_resolver(shown);
        config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
        // Every connection proves both keys anew.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(Self { acceptor: Arc::new(config).into(), advice })
    }

    /// Makes the handshake within the time. On an error nothing was sent but the handshake.
    pub(crate) async fn accept(
        &self,
        connection: Connection,
        limit: Duration,
    ) -> Result<Secured, TransportError> {
        let peer = Arc::clone(connection.peer());
        let mut stream = in_time(self.acceptor.accept(connection), limit, self.advice).await?;
        stream.get_mut().1.set_buffer_limit(Some(TLS_UNSENT_BYTES_MAX));
        let protocol = stream.get_ref().1.alpn_protocol().map(Vec::from);
        let peer = proven(&peer, stream.get_ref().1.peer_certificates());
        Ok(Secured { connection: Connection::with_peer(stream, peer), protocol })
    }
}

#[cfg(feature = "server")]
impl fmt::Debug for Acceptor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Acceptor")
    }
}

/// Always ours: a default of the process belongs to the program, not to a library. aws-lc-rs, because go-plugin's P-521
/// keys need it.
pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// What we show, whoever asks for what.
fn shown(identity: &Identity) -> Result<Arc<SingleCertAndKey>, TransportError> {
    Ok(Arc::new(identity.certified()?.into()))
}

/// Who the peer is behind the handshake: it has proved the key of the certificate that it showed, if it showed one.
fn proven(peer: &Arc<Peer>, certificates: Option<&[CertificateDer<'_>]>) -> Arc<Peer> {
    match certificates.and_then(<[_]>::first) {
        Some(certificate) => Arc::new(peer.proven(fingerprint(certificate))),
        None => Arc::clone(peer),
    }
}

fn unusable(source: tokio_rustls::rustls::Error) -> TransportError {
    TransportError::TlsSetup {
        reason: "the provider of cryptography knows no version of TLS".to_owned(),
        source: Some(source.into()),
    }
}

async fn in_time<T>(
    handshake: impl Future<Output = io::Result<T>>,
    limit: Duration,
    advice: &'static str,
) -> Result<T, TransportError> {
    match tokio::time::timeout(limit, handshake).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(source)) => Err(TransportError::TlsHandshake { source, advice }),
        Err(_elapsed) => Err(TransportError::TlsTimeout { limit }),
    }
}

#[cfg(all(test, feature = "client", feature = "server"))]
#[expect(clippy::unwrap_used, reason = "clippy's exception for tests does not reach their helpers")]
mod tests {

    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    fn pin(identity: &Identity) -> PeerCertificate {
        PeerCertificate::from_der(identity.certificate().to_vec()).unwrap()
    }

    /// The two ends after a handshake over memory.
    async fn handshake(
        host: &Identity,
        plugin: &Identity,
        host_expects: &Identity,
        plugin_expects: &Identity,
    ) -> (Result<Secured, TransportError>, Result<Secured, TransportError>) {
        let connector = Connector::new(host, pin(host_expects), &[b"best", b"good"]).unwrap();
        let acceptor = Acceptor::new(plugin, pin(plugin_expects), &[b"new", b"good"]).unwrap();
        let (near, far) = tokio::io::duplex(64 * 1024);
        tokio::join!(
            connector.connect(Connection::new(near)),
            acceptor.accept(Connection::new(far), TLS_HANDSHAKE_TIMEOUT)
        )
    }

    #[tokio::test]
    async fn the_announced_certificates_are_accepted_on_both_sides() {
        let (host, plugin) = (Identity::generate().unwrap(), Identity::generate().unwrap());
        let (near, far) = handshake(&host, &plugin, &plugin, &host).await;
        let (near, far) = (near.unwrap(), far.unwrap());
        assert_eq!(near.protocol.as_deref(), Some(&b"good"[..]));
        assert_eq!(far.protocol, near.protocol);
        let (mut near, mut far) = (near.connection, far.connection);
        let fingerprint = |identity: &Identity| Some(fingerprint(identity.certificate()));
        assert_eq!(near.peer().certificate_fingerprint(), fingerprint(&plugin));
        assert_eq!(far.peer().certificate_fingerprint(), fingerprint(&host));
        near.write_all(b"hello").await.unwrap();
        near.flush().await.unwrap();
        let mut buffer = [0; 5];
        far.read_exact(&mut buffer).await.unwrap();
        assert_eq!(&buffer, b"hello");
    }

    #[tokio::test]
    async fn a_plugin_with_another_certificate_is_refused() {
        let (host, plugin) = (Identity::generate().unwrap(), Identity::generate().unwrap());
        let impostor = Identity::generate().unwrap();
        let (near, _far) = handshake(&host, &impostor, &plugin, &host).await;
        assert!(matches!(near, Err(TransportError::TlsHandshake { .. })), "{near:?}");
    }

    #[tokio::test]
    async fn a_host_with_another_certificate_is_refused() {
        let (host, plugin) = (Identity::generate().unwrap(), Identity::generate().unwrap());
        let impostor = Identity::generate().unwrap();
        let (_near, far) = handshake(&impostor, &plugin, &plugin, &host).await;
        assert!(matches!(far, Err(TransportError::TlsHandshake { .. })), "{far:?}");
    }

    #[tokio::test]
    async fn a_host_proves_itself_anew_to_a_plugin_that_would_resume() {
        use tokio_rustls::rustls::{HandshakeKind, ServerConfig};

        let (host, plugin) = (Identity::generate().unwrap(), Identity::generate().unwrap());
        let connector = Connector::new(&host, pin(&plugin), &[]).unwrap();
        // What a server does unless it is told otherwise: it gives out tickets.
        let config =
            ServerConfig::builder_with_provider(provider()).with_safe_default_protocol_versions().unwrap();
        let verifier = Arc::new(PinnedPeer::new(pin(&host), provider()));
        let config = config.with_client_cert_verifier(verifier).with_cert_resolver(shown(&plugin).unwrap());
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
        for _ in 0..3 {
            let (near, far) = tokio::io::duplex(64 * 1024);
            let (near, far) = tokio::join!(connector.connect(Connection::new(near)), acceptor.accept(far));
            let (mut near, mut far) = (near.unwrap().connection, far.unwrap());
            // The tickets come before the first byte.
            far.write_all(b"!").await.unwrap();
            far.flush().await.unwrap();
            assert_eq!(near.read_u8().await.unwrap(), b'!');
            let kind = far.get_ref().1.handshake_kind();
            assert!(
                matches!(kind, Some(HandshakeKind::Full | HandshakeKind::FullWithHelloRetryRequest)),
                "{kind:?}"
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_peer_is_given_up_in_time() {
        let (host, plugin) = (Identity::generate().unwrap(), Identity::generate().unwrap());
        let acceptor = Acceptor::new(&plugin, pin(&host), &[]).unwrap();
        let (_near, far) = tokio::io::duplex(1024);
        let result = acceptor.accept(Connection::new(far), TLS_HANDSHAKE_TIMEOUT).await;
        assert!(matches!(result, Err(TransportError::TlsTimeout { .. })), "{result:?}");
    }
}

use std::fmt;
use std::sync::Arc;

use tokio_rustls::rustls::RootCertStore;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, DnsName, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::sign::CertifiedKey;

use super::Identity;
use super::config::provider;
use crate::transport::TransportError;

/// The name that the certificate of whoever serves must have where whoever dials says no other: what go-plugin's hosts ask for.
const SERVER_NAME_DEFAULT: &str = "localhost";

/// Certificates that the user brings, instead of those that both sides make for one run.
///
/// Either side shows its [identity](Self::with_identity) and trusts the other by its [roots](Self::with_roots). A plugin must
/// have an identity and a host roots; where the plugin has roots as well, the TLS is mutual, and a host without an identity is
/// refused.
///
/// What is brokered is served and dialled by either side, with the same certificates. A host that serves there needs an identity
/// as well, and a plugin that dials needs roots and the name of the host's certificate, see
/// [`with_server_name`](Self::with_server_name). A certificate that a root has signed must then be fit for both, the
/// authentication of servers and of clients, in its extended key usage.
///
/// A root may be an authority, or exactly the certificate that the other side shows; of that one the name is looked at, and
/// not the dates. The roots of the operating system are never trusted.
///
/// # Examples
///
/// ```no_run
/// use rpcplugin::{Cookie, PluginClient, PluginServer, TlsConfig};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let read = |name: &str| std::fs::read(format!("/etc/greeter/{name}.pem"));
/// let host = TlsConfig::new()
///     .with_identity(read("host")?, read("host-key")?)?
///     .with_roots(read("authority")?)?
///     .with_server_name("greeter.internal")?;
/// let plugin = TlsConfig::new()
///     .with_identity(read("plugin")?, read("plugin-key")?)?
///     .with_roots(read("authority")?)?;
///
/// let cookie = Cookie::new("GREETER_PLUGIN", "5d1a")?;
/// let server = PluginServer::new(cookie.clone()).tls(plugin);
/// let builder = PluginClient::builder("target/debug/greeter", cookie).tls(host);
/// # drop((server, builder));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct TlsConfig {
    pub(super) identity: Option<Arc<CertifiedKey>>,
    /// The key of the identity once more, as it was given.
    key: Option<Arc<PrivateKeyDer<'static>>>,
    is_announced: bool,
    pub(super) roots: Vec<CertificateDer<'static>>,
    pub(super) store: RootCertStore,
    #[cfg_attr(not(feature = "client"), allow(dead_code, reason = "a host asks for it"))]
    pub(super) server_name: ServerName<'static>,
}

impl TlsConfig {
    /// Shows nothing and trusts nobody.
    #[must_use]
    pub fn new() -> Self {
        // A constant with letters alone is a name.
        let name = DnsName::try_from(SERVER_NAME_DEFAULT).map(ServerName::DnsName);
        let unnamed = |_| ServerName::IpAddress(std::net::Ipv4Addr::LOCALHOST.into());
        Self {
            identity: None,
            key: None,
            is_announced: false,
            roots: Vec::new(),
            store: RootCertStore::empty(),
            server_name: name.unwrap_or_else(unnamed),
        }
    }

    /// The certificate that this side shows, and its key, both as PEM. Behind the certificate may stand the authorities between
    /// it and a root of the other side.
    ///
    /// # Errors
    ///
    /// [`TransportError::TlsSetup`] where one of them is no PEM of its kind, and where the key is not that of the certificate.
    pub fn with_identity(
        mut self,
        certificates_pem: impl AsRef<[u8]>,
        key_pem: impl AsRef<[u8]>,
    ) -> Result<Self, TransportError> {
        let chain = certificates(certificates_pem.as_ref(), "the identity holds no PEM block `CERTIFICATE`")?;
        let key = PrivateKeyDer::from_pem_slice(key_pem.as_ref())
            .map_err(|source| unusable("the key of the identity is no PEM block of a private key", source))?;
        let certified = CertifiedKey::from_der(chain, key.clone_key(), &provider()).map_err(|source| {
            unusable("the key of the identity cannot be used, or is not that of its certificate", source)
        })?;
        self.identity = Some(Arc::new(certified));
        self.key = Some(Arc::new(key));
        Ok(self)
    }

    /// Adds the certificates of a PEM text to those that the other side's may be signed by, or be.
    ///
    /// # Errors
    ///
    /// [`TransportError::TlsSetup`] where the text holds no certificate, or one that is none.
    pub fn with_roots(mut self, certificates_pem: impl AsRef<[u8]>) -> Result<Self, TransportError> {
        for root in certificates(certificates_pem.as_ref(), "the roots hold no PEM block `CERTIFICATE`")? {
            let added = self.store.add(root.clone());
            added.map_err(|source| {
                unusable("a root is no certificate that others can be held against", source)
            })?;
            self.roots.push(root);
        }
        Ok(self)
    }

    /// Has this side's certificate go through the handshake, as one does that was made for a run: for sides that learn it there,
    /// and not by a root.
    ///
    /// Without roots, the other side is whoever shows the certificate that it has announced.
    /// A host with roots announces nothing. A plugin announces its certificate to a host that has announced its own, for others
    /// do not expect one; it lets in whom its roots allow, where it has roots.
    #[must_use]
    pub const fn announced(mut self) -> Self {
        self.is_announced = true;
        self
    }

    /// The identity that goes through the handshake in the place of one that would be made for the run: where the other side is
    /// known by what it announces.
    pub(crate) fn announced_identity(&self) -> Option<Arc<Identity>> {
        match (&self.identity, &self.key) {
            (Some(certified), Some(key)) if self.is_announced && self.roots.is_empty() => {
                Identity::given(certified, key).map(Arc::new)
            }
            _ => None,
        }
    }

    /// What a plugin announces.
    #[cfg(feature = "server")]
    pub(crate) fn announced_certificate(&self) -> Option<Vec<u8>> {
        let shown = self.identity.as_ref().filter(|_| self.is_announced)?;
        shown.cert.first().map(|certificate| certificate.to_vec())
    }

    /// Whether a plugin listens to what its host announces.
    #[cfg(feature = "server")]
    pub(crate) const fn is_announced(&self) -> bool {
        self.is_announced
    }

    /// The name, or the IP address, that the certificate of whoever is dialled must have. `localhost` unless set.
    ///
    /// A host says that of the plugin. A plugin needs it where it dials what its host serves, by a
    /// [`Broker`](crate::Broker), and says that of the host.
    ///
    /// # Errors
    ///
    /// [`TransportError::TlsSetup`] where it is neither a name nor an address.
    pub fn with_server_name(mut self, name: impl Into<String>) -> Result<Self, TransportError> {
        self.server_name = ServerName::try_from(name.into()).map_err(|source| {
            unusable("the name of the server is neither a DNS name nor an IP address", source)
        })?;
        Ok(self)
    }
}

impl Default for TlsConfig {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for TlsConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TlsConfig")
            .field("has_identity", &self.identity.is_some())
            .field("roots", &self.roots.len())
            .field("server_name", &self.server_name.to_str())
            .finish_non_exhaustive()
    }
}

fn certificates(pem: &[u8], none: &str) -> Result<Vec<CertificateDer<'static>>, TransportError> {
    let found = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
    match found {
        Ok(found) if found.is_empty() => {
            Err(TransportError::TlsSetup { reason: none.to_owned(), source: None })
        }
        Ok(found) => Ok(found),
        Err(source) => Err(unusable("the text is no PEM", source)),
    }
}

/// What is missing where somebody must have it.
pub(super) fn missing(what: &str) -> TransportError {
    TransportError::TlsSetup { reason: what.to_owned(), source: None }
}

pub(super) fn unusable(
    reason: &str,
    source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> TransportError {
    TransportError::TlsSetup { reason: reason.to_owned(), source: Some(source.into()) }
}

/// What a verifier could not be made of.
pub(super) fn unverifiable(source: impl std::error::Error + Send + Sync + 'static) -> TransportError {
    unusable("the roots cannot be used to verify the other side", source)
}

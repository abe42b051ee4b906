//! The verifiers for certificates that the user brings: signed by a root, or a root itself.
//!
//! webpki refuses a certificate that is an authority and shown all the same. Go's users make such ones, and so does go-plugin;
//! one that is a root itself is compared, byte for byte, and never built a chain to.

use std::sync::Arc;

use tokio_rustls::rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::{DigitallySignedStruct, Error, SignatureScheme};

use super::TlsConfig;
use super::config::provider;

/// What both verifiers share: the certificates that are trusted as they are, and the proof of a key.
#[derive(Debug)]
struct Trust {
    exactly: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
}

impl Trust {
    fn of(config: &TlsConfig) -> Self {
        Self { exactly: config.roots.clone(), provider: provider() }
    }

    fn is_exactly(&self, certificate: &CertificateDer<'_>) -> bool {
        self.exactly.iter().any(|trusted| trusted.as_ref() == certificate.as_ref())
    }

    fn schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// The signature of the handshake is what proves the peer; both verifiers check it alike.
macro_rules! signatures {
    ($valid:ty) => {
        fn verify_tls12_signature(
            &self,
            message: &[u8],
            certificate: &CertificateDer<'_>,
            signature: &DigitallySignedStruct,
        ) -> Result<$valid, Error> {
            let algorithms = &self.trust.provider.signature_verification_algorithms;
            verify_tls12_signature(message, certificate, signature, algorithms)
        }

        fn verify_tls13_signature(
            &self,
            message: &[u8],
            certificate: &CertificateDer<'_>,
            signature: &DigitallySignedStruct,
        ) -> Result<$valid, Error> {
            let algorithms = &self.trust.provider.signature_verification_algorithms;
            verify_tls13_signature(message, certificate, signature, algorithms)
        }

        fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
            self.trust.schemes()
        }
    };
}

#[cfg(feature = "client")]
pub(super) use server::TrustedServer;

#[cfg(feature = "client")]
mod server {
    use tokio_rustls::rustls::client::danger::{
        HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
    };
    use tokio_rustls::rustls::client::{WebPkiServerVerifier, verify_server_name};
    use tokio_rustls::rustls::pki_types::{ServerName, UnixTime};
    use tokio_rustls::rustls::server::ParsedCertificate;

    use super::*;
    use crate::transport::TransportError;
    use crate::transport::tls::own::{missing, unverifiable};

    /// Accepts a plugin.
    #[derive(Debug)]
    pub(in crate::transport::tls) struct TrustedServer {
        trust: Trust,
        signed: Arc<WebPkiServerVerifier>,
    }

    impl TrustedServer {
        pub(in crate::transport::tls) fn new(config: &TlsConfig) -> Result<Self, TransportError> {
            if config.roots.is_empty() {
                return Err(missing(
                    "who dials with TLS of its own, a host or a plugin by its broker, trusts somebody; call `TlsConfig::with_roots`",
                ));
            }
            let roots = Arc::new(config.store.clone());
            let signed = WebPkiServerVerifier::builder_with_provider(roots, provider()).build();
            Ok(Self { trust: Trust::of(config), signed: signed.map_err(unverifiable)? })
        }
    }

    impl ServerCertVerifier for TrustedServer {
        fn verify_server_cert(
            &self,
            certificate: &CertificateDer<'_>,
            intermediates: &[CertificateDer<'_>],
            server_name: &ServerName<'_>,
            ocsp_response: &[u8],
            now: UnixTime,
        ) -> Result<ServerCertVerified, Error> {
            if self.trust.is_exactly(certificate) {
                verify_server_name(&ParsedCertificate::try_from(certificate)?, server_name)?;
                return Ok(ServerCertVerified::assertion());
            }
            self.signed.verify_server_cert(certificate, intermediates, server_name, ocsp_response, now)
        }

        signatures!(HandshakeSignatureValid);
    }
}

#[cfg(feature = "server")]
pub(super) use client::TrustedClient;

#[cfg(feature = "server")]
mod client {
    use tokio_rustls::rustls::DistinguishedName;
    use tokio_rustls::rustls::client::danger::HandshakeSignatureValid;
    use tokio_rustls::rustls::pki_types::UnixTime;
    use tokio_rustls::rustls::server::WebPkiClientVerifier;
    use tokio_rustls::rustls::server::danger::{ClientCertVerified, ClientCertVerifier};

    use super::*;
    use crate::transport::TransportError;
    use crate::transport::tls::own::unverifiable;

    /// Accepts a host.
    #[derive(Debug)]
    pub(in crate::transport::tls) struct TrustedClient {
        trust: Trust,
        signed: Arc<dyn ClientCertVerifier>,
    }

    impl TrustedClient {
        pub(in crate::transport::tls) fn new(config: &TlsConfig) -> Result<Self, TransportError> {
            let roots = Arc::new(config.store.clone());
            let signed = WebPkiClientVerifier::builder_with_provider(roots, provider()).build();
            Ok(Self { trust: Trust::of(config), signed: signed.map_err(unverifiable)? })
        }
    }

    impl ClientCertVerifier for TrustedClient {
        // Go shows a certificate only to a side that names its issuer.
        fn root_hint_subjects(&self) -> &[DistinguishedName] {
            self.signed.root_hint_subjects()
        }

        // Both are the trait's defaults. They stand here because a change of either would serve anybody.
        fn offer_client_auth(&self) -> bool {
            true
        }

        fn client_auth_mandatory(&self) -> bool {
            true
        }

        fn verify_client_cert(
            &self,
            certificate: &CertificateDer<'_>,
            intermediates: &[CertificateDer<'_>],
            now: UnixTime,
        ) -> Result<ClientCertVerified, Error> {
            if self.trust.is_exactly(certificate) {
                return Ok(ClientCertVerified::assertion());
            }
            self.signed.verify_client_cert(certificate, intermediates, now)
        }

        signatures!(HandshakeSignatureValid);
    }
}

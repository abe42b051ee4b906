use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use aws_lc_rs::digest::{SHA256, digest};
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose};
use tokio_rustls::rustls::crypto::aws_lc_rs::sign::any_ecdsa_type;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::sign::CertifiedKey;

use super::pem;
use crate::limits::{CERTIFICATE_BACKDATE, CERTIFICATE_LIFETIME};
use crate::transport::TransportError;

/// A certificate of our own and its key. The key leaves this process in a secret that the user asks for, and never else.
pub(crate) struct Identity {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
    /// Both as TLS needs them, once somebody has asked.
    ready: OnceLock<Arc<CertifiedKey>>,
}

impl Identity {
    /// Makes a P-256 certificate for `localhost`, good for both sides of a connection.
    ///
    /// P-256 because Go, grpcio and we accept it and it is made in a tenth of a millisecond.
    pub(crate) fn generate() -> Result<Self, TransportError> {
        let make = || {
            let key = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256)?;
            let certificate = parameters()?.self_signed(&key)?;
            Ok::<_, rcgen::Error>((key, certificate))
        };
        let (key, certificate) = make().map_err(|source| TransportError::TlsSetup {
            reason: "failed to make a certificate; the machine may lack a source of randomness".to_owned(),
            source: Some(source.into()),
        })?;
        Ok(Self {
            certificate: certificate.der().clone(),
            key: PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
            ready: OnceLock::new(),
        })
    }

    /// Takes a certificate and its key that were made here before.
    #[cfg(feature = "client")]
    pub(super) fn from_parts(
        certificate: CertificateDer<'static>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Self, TransportError> {
        let identity = Self { certificate, key, ready: OnceLock::new() };
        let is_bad = |source| TransportError::TlsSetup {
            reason: "the key is not that of its certificate".to_owned(),
            source: Some(Box::new(source)),
        };
        identity.certified()?.keys_match().map_err(is_bad)?;
        Ok(identity)
    }

    /// Takes a certificate with its key that the user brings, both of which were looked at.
    pub(super) fn given(certified: &Arc<CertifiedKey>, key: &PrivateKeyDer<'static>) -> Option<Self> {
        let certificate = certified.cert.first()?.clone();
        Some(Self { certificate, key: key.clone_key(), ready: OnceLock::from(Arc::clone(certified)) })
    }

    /// The key. Whoever writes it somewhere must know why.
    #[cfg(feature = "client")]
    pub(super) const fn key(&self) -> &PrivateKeyDer<'static> {
        &self.key
    }

    /// The certificate as DER.
    pub(crate) const fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// The certificate as PEM, for the environment of a child.
    #[cfg(feature = "client")]
    pub(crate) fn certificate_pem(&self) -> String {
        pem::encode("CERTIFICATE", &self.certificate)
    }

    /// The certificate with its key, ready to sign.
    ///
    /// The key is read and checked the first time. That takes a tenth of a millisecond, so whoever waits for the other
    /// process asks for it before the connection does.
    pub(crate) fn certified(&self) -> Result<Arc<CertifiedKey>, TransportError> {
        if let Some(ready) = self.ready.get() {
            return Ok(Arc::clone(ready));
        }
        // Of the one kind that is made here: whoever does not know the kind tries all of them.
        let key = any_ecdsa_type(&self.key).map_err(|source| TransportError::TlsSetup {
            reason: "the key that was just made cannot be used".to_owned(),
            source: Some(source.into()),
        })?;
        let made = Arc::new(CertifiedKey::new(vec![self.certificate.clone()], key));
        Ok(Arc::clone(self.ready.get_or_init(|| made)))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Identity").finish_non_exhaustive()
    }
}

fn parameters() -> Result<CertificateParams, rcgen::Error> {
    let now = SystemTime::now();
    let mut parameters = CertificateParams::new(vec!["localhost".to_owned()])?;
    parameters.distinguished_name.push(DnType::CommonName, "localhost");
    parameters.distinguished_name.push(DnType::OrganizationName, "rpcplugin");
    parameters.not_before = (now - CERTIFICATE_BACKDATE).into();
    parameters.not_after = (now + CERTIFICATE_LIFETIME).into();
    // It must sign nothing but its own handshakes.
    parameters.is_ca = IsCa::ExplicitNoCa;
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    // Both, because the roles change on connections that the plugin opens to its host.
    parameters.extended_key_usages =
        vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    Ok(parameters)
}

/// The certificate that the other side announced: the only one that is accepted from it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PeerCertificate {
    certificate: CertificateDer<'static>,
}

impl PeerCertificate {
    /// Takes a certificate as DER, if it is one.
    pub(crate) fn from_der(der: Vec<u8>) -> Result<Self, TransportError> {
        let certificate = CertificateDer::from(der);
        match webpki::EndEntityCert::try_from(&certificate) {
            Ok(_) => Ok(Self { certificate }),
            Err(source) => Err(TransportError::TlsSetup {
                reason: "the announced certificate is not an X.509 certificate in DER".to_owned(),
                source: Some(source.into()),
            }),
        }
    }

    /// Takes the first certificate of a PEM text.
    #[cfg(feature = "server")]
    pub(crate) fn from_pem(text: &str) -> Result<Self, TransportError> {
        Self::from_der(pem::decode(text)?)
    }

    /// The SHA-256 of the certificate.
    #[cfg(any(feature = "testing", all(test, feature = "client", feature = "server")))]
    pub(crate) fn fingerprint(&self) -> [u8; 32] {
        fingerprint(&self.certificate)
    }

    /// The certificate as DER.
    #[cfg(feature = "client")]
    pub(super) const fn der(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    pub(super) fn matches(&self, certificate: &CertificateDer<'_>) -> bool {
        self.certificate.as_ref() == certificate.as_ref()
    }
}

impl fmt::Debug for PeerCertificate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PeerCertificate({} bytes)", self.certificate.len())
    }
}

/// The SHA-256 of a certificate.
pub(super) fn fingerprint(certificate: &[u8]) -> [u8; 32] {
    let digest = digest(&SHA256, certificate);
    let mut fingerprint = [0; 32];
    // Both have 32 bytes; a shorter one would leave zeros.
    fingerprint.iter_mut().zip(digest.as_ref()).for_each(|(to, from)| *to = *from);
    fingerprint
}

#[cfg(all(test, feature = "client", feature = "server"))]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_survives_the_environment() {
        let identity = Identity::generate().unwrap();
        let peer = PeerCertificate::from_pem(&identity.certificate_pem()).unwrap();
        assert!(peer.matches(identity.certificate()));
    }

    #[test]
    fn nothing_of_a_key_is_shown() {
        let identity = Identity::generate().unwrap();
        identity.certified().unwrap();
        assert_eq!(format!("{identity:?}"), "Identity { .. }");
    }

    #[test]
    fn the_fingerprint_is_the_one_that_everybody_computes() {
        // `printf abc | sha256sum`: the digest does not depend on what the bytes are.
        let start = [0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea];
        let end = [0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad];
        assert_eq!(fingerprint(b"abc")[..8], start);
        assert_eq!(fingerprint(b"abc")[24..], end);
    }

    #[test]
    fn two_identities_do_not_match() {
        let first = Identity::generate().unwrap();
        let second = Identity::generate().unwrap();
        let peer = PeerCertificate::from_der(first.certificate().to_vec()).unwrap();
        assert!(!peer.matches(second.certificate()));
    }

    #[test]
    fn bytes_that_are_no_certificate_are_refused() {
        assert!(PeerCertificate::from_der(b"no certificate".to_vec()).is_err());
        let mut trailing = Identity::generate().unwrap().certificate().to_vec();
        trailing.push(0);
        assert!(PeerCertificate::from_der(trailing).is_err());
        assert!(PeerCertificate::from_pem("-----BEGIN CERTIFICATE-----\n").is_err());
        assert!(PeerCertificate::from_pem("").is_err());
    }
}

#![cfg(feature = "client")]

use std::fmt;
use std::sync::Arc;

use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::own::{missing, unusable};
use super::{Identity, PeerCertificate, pem};
use crate::transport::TransportError;

/// What lets another host attach to a plugin over the mutual TLS of its start: the certificate and the **private key** of the
/// host that started it, and the certificate of the plugin.
///
/// Whoever has it can be the plugin's host. It is no part of a [`ReattachConfig`](crate::ReattachConfig), which is printed and put
/// into variables; hand it on by a file that only its user can read, or a pipe.
#[derive(Clone)]
pub struct ReattachSecret {
    pub(crate) identity: Arc<Identity>,
    pub(crate) plugin: PeerCertificate,
}

impl ReattachSecret {
    /// The secret as three blocks of PEM: the host's certificate, its key, the plugin's certificate.
    #[must_use]
    pub fn to_pem(&self) -> String {
        let host = pem::encode("CERTIFICATE", self.identity.certificate());
        let key = pem::encode("PRIVATE KEY", self.identity.key().secret_der());
        host + &key + &pem::encode("CERTIFICATE", self.plugin.der())
    }

    /// Reads what [`to_pem`](Self::to_pem) wrote.
    ///
    /// # Errors
    ///
    /// [`TransportError::TlsSetup`] where the text is another one.
    pub fn from_pem(text: &str) -> Result<Self, TransportError> {
        let found = CertificateDer::pem_slice_iter(text.as_bytes()).collect::<Result<Vec<_>, _>>();
        let found = found.map_err(|source| unusable("the secret is no PEM", source))?;
        let [host, plugin] = <[_; 2]>::try_from(found)
            .map_err(|_| missing("the secret does not hold the certificates of a host and of its plugin"))?;
        let key = PrivateKeyDer::from_pem_slice(text.as_bytes())
            .map_err(|source| unusable("the secret does not hold the host's key", source))?;
        let identity = Identity::from_parts(host, key)?;
        Ok(Self { identity: Arc::new(identity), plugin: PeerCertificate::from_der(plugin.to_vec())? })
    }
}

impl fmt::Debug for ReattachSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ReattachSecret").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> ReattachSecret {
        let plugin = Identity::generate().unwrap().certificate().to_vec();
        let plugin = PeerCertificate::from_der(plugin).unwrap();
        ReattachSecret { identity: Arc::new(Identity::generate().unwrap()), plugin }
    }

    #[test]
    fn a_secret_survives_a_file_and_says_nothing_of_itself() {
        let secret = secret();
        let read = ReattachSecret::from_pem(&secret.to_pem()).unwrap();
        assert_eq!(read.identity.certificate(), secret.identity.certificate());
        assert_eq!(read.plugin, secret.plugin);
        assert_eq!(read.to_pem(), secret.to_pem());
        assert_eq!(format!("{secret:?}"), "ReattachSecret { .. }");
    }

    #[test]
    fn what_is_no_secret_is_refused() {
        let text = secret().to_pem();
        let (first, rest) = text.split_at(text.find("-----BEGIN PRIVATE").unwrap());
        let (key, last) = rest.split_at(rest.find("-----BEGIN CERTIFICATE").unwrap());
        let other = secret().to_pem();
        let other = &other[..other.find("-----BEGIN PRIVATE").unwrap()];
        let swapped = [last, key, first].concat();
        let of_another = [other, key, last].concat();
        let more = [first, &text].concat();
        for bad in ["", "text", first, key, &text[..text.len() / 2], &swapped, &of_another, &more] {
            let error = ReattachSecret::from_pem(bad).unwrap_err().to_string();
            assert!(error.contains("failed to set up TLS"), "{error}");
            assert!(!error.contains("BEGIN"), "{error}");
        }
        let twice = [first, key, last].concat();
        ReattachSecret::from_pem(&twice).unwrap();
    }
}

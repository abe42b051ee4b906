//! What an attacker is made of: certificates, keys, and ends of TLS that accept everybody.

use std::io;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256,
};
use tokio_rustls::rustls::client::Resumption;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::{CryptoProvider, aws_lc_rs};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use tokio_rustls::rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use tokio_rustls::rustls::sign::{CertifiedKey, SingleCertAndKey};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{
    AlertDescription, ClientConfig, DigitallySignedStruct, DistinguishedName, Error, ServerConfig,
    SignatureScheme, SupportedProtocolVersion,
};

/// The two versions check certificates and signatures in code of their own, so every attack is tried in both.
pub(super) static VERSIONS: [&SupportedProtocolVersion; 2] = [&TLS13, &TLS12];

/// The name of gRPC's protocol in the TLS handshake.
pub(super) const ALPN: &[u8] = b"h2";

/// What a side says that was shown another certificate than the announced one.
pub(super) const NOT_ANNOUNCED: AlertDescription = AlertDescription::AccessDenied;

/// What a side says that was shown the announced certificate by somebody without its key.
pub(super) const NOT_PROVED: AlertDescription = AlertDescription::DecryptError;

/// The certificates that an end of TLS shows, and the key with which it signs. Nobody checks that they belong together.
pub(super) struct Credentials(Arc<SingleCertAndKey>);

impl Credentials {
    pub(super) fn new<const N: usize>(chain: [&CertificateDer<'static>; N], key: &KeyPair) -> Self {
        let key = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
        let key = provider().key_provider.load_private_key(key).unwrap();
        let chain = chain.into_iter().cloned().collect();
        Self(Arc::new(CertifiedKey::new(chain, key).into()))
    }
}

/// A key of the kind that both sides make.
pub(super) fn key() -> KeyPair {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap()
}

/// The names and uses that both sides write into their certificates.
pub(super) fn parameters() -> CertificateParams {
    let mut parameters = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    parameters.distinguished_name.push(DnType::CommonName, "localhost");
    parameters.distinguished_name.push(DnType::OrganizationName, "rpcplugin");
    parameters.is_ca = IsCa::ExplicitNoCa;
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    parameters.extended_key_usages =
        vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    parameters
}

/// What go-plugin writes: a certificate that is an authority as well.
pub(super) fn authority() -> CertificateParams {
    let mut parameters = parameters();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    parameters.key_usages.push(KeyUsagePurpose::KeyCertSign);
    parameters
}

/// A certificate that time has passed by.
pub(super) fn expired() -> CertificateParams {
    let mut parameters = parameters();
    parameters.not_before = rcgen::date_time_ymd(2001, 1, 1);
    parameters.not_after = rcgen::date_time_ymd(2002, 1, 1);
    parameters
}

pub(super) fn self_signed(parameters: &CertificateParams, key: &KeyPair) -> CertificateDer<'static> {
    parameters.self_signed(key).unwrap().der().clone()
}

/// A certificate for `key` that names the subject of [`parameters`] as its issuer, signed with `issuer_key`.
pub(super) fn issued(key: &KeyPair, issuer_key: &KeyPair) -> CertificateDer<'static> {
    let issuer = Issuer::new(authority(), issuer_key);
    parameters().signed_by(key, &issuer).unwrap().der().clone()
}

/// A certificate as the environment of a plugin carries it.
pub(super) fn pem(certificate: &CertificateDer<'_>) -> String {
    let body = STANDARD.encode(certificate);
    format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
}

/// The calling end of TLS in the hands of an attacker.
pub(super) fn client(
    version: &'static SupportedProtocolVersion,
    credentials: Option<&Credentials>,
) -> ClientConfig {
    let config = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[version])
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anybody));
    let mut config = match credentials {
        Some(credentials) => config.with_client_cert_resolver(credentials.0.clone()),
        None => config.with_no_client_auth(),
    };
    config.alpn_protocols = vec![ALPN.to_vec()];
    config.resumption = Resumption::disabled();
    config
}

/// The serving end of TLS in the hands of an attacker. It asks for a certificate if told so, and takes any.
pub(super) fn server(
    version: &'static SupportedProtocolVersion,
    credentials: &Credentials,
    asks: bool,
) -> ServerConfig {
    let config = ServerConfig::builder_with_provider(provider()).with_protocol_versions(&[version]).unwrap();
    let config = match asks {
        true => config.with_client_cert_verifier(Arc::new(Anybody)),
        false => config.with_no_client_auth(),
    };
    let mut config = config.with_cert_resolver(credentials.0.clone());
    config.alpn_protocols = vec![ALPN.to_vec()];
    config
}

/// The reason that the other side gave for ending TLS.
pub(super) fn alert(error: &io::Error) -> Option<AlertDescription> {
    match error.get_ref()?.downcast_ref()? {
        Error::AlertReceived(alert) => Some(*alert),
        _ => None,
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// Checks nothing: an attacker does not care whom it talks to.
#[derive(Debug)]
struct Anybody;

impl Anybody {
    fn schemes() -> Vec<SignatureScheme> {
        aws_lc_rs::default_provider().signature_verification_algorithms.supported_schemes()
    }
}

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _certificate: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        Self::schemes()
    }
}

impl ClientCertVerifier for Anybody {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    // A host that keeps its certificate back must be seen, not refused.
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn verify_client_cert(
        &self,
        _certificate: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        Self::schemes()
    }
}

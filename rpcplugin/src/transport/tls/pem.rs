//! A certificate as text: what `PLUGIN_CLIENT_CERT` carries.

/// Characters of base64 in a line of PEM.
#[cfg(feature = "client")]
const LINE_CHARACTERS: usize = 64;

/// One block with this label.
#[cfg(feature = "client")]
pub(super) fn encode(label: &str, der: &[u8]) -> String {
    use base64::Engine;

    let body = base64::engine::general_purpose::STANDARD.encode(der);
    let mut text = format!("-----BEGIN {label}-----\n");
    let mut rest = body.as_str();
    while let Some((line, after)) = rest.split_at_checked(LINE_CHARACTERS) {
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    if !rest.is_empty() {
        text.push_str(rest);
        text.push('\n');
    }
    text.push_str(&format!("-----END {label}-----\n"));
    text
}

/// The bytes of the first `CERTIFICATE` block.
#[cfg(feature = "server")]
pub(super) fn decode(text: &str) -> Result<Vec<u8>, crate::transport::TransportError> {
    use tokio_rustls::rustls::pki_types::CertificateDer;
    use tokio_rustls::rustls::pki_types::pem::PemObject;

    CertificateDer::from_pem_slice(text.as_bytes()).map(|certificate| certificate.to_vec()).map_err(
        |source| crate::transport::TransportError::TlsSetup {
            reason: "the host's certificate is not a PEM block `CERTIFICATE`".to_owned(),
            source: Some(source.into()),
        },
    )
}

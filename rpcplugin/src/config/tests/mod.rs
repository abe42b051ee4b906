//! Every row from every place, and what is wrong with what.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy's exception for tests does not reach their helpers"
)]

mod arrivals;
mod bad;
mod certificates;
#[cfg(feature = "config-file")]
mod files;
mod notes;
mod rows;

pub(crate) use arrivals::{Arrival, every_setting_arrives};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertifiedKey, generate_simple_self_signed};

/// A certificate and its key, as PEM.
pub(crate) fn pair() -> [String; 2] {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    [pem("CERTIFICATE", cert.der()), pem("PRIVATE KEY", &signing_key.serialize_der())]
}

fn pem(label: &str, der: &[u8]) -> String {
    let body: Vec<_> = STANDARD
        .encode(der)
        .into_bytes()
        .chunks(64)
        .map(String::from_utf8_lossy)
        .map(|line| line.into_owned())
        .collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", body.join("\n"))
}

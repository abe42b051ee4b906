//! Certificates for the peers that are given files. Ours makes its own for each run.

use std::path::{Path, PathBuf};

use super::Fault;

/// The name in the certificates.
pub const NAME: &str = "localhost";

/// A side of a connection.
#[derive(Clone, Copy, Debug)]
pub enum Side {
    /// It connects.
    Client,
    /// It listens.
    Server,
}

/// In PEM.
#[expect(missing_debug_implementations, reason = "a key is not shown")]
pub struct KeyPair {
    /// What the other side knows.
    pub certificate: String,
    /// What it does not.
    pub key: String,
}

/// Makes a pair for each side, of the kind that ours makes: P-256, signed by itself.
pub fn write(directory: &Path) -> Result<(), Fault> {
    for side in [Side::Client, Side::Server] {
        let made = rcgen::generate_simple_self_signed([NAME.to_owned()])?;
        let (certificate, key) = paths(directory, side);
        std::fs::write(certificate, made.cert.pem())?;
        std::fs::write(key, made.signing_key.serialize_pem())?;
    }
    Ok(())
}

/// The pair of a side.
pub fn read(directory: &Path, side: Side) -> Result<KeyPair, Fault> {
    let (certificate, key) = paths(directory, side);
    Ok(KeyPair { certificate: std::fs::read_to_string(certificate)?, key: std::fs::read_to_string(key)? })
}

fn paths(directory: &Path, side: Side) -> (PathBuf, PathBuf) {
    let name = match side {
        Side::Client => "client",
        Side::Server => "server",
    };
    (directory.join(format!("{name}.pem")), directory.join(format!("{name}.key")))
}

use super::{HandshakeError, HandshakeLine, PluginProtocol};
use crate::transport::Address;
use crate::transport::tls::PeerCertificate;

/// What a host asked for, against which the plugin's line is held.
#[derive(Debug)]
pub(crate) struct Expectation<'a> {
    pub(crate) versions: &'a [u32],
    pub(crate) mutual_tls: bool,
    /// Whether streams are to share one connection.
    pub(crate) multiplex: bool,
}

/// A line that fits: all that connecting needs.
#[derive(Debug)]
pub(crate) struct Accepted {
    pub(crate) version: u32,
    pub(crate) address: Address,
    /// `None` only if the host asked for plaintext.
    pub(crate) certificate: Option<PeerCertificate>,
}

impl Accepted {
    /// The same where the host reaches the plugin at another address than the one that was announced, or the announced address
    /// and why there is no way to it.
    pub(crate) fn reached_by<E>(
        self,
        reach: impl FnOnce(Address) -> Result<Address, E>,
    ) -> Result<Self, (Address, E)> {
        match reach(self.address.clone()) {
            Ok(address) => Ok(Self { address, ..self }),
            Err(error) => Err((self.address, error)),
        }
    }
}

/// Holds a line against what was asked for.
pub(crate) fn accept(line: HandshakeLine, asked: &Expectation<'_>) -> Result<Accepted, HandshakeError> {
    if !asked.versions.contains(&line.version) {
        return Err(HandshakeError::VersionMismatch {
            found: line.version,
            supported: asked.versions.to_vec(),
        });
    }
    if line.protocol == PluginProtocol::NetRpc {
        return Err(HandshakeError::NetRpc);
    }
    let certificate = match (line.certificate, asked.mutual_tls) {
        (Some(der), true) => {
            let certificate = PeerCertificate::from_der(der)
                .map_err(|error| HandshakeError::BadCertificate { reason: error.to_string() })?;
            Some(certificate)
        }
        (None, false) => None,
        // Never a connection without TLS for a host that asked for it.
        (None, true) => return Err(HandshakeError::MissingCertificate),
        (Some(_), false) => return Err(HandshakeError::UnexpectedCertificate),
    };
    match (line.multiplex.unwrap_or_default(), asked.multiplex) {
        (true, false) => return Err(HandshakeError::UnexpectedMultiplex),
        (false, true) => return Err(HandshakeError::MultiplexUnsupported),
        _ => {}
    }
    Ok(Accepted { version: line.version, address: line.address, certificate })
}

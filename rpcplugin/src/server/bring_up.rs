use std::io::{self, Write};
use std::path::Path;

use super::capture::CapturedStdout;
use super::{ServeError, Transport};
use crate::handshake::{HandshakeLine, Offer, choose};
use crate::transport::tls::{Acceptor, Identity};
use crate::transport::Listener;
use crate::wire::Protocol;

/// A plugin that a host can connect to.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) listener: Listener,
    /// `None` only if the host asked for plaintext.
    pub(super) acceptor: Option<Acceptor>,
    pub(super) line: HandshakeLine,
}

/// Reads what the host offers, listens, and makes the line that says where.
pub(super) async fn bring_up(
    versions: &[u32],
    transport: Transport,
    lookup: impl Fn(&str) -> Option<String>,
) -> Result<Ready, ServeError> {
    let offer = Offer::read(&lookup).map_err(ServeError::Offer)?;
    for bad in &offer.bad_versions {
        tracing::warn!(version = %bad, "the host sent a protocol version that is no number");
    }
    let listener = listen(transport, &offer, offer.socket_directory.as_deref()).await?;
    let mut certificate = None;
    let acceptor = match offer.certificate {
        None => None,
        Some(host) => {
            let identity = Identity::generate().map_err(ServeError::Transport)?;
            certificate = Some(identity.certificate().to_vec());
            Some(
                Acceptor::new(&identity, host, &Protocol::names(&Protocol::ALL))
                    .map_err(ServeError::Transport)?,
            )
        }
    };
    let version = choose(versions, &offer.versions);
    let line = HandshakeLine::new(version, listener.address().clone(), certificate);
    Ok(Ready { listener, acceptor, line })
}

async fn listen(
    transport: Transport,
    offer: &Offer,
    socket_directory: Option<&Path>,
) -> Result<Listener, ServeError> {
    match transport {
        Transport::Unix => Listener::unix(socket_directory),
        Transport::Tcp => Listener::tcp(offer.ports.clone()).await,
    }
    .map_err(ServeError::Transport)
}

/// Writes the line in one piece: a host that reads half of it takes it for the whole.
pub(super) fn announce(line: &HandshakeLine, captured: Option<&CapturedStdout>) -> Result<(), ServeError> {
    let line = format!("{line}\n");
    let written = match captured {
        Some(captured) => write(captured.original(), &line),
        None => write(io::stdout().lock(), &line),
    };
    written.map_err(ServeError::HandshakeLine)
}

fn write(mut output: impl Write, line: &str) -> io::Result<()> {
    output.write_all(line.as_bytes())?;
    output.flush()
}

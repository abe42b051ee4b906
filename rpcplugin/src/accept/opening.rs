//! The first bytes of a connection: which wire is spoken on it, and what is said to whoever speaks none.

use std::io;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::Instant;

use super::ServerLimits;
use super::door::Door;
use crate::call::Peer;
use crate::limits::{FIRST_READ_BYTES, REFUSAL_TIMEOUT};
use crate::transport::tls::{Acceptor, Secured};
use crate::transport::{Connection, TransportError};
use crate::wire::Protocol;
use crate::wire::first_bytes::{Foreign, ForeignError, Speech, of_host};

/// What a person reads who opens the socket of a plugin in a browser, or asks it by curl.
const HTTP1_REPLY: &[u8] = b"HTTP/1.1 400 Bad Request\r\n\
    content-type: text/plain; charset=utf-8\r\n\
    connection: close\r\n\
    \r\n\
    This is the socket of a plugin. It speaks gRPC over HTTP/2, without an upgrade from HTTP/1, to the host that started it.\n";

/// A connection on which a wire was begun to be spoken.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) connection: Connection,
    pub(super) protocol: Protocol,
    /// All that was read to find that out, from the first byte on. Some of what follows may be among it.
    pub(super) first: BytesMut,
    /// What the peer has left of its time to begin to speak.
    pub(super) time_left: Duration,
}

/// Why a connection was not opened.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    #[error("{0}")]
    Tls(#[source] TransportError),
    /// The connection is still open: somebody may wait for an answer.
    #[error("{1}")]
    Foreign(Connection, #[source] ForeignError),
    #[error("the peer did not begin to speak within {limit:?}")]
    Silent { limit: Duration },
    #[error("the connection ended before a wire was spoken on it: {0}")]
    Ended(#[source] io::Error),
}

/// Proves the peer, where that is asked for, and listens for what it speaks.
pub(super) async fn open(
    connection: Connection,
    acceptor: Option<&Acceptor>,
    limits: &ServerLimits,
) -> Result<Opened, Refused> {
    let Secured { connection, protocol } = match acceptor {
        None => Secured { connection, protocol: None },
        Some(acceptor) => {
            acceptor.accept(connection, limits.tls_handshake_timeout).await.map_err(Refused::Tls)?
        }
    };
    let (clock, limit) = (Instant::now(), limits.preface_timeout);
    let agreed = protocol.as_deref().and_then(Protocol::named);
    let heard = tokio::time::timeout(limit, hear(connection, agreed, acceptor.is_some())).await;
    let (connection, protocol, first) = heard.unwrap_or(Err(Refused::Silent { limit }))?;
    Ok(Opened { connection, protocol, first, time_left: limit.saturating_sub(clock.elapsed()) })
}

/// Reads until it is clear what the peer speaks.
async fn hear(
    mut connection: Connection,
    agreed: Option<Protocol>,
    secure: bool,
) -> Result<(Connection, Protocol, BytesMut), Refused> {
    let mut first = BytesMut::with_capacity(FIRST_READ_BYTES);
    let speech = loop {
        if connection.read_buf(&mut first).await.map_err(Refused::Ended)? == 0 {
            return Err(Refused::Ended(io::ErrorKind::UnexpectedEof.into()));
        }
        if let Some(speech) = of_host(&first) {
            break speech;
        }
    };
    let error = match (speech, agreed) {
        (Speech::Foreign(found), _) => ForeignError::Peer { found, first: first.to_vec(), secure },
        (Speech::Known(found), Some(agreed)) if found != agreed => {
            ForeignError::Disagreement { agreed, found }
        }
        (Speech::Known(protocol), _) => return Ok((connection, protocol, first)),
    };
    Err(Refused::Foreign(connection, error))
}

impl Refused {
    /// Counts it, and tells the log.
    pub(super) fn tell(&self, door: &Door, peer: &Peer) {
        let ledger = door.ledger();
        let tally = match self {
            Self::Tls(TransportError::TlsTimeout { .. }) => &ledger.handshake_timed_out,
            Self::Tls(_) => &ledger.handshake_failed,
            Self::Foreign(..) => &ledger.wrong_protocol,
            Self::Silent { .. } => &ledger.preface_timed_out,
            // Who only looks whether somebody listens does no harm.
            Self::Ended(_) => return tracing::debug!(%peer, error = %self, "refused a connection"),
        };
        if let Some(left_out) = tally.happened() {
            tracing::warn!(%peer, error = %self, left_out, "refused a connection");
        }
    }

    /// Answers where a person may read it, and closes the connection.
    pub(super) async fn turn_away(self) {
        let Self::Foreign(mut connection, ForeignError::Peer { found: Foreign::Http1, .. }) = self else {
            return;
        };
        let answered = tokio::time::timeout(REFUSAL_TIMEOUT, async {
            connection.write_all(HTTP1_REPLY).await?;
            connection.shutdown().await?;
            // Closed with bytes unread, the connection would be reset, and the answer lost with it.
            tokio::io::copy(&mut connection, &mut tokio::io::sink()).await
        });
        if !matches!(answered.await, Ok(Ok(_))) {
            tracing::debug!("a peer that speaks HTTP/1 did not take its answer to the end");
        }
    }
}

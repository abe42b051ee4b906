use std::fmt;
use std::io;
use std::time::Duration;

use crate::client::failure::Failure;
use crate::contract::Status;
use crate::handshake::HandshakeError;
use crate::limits::CONNECT_TIMEOUT;
use crate::quote::quote;
use crate::transport::{Address, TransportError};

/// Why a host could not attach to a plugin. The plugin, if there is one, is as it was: nobody sent it a signal.
///
/// Its `Debug` is its text, so that a `main` that returns it says what is wrong.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum AttachError {
    /// The process is not the one that listens at the address: the plugin has ended, and another process may have its number.
    #[error(
        "process {process} is not the plugin that listens at {address}: it has ended, or another program has its number; start the plugin anew, or attach without the number"
    )]
    NotOurPlugin {
        /// The number that the host was told.
        process: u32,
        /// Where the plugin should listen.
        address: Address,
    },
    /// The host wants the certificates of the start, and has none of them.
    #[error(
        "this host wants mutual TLS and has no certificate that this plugin knows; give it the one of its start with `secret`, bring some with `tls`, or allow plaintext with `Security::Plaintext`"
    )]
    NoSecret,
    /// A directory for this host's sockets could not be made, or its certificates cannot be used.
    #[error("{0}")]
    Prepare(#[source] TransportError),
    /// What the plugin speaks, or its version of the contract, is not for this host.
    #[error("{0}")]
    Refused(#[source] HandshakeError),
    /// The plugin does not listen there, or is not the one that was expected.
    #[error("{0}")]
    Connect(#[source] TransportError),
    /// The plugin accepted the connection and did not finish opening it.
    #[error("the plugin did not open the connection within {limit:?}; it may be busy or stopped")]
    ConnectTimeout {
        /// How long was waited.
        limit: Duration,
    },
    /// The plugin speaks no wire of ours, or refused us.
    #[error(
        "the plugin did not open a connection for calls: {source}; it may speak something else, or expect another security than this host"
    )]
    Protocol {
        /// The library's reason.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The host wants the binary wire, and the plugin does not speak it.
    #[error(
        "the plugin does not speak the binary wire, which this host wants alone; let both agree with `Wire::Auto`"
    )]
    NoBinaryWire,
    /// The first question, whether the plugin is healthy, was answered badly.
    #[error("the plugin is not ready: {} {}; attach when it can serve", .0.code(), quote(.0.message()))]
    NotReady(#[source] Status),
    /// The system does not let its process be watched.
    #[error("failed to watch the plugin's process: {0}; attach without its number")]
    Watch(#[source] io::Error),
}

impl AttachError {
    /// What went wrong with the connection to this address.
    pub(super) fn of(failure: Failure, address: &Address) -> Self {
        let lost = |source| Self::Connect(TransportError::Connect { address: address.clone(), source });
        match failure {
            Failure::Handshake(source) => Self::Refused(source),
            Failure::Connect(source) => Self::Connect(source),
            Failure::Timeout { limit, .. } => Self::ConnectTimeout { limit },
            Failure::ConnectTimeout => Self::ConnectTimeout { limit: CONNECT_TIMEOUT },
            Failure::Protocol(source) => Self::Protocol { source },
            Failure::NoBinaryWire => Self::NoBinaryWire,
            Failure::NotReady(status) => Self::NotReady(status),
            // Of a process that the host has started.
            Failure::Output(source) | Failure::Unreachable { source, .. } => lost(source),
            Failure::Ended { .. } | Failure::EndedConnecting { .. } => {
                lost(io::ErrorKind::NotConnected.into())
            }
        }
    }
}

impl fmt::Debug for AttachError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")
    }
}

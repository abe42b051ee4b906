use std::error::Error;
use std::io;
use std::time::Duration;

use crate::limits::{BROKER_UNSENT_MAX, MUX_STREAMS_MAX};
use crate::quote::quote;
use crate::transport::{Address, TransportError};

/// Why something could not be served for the other side, or not be called there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BrokerError {
    /// A plugin has no host to broker with.
    #[error(
        "no host is connected that takes part in the broker; use it in a handler, or after the first call"
    )]
    NotConnected,
    /// The connection over which both sides broker has ended, and all that was brokered with it.
    #[error(
        "the connection to the other side has ended, and what was brokered over it; start the plugin again"
    )]
    Closed,
    /// The other side has no broker.
    #[error("the other side has no broker; build it with a library that serves `plugin.GRPCBroker`")]
    Unsupported,
    /// This side serves something under the number already.
    #[error(
        "the number {id} is in use on this side; take a fresh one from `next_id`, or drop what is served under it"
    )]
    IdInUse {
        /// The number.
        id: u32,
    },
    /// The other side serves nothing under the number, or did not say so in time.
    #[error(
        "the other side did not serve anything under the number {id} within {limit:?}; have it serve first, or give it longer by `dial_within`"
    )]
    NotServed {
        /// The number.
        id: u32,
        /// How long was waited.
        limit: Duration,
    },
    /// The other side says that it serves at a place which is not on this machine, or no place at all.
    #[error(
        "the other side serves the number {id} at {} {}, which is no address of this machine; make it listen on a unix socket or on 127.0.0.1; a host may allow others with `allow_address`",
        quote(network),
        quote(address)
    )]
    BadAddress {
        /// The number.
        id: u32,
        /// What it says of the network.
        network: String,
        /// What it says of the address.
        address: String,
    },
    /// The runner of the plugin knows no way between the two sides: for a dial from here to what the plugin serves, or for the
    /// plugin to what is served here.
    #[error(
        "the number {id} is served at {address}, which the other side does not reach: {source}; have the runner of the plugin translate it"
    )]
    Untranslated {
        /// The number.
        id: u32,
        /// Where it is served, as who serves it says.
        address: Address,
        /// The runner's reason.
        source: io::Error,
    },
    /// The other side takes no connection for the number, or did not prove who it is.
    #[error("the number {id} cannot be called: {source}")]
    Connect {
        /// The number.
        id: u32,
        /// What went wrong.
        source: TransportError,
    },
    /// What answers under the number does not speak what the other side speaks.
    #[error(
        "what the other side serves under the number {id} does not answer as it must: {source}; build both sides anew"
    )]
    Protocol {
        /// The number.
        id: u32,
        /// The wire's reason.
        source: Box<dyn Error + Send + Sync>,
    },
    /// Where streams share the connection: the other side did not want to be called, however often it was asked in the time of
    /// the dial.
    #[error(
        "the other side refuses to be called under the number {id}: {}; have it serve first",
        quote(reason)
    )]
    Refused {
        /// The number.
        id: u32,
        /// What it says.
        reason: String,
    },
    /// Where streams share the connection: it carries as many as it may.
    #[error(
        "there is no stream for the number {id}: the connection carries as many as it may, {MUX_STREAMS_MAX}; drop channels that are not needed"
    )]
    NoStream {
        /// The number.
        id: u32,
    },
    /// This side has no socket for what it wants to serve.
    #[error("nothing can be served under the number {id}: {source}")]
    Listen {
        /// The number.
        id: u32,
        /// What went wrong.
        source: TransportError,
    },
    /// The other side does not take what it is told.
    #[error(
        "the other side has not taken the last {BROKER_UNSENT_MAX} words about what is served here; it hangs, or has no broker"
    )]
    Unsent,
}

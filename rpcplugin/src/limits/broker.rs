//! The bounds of what is brokered beside the services of a plugin.

use std::time::Duration;

/// From the wish to call a further service of the other side to a connection. go-plugin's fixed time, so that who moves over
/// sees no new failures.
pub(crate) const BROKER_DIAL_TIMEOUT_DEFAULT: Duration = Duration::from_secs(5);

/// Further services of the other side that are known, as a number: some hundred bytes each, see
/// [`BROKER_ADDRESS_BYTES_MAX`]. A peer of another library never says
/// that one has ended, so the oldest is forgotten for the next one.
pub(crate) const BROKER_ANNOUNCED_MAX: usize = 1024;

/// What is kept of the name of a network that the other side says, in bytes. The longest that is known has five.
pub(crate) const BROKER_NETWORK_BYTES_MAX: usize = 16;

/// An address that the other side says, in bytes. The kernel takes 107 for the path of a socket; what is longer is no address,
/// and so much of it is kept for the error.
pub(crate) const BROKER_ADDRESS_BYTES_MAX: usize = 256;

/// One word about further services, in bytes: a number with an address, or with the reason of a refusal.
pub(crate) const BROKER_MESSAGE_BYTES_MAX: usize = 64 * 1024;

/// Words about further services that the other side has not taken yet, as a number. They are small, and are taken at once by
/// whoever takes part.
pub(crate) const BROKER_UNSENT_MAX: usize = 4096;

/// Streams that share one connection, as a number in each direction. go-plugin's backlog; each is a connection of HTTP/2.
pub(crate) const MUX_STREAMS_MAX: usize = 256;

/// Streams of a shared connection in both directions, as a number, at which the library gives the whole connection up: those
/// that have ended here and are not forgotten yet count.
pub(crate) const MUX_STREAMS_HARD_MAX: usize = 4 * MUX_STREAMS_MAX;

/// What the streams of a shared connection may hold together that nobody has read, in bytes: the least that yamux allows for
/// [`MUX_STREAMS_HARD_MAX`], 256 KiB for each. HTTP/2 reads what comes, so it is filled by nobody who keeps to the rules.
pub(crate) const MUX_WINDOW_BYTES: usize = MUX_STREAMS_HARD_MAX * 256 * 1024;

/// Streams of the other side that wait to be served, as a number.
pub(crate) const MUX_WAITING_MAX: usize = 64;

/// What is still to be sent on a shared connection that ends has this long. Both ends are on one machine.
pub(crate) const MUX_CLOSE_TIMEOUT: Duration = Duration::from_millis(300);

/// How long a new connection may take for its first stream. A host opens it at once.
pub(crate) const MUX_FIRST_STREAM_TIMEOUT: Duration = Duration::from_secs(5);

/// Connections to a plugin that may share streams, as a number, a host's among them. Strangers who open more cost the oldest of
/// those its place on which nobody has called.
pub(crate) const MUX_CONNECTIONS_MAX: usize = 64;

/// How long a knock for something that is not served yet is kept, and a stream is expected that was asked for by one. go-plugin
/// gives a knock up after 5 seconds: an answer just before that would come too late. Whoever has knocked
/// lets others knock after it.
pub(crate) const KNOCK_TIMEOUT: Duration = Duration::from_secs(4);

/// How long a dial waits after a refusal before it knocks again. go-plugin's host says no for the microseconds in which it begins
/// to serve; a peer that goes on saying no hears of one dial fifty times a second.
pub(crate) const KNOCK_AGAIN_AFTER: Duration = Duration::from_millis(20);

/// Knocks for what is not served yet, and those given up that may still be answered, as a number each.
pub(crate) const KNOCKS_MAX: usize = 1024;

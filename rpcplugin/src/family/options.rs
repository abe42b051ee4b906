use std::time::Duration;

use crate::limits::{
    FAMILY_CONNECT_TIMEOUT_DEFAULT, FAMILY_CONNECTIONS_DEFAULT, FAMILY_HANDLER_TIMEOUT_DEFAULT,
    FAMILY_PAYLOAD_BYTES_DEFAULT, FAMILY_READ_TIMEOUT_DEFAULT, FAMILY_STOP_GRACE_DEFAULT,
    FAMILY_WRITE_TIMEOUT_DEFAULT,
};

/// How much and how long, for the connections of a message family.
///
/// A timeout of `None` waits for ever.
///
/// # Memory
///
/// A peer can make a connection hold what it sends and what it is answered: up to twice the longest payload for what
/// comes, one payload for what goes, and the message itself, whose lists may take 16 times its bytes unless its family says
/// otherwise with `memory`. A server holds that for each of its connections: with the defaults 900 times 3 MiB, and the
/// messages that the handlers have at the time. Where peers are strangers, lower
/// [`max_payload_size`](Self::max_payload_size) to what the messages need, or
/// [`max_connections`](Self::max_connections).
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use rpcplugin::FamilyOptions;
///
/// // Sensors that report once an hour, a few bytes each.
/// let options = FamilyOptions::new().max_payload_size(256).read_timeout(None);
/// // A market that answers at once or not at all.
/// let options = FamilyOptions::new().read_timeout(Duration::from_millis(200));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct FamilyOptions {
    pub(super) max_payload_size: usize,
    pub(super) connect_timeout: Option<Duration>,
    pub(super) read_timeout: Option<Duration>,
    pub(super) write_timeout: Option<Duration>,
    pub(super) handler_timeout: Option<Duration>,
    pub(super) stop_grace: Duration,
    pub(super) max_connections: usize,
}

impl FamilyOptions {
    /// The defaults, as each method gives them.
    pub const fn new() -> Self {
        Self {
            max_payload_size: FAMILY_PAYLOAD_BYTES_DEFAULT,
            connect_timeout: Some(FAMILY_CONNECT_TIMEOUT_DEFAULT),
            read_timeout: Some(FAMILY_READ_TIMEOUT_DEFAULT),
            write_timeout: Some(FAMILY_WRITE_TIMEOUT_DEFAULT),
            handler_timeout: Some(FAMILY_HANDLER_TIMEOUT_DEFAULT),
            stop_grace: FAMILY_STOP_GRACE_DEFAULT,
            max_connections: FAMILY_CONNECTIONS_DEFAULT,
        }
    }

    /// The longest payload of a frame, in bytes and in both directions; 1 MiB unless set. A longer one is refused before
    /// anything is allocated for it.
    pub const fn max_payload_size(mut self, bytes: usize) -> Self {
        self.max_payload_size = bytes;
        self
    }

    /// From the wish to be connected to the connection; 30 s unless set.
    pub fn connect_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.connect_timeout = limit.into();
        self
    }

    /// From the wish to read to a whole frame; 30 s unless set. It ends the waiting for a peer that says nothing as well,
    /// so a server closes a connection that is idle for as long.
    pub fn read_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.read_timeout = limit.into();
        self
    }

    /// From the wish to send until the connection has taken the whole frame; 30 s unless set.
    pub fn write_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.write_timeout = limit.into();
        self
    }

    /// From a message to what the handler of a server returns for it; 30 s unless set, which is as long as a peer waits for
    /// an answer unless it was told otherwise. A handler that takes longer is dropped, and its connection closed: it would
    /// keep the place of a peer that may have left.
    pub fn handler_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.handler_timeout = limit.into();
        self
    }

    /// How long the answers that are under way may take when [`serve_tcp_until`](crate::serve_tcp_until) is to stop; 5 s
    /// unless set.
    pub const fn stop_grace(mut self, grace: Duration) -> Self {
        self.stop_grace = grace;
        self
    }

    /// The connections that [`serve_tcp`](crate::serve_tcp) serves at once; 900 unless set, and at least one. Further
    /// ones wait until one ends.
    pub const fn max_connections(mut self, number: usize) -> Self {
        self.max_connections = number;
        self
    }
}

impl Default for FamilyOptions {
    fn default() -> Self {
        Self::new()
    }
}

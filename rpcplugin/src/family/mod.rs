//! How do the messages of a family reach the other side?
//!
//! [`message`](crate::message) says which bytes a frame is, this room carries frames: [`FamilyConnection`] over any
//! stream, [`FamilySocket`] over UDP, and [`serve_tcp`] answers on a listener. There are no calls and no handshake here,
//! and no security beyond that of the stream: the peers are programs that know a frame and nothing else.
//!
//! A connection is two independent directions, `incoming` and `outgoing`. Each knows whether its side of the stream still
//! stands between two frames; once it does not, it says [`FamilyError`] and carries nothing more.

mod error;
pub use error::FamilyError;

mod options;
pub use options::FamilyOptions;

mod incoming;
mod outgoing;
mod timing;

mod connection;
pub use connection::FamilyConnection;

mod connect;

mod halves;
pub use halves::{FamilyReceiver, FamilySender};

mod handler;
mod serve;

mod serve_tcp;
pub use serve_tcp::{serve_tcp, serve_tcp_until};

mod socket;
pub use socket::FamilySocket;

mod serve_udp;
mod socket_request;

#[cfg(test)]
mod tests;

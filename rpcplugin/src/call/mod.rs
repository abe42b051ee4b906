//! What does a call carry besides its messages?

mod peer;

pub use peer::{Peer, PeerAddress, UnixCredentials};

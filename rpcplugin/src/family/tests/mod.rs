//! The room from outside: streams that come in pieces, peers that fall silent or vanish, futures that are dropped.

mod connection;

mod cancelled;

mod slow;

mod serving;

mod stopping;

mod datagrams;

mod datagram_requests;

mod serving_udp;

#[cfg(unix)]
mod turns;
mod unix;

#[cfg(target_os = "linux")]
mod descriptors;

mod drip;

use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use tokio::io::DuplexStream;

use super::{FamilyConnection, FamilyOptions, FamilySocket};
use crate::message::Family;
use crate::message::sample::{Telemetry, encode_frame};

type Connection<F = Telemetry> = FamilyConnection<F, DuplexStream>;

/// A connection, and the peer's end of its stream. The stream holds so many bytes each way.
fn connection_within<F: Family>(bytes: usize, options: FamilyOptions) -> (Connection<F>, DuplexStream) {
    let (ours, theirs) = tokio::io::duplex(bytes);
    (FamilyConnection::new(ours, options), theirs)
}

fn connection<F: Family>() -> (Connection<F>, DuplexStream) {
    connection_within(4096, FamilyOptions::new())
}

/// Two connections with each other.
fn pair<F: Family>() -> (Connection<F>, Connection<F>) {
    let (ours, theirs) = connection();
    (ours, FamilyConnection::new(theirs, FamilyOptions::new()))
}

/// An address of this machine with a port that is free.
const ANY_PORT: &str = "127.0.0.1:0";

async fn socket() -> (FamilySocket<Telemetry>, SocketAddr) {
    let socket = FamilySocket::bind(ANY_PORT, FamilyOptions::new()).await.unwrap();
    let address = socket.local_addr().unwrap();
    (socket, address)
}

fn frame<F: Family>(message: &F) -> Bytes {
    encode_frame(message).unwrap()
}

/// Polls a future so many times, then drops it.
fn poll_times<T>(future: impl Future<Output = T>, times: usize) -> Option<T> {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    (0..times).find_map(|_| match future.as_mut().poll(&mut context) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    })
}

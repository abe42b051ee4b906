//! Our server, and the Python client that talks to it.

use std::convert::Infallible;
use std::net::Ipv4Addr;

use rpcplugin::{DecodeErrorKind, FamilyError, FamilyOptions, FamilySocket, serve_tcp};
use tokio::net::TcpListener;

use super::frame_options;
use super::messages::Spoken;
use crate::interop::run_host;
use crate::python::{Python, python};

/// The steps of the client over both, in its words.
const STEPS: [&str; 12] = [
    "connect",
    "sensor-data",
    "status",
    "status-empty",
    "status-not-ascii",
    "blob-0",
    "blob-1",
    "blob-1000",
    "counter",
    "mixed",
    "label",
    "close",
];

/// What only one of them has: the longest blob, how an unknown type is answered, and what needs that answer.
const STEPS_OVER_TCP: [&str; 3] = ["blob-100000", "unknown then=closed", "single"];
const STEPS_OVER_UDP: [&str; 3] = ["blob-65000", "unknown answered", "single"];

/// The client, ready to talk to this port.
pub(super) fn client<F: Spoken>(python: &Python, port: u16) -> tokio::process::Command {
    let mut command = python.command("family_client.py");
    command.arg(port.to_string()).args(frame_options::<F>());
    command
}

/// A listener of ours, and its port.
pub(super) async fn listener() -> (TcpListener, u16) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

/// Answers what `family_server.py` would answer.
pub(super) async fn serve<F: Spoken>(listener: TcpListener, options: FamilyOptions) -> Infallible {
    serve_tcp(listener, options, |message: F| async move { Ok::<_, Infallible>(Some(message.answered())) })
        .await
}

pub(super) async fn over_tcp<F: Spoken>() {
    let Some(python) = python() else { return };
    let (listener, port) = listener().await;
    let steps = [&STEPS[..], &STEPS_OVER_TCP].concat();
    tokio::select! {
        () = run_host(client::<F>(&python, port), &steps) => {}
        never = serve::<F>(listener, FamilyOptions::new()) => match never {},
    }
}

/// Answers one datagram after the other.
async fn serve_udp<F: Spoken>(socket: FamilySocket<F>) -> Infallible {
    loop {
        match socket.receive().await {
            Ok((message, peer)) => socket.send_to(&message.answered(), peer).await.unwrap(),
            Err(FamilyError::Datagram { peer, source }) => {
                assert!(matches!(source.kind(), DecodeErrorKind::UnknownMessage { found: 99 }), "{source}");
                socket.send_not_found_to(peer).await.unwrap();
            }
            Err(error) => panic!("{error}"),
        }
    }
}

pub(super) async fn over_udp<F: Spoken>() {
    let Some(python) = python() else { return };
    let socket = FamilySocket::<F>::bind((Ipv4Addr::LOCALHOST, 0), FamilyOptions::new()).await.unwrap();
    let port = socket.local_addr().unwrap().port();
    let mut command = client::<F>(&python, port);
    command.arg("--udp");
    let steps = [&STEPS[..], &STEPS_OVER_UDP].concat();
    tokio::select! {
        () = run_host(command, &steps) => {}
        never = serve_udp(socket) => match never {},
    }
}

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;

use crate::limits::{ACCEPT_RETRY_PAUSE, CONNECTIONS_MAX};
use crate::transport::tls::Acceptor;
use crate::transport::{Connection, Listener};
use crate::wire::grpc::{GrpcServer, StopSignal};

/// Serves the connections of a listener until the stop signal, then until their calls are done.
///
/// Dropping the future drops the connections, whatever they are doing.
pub(super) async fn serve_connections(
    listener: Listener,
    acceptor: Option<Acceptor>,
    server: GrpcServer,
    stop: StopSignal,
) {
    let mut stopping = stop.clone();
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            // An error means that the server is gone: that is a reason to stop as well.
            _ = stopping.wait_for(|stopping| *stopping) => break,
            (connection, place) = next(&listener, &places) => {
                let serve = serve_one(connection, acceptor.clone(), server.clone(), stop.clone());
                connections.spawn(async move {
                    serve.await;
                    drop(place);
                });
            }
            // What ended is forgotten at once, or the set would grow for as long as the plugin lives.
            Some(_ended) = connections.join_next() => {}
        }
    }
    // Nobody can connect any more, and the socket file is gone, before the last calls end.
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// The next connection, when there is a place for it. A listener without descriptors waits, it does not spin or end.
async fn next(listener: &Listener, places: &Arc<Semaphore>) -> (Connection, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed.
    let place = Arc::clone(places).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok(connection) => return (connection, place),
            Err(error) => {
                tracing::warn!(%error, "failed to accept a connection; trying again");
                tokio::time::sleep(ACCEPT_RETRY_PAUSE).await;
            }
        }
    }
}

async fn serve_one(
    connection: Connection,
    acceptor: Option<Acceptor>,
    server: GrpcServer,
    mut stop: StopSignal,
) {
    let connection = match acceptor {
        None => connection,
        Some(acceptor) => {
            let handshake = tokio::select! {
                handshake = acceptor.accept(connection) => handshake,
                _ = stop.wait_for(|stopping| *stopping) => return,
            };
            match handshake {
                Ok(connection) => connection,
                Err(error) => {
                    tracing::warn!(%error, "refused a connection");
                    return;
                }
            }
        }
    };
    if let Err(error) = server.serve(connection, stop).await {
        tracing::debug!(%error, "a connection ended");
    }
}

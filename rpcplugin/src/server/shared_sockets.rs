//! Connections that streams share: each stream is served as a connection of its own.

use std::collections::VecDeque;

use tokio::task::{AbortHandle, JoinSet};

use crate::accept::{Serving, Source, serve_connections};
use crate::limits::{ACCEPT_RETRY_PAUSE, MUX_CONNECTIONS_MAX, MUX_FIRST_STREAM_TIMEOUT};
use crate::transport::{Connection, End, Listener, Mux, Streams, WeakMux, waiting_streams};
use crate::wire::StopSignal;

/// Serves who connects, and where streams share the connections, whoever is on them.
pub(crate) async fn serve_shared(listener: Listener, is_shared: bool, serving: Serving) {
    let (source, sockets) = match is_shared {
        false => (Source::Socket(listener), None),
        true => {
            let (to, streams) = waiting_streams();
            let sockets = share_sockets(listener, to, serving.stop.clone());
            // In a box: most plugins have none.
            (Source::Streams(streams), Some(Box::pin(sockets)))
        }
    };
    let shared = async {
        if let Some(sockets) = sockets {
            sockets.await;
        }
    };
    tokio::join!(serve_connections(source, serving), shared);
}

/// Accepts until the stop signal, and then waits until the last streams have ended.
///
/// Unlike go-plugin, any number of connections may come: a stranger who is the first keeps no host out.
async fn share_sockets(listener: Listener, to: Streams, mut stop: StopSignal) {
    let mut sockets = JoinSet::new();
    let mut known = VecDeque::new();
    loop {
        let accepted = tokio::select! {
            // An error means that the server is gone: that is a reason to stop as well.
            _ = stop.wait_for(|stopping| *stopping) => break,
            accepted = listener.accept() => accepted,
            Some(_ended) = sockets.join_next() => continue,
        };
        match accepted {
            Ok(connection) => admit(connection, &to, &stop, &mut sockets, &mut known),
            Err(error) => {
                tracing::warn!(%error, "failed to accept a connection; trying again");
                tokio::time::sleep(ACCEPT_RETRY_PAUSE).await;
            }
        }
    }
    // Nobody can connect any more, and the socket file is gone, before the last streams end.
    drop((listener, to));
    while sockets.join_next().await.is_some() {}
}

/// Lets a connection in. One on which nobody has called may have to leave for it: a stranger can open a stream as well.
fn admit(
    connection: Connection,
    to: &Streams,
    stop: &StopSignal,
    sockets: &mut JoinSet<()>,
    known: &mut VecDeque<(AbortHandle, WeakMux)>,
) {
    known.retain(|(task, _)| !task.is_finished());
    if known.len() >= MUX_CONNECTIONS_MAX {
        let is_newcomer = |(_, mux): &(_, WeakMux)| !mux.is_called();
        let Some((task, _)) = known.iter().position(is_newcomer).and_then(|oldest| known.remove(oldest))
        else {
            return tracing::warn!(limit = MUX_CONNECTIONS_MAX, "refused a connection: all places are taken");
        };
        tracing::warn!(
            limit = MUX_CONNECTIONS_MAX,
            "closed a connection without a call to make room for a new one"
        );
        task.abort();
    }
    let (mux, driver) = Mux::share(connection, End::Server, Some(to.clone()));
    let weak = mux.downgrade();
    known.push_back((sockets.spawn(share_one(mux, driver, stop.clone())), weak));
}

/// Drives a connection until its last stream has ended. The stop signal ends one on which none has come.
async fn share_one(mux: Mux, driver: impl Future<Output = ()>, mut stop: StopSignal) {
    let mut driver = std::pin::pin!(driver);
    let first = tokio::select! {
        // In this order: whoever has opened one is not cut off.
        biased;
        () = &mut driver => return,
        first = tokio::time::timeout(MUX_FIRST_STREAM_TIMEOUT, mux.first_stream()) => first,
        // An error means that the server is gone: that is a reason to stop as well.
        _ = stop.wait_for(|stopping| *stopping) => return,
    };
    if first.is_err() {
        return tracing::warn!(limit = ?MUX_FIRST_STREAM_TIMEOUT, "closed a connection on which no stream came");
    }
    // From here on its streams keep it.
    drop(mux);
    driver.await;
}

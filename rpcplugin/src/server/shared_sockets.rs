//! Connections that streams share: each stream is served as a connection of its own.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::task::{AbortHandle, JoinSet};

use crate::accept::{Serving, Source, serve_connections};
use crate::limits::{ACCEPT_RETRY_PAUSE, MUX_CONNECTIONS_MAX, MUX_FIRST_STREAM_TIMEOUT};
use crate::transport::{Connection, End, Listener, Mux, Streams, Tally, WeakMux, waiting_streams};
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

/// What strangers bring about as often as they like: the log hears of each once a second.
#[derive(Debug, Default)]
struct Troubles {
    accept_failed: Tally,
    refused: Tally,
    displaced: Tally,
    without_stream: Tally,
    /// Of streams, on any of the connections.
    too_many: Arc<Tally>,
}

/// Accepts until the stop signal, and then waits until the last streams have ended.
///
/// Unlike go-plugin, any number of connections may come: a stranger who is the first keeps no host out.
async fn share_sockets(listener: Listener, to: Streams, mut stop: StopSignal) {
    let mut sockets = JoinSet::new();
    let mut known = VecDeque::new();
    let troubles = Arc::default();
    loop {
        let accepted = tokio::select! {
            // An error means that the server is gone: that is a reason to stop as well.
            _ = stop.wait_for(|stopping| *stopping) => break,
            accepted = listener.accept() => accepted,
            Some(_ended) = sockets.join_next() => continue,
        };
        match accepted {
            Ok(connection) => admit(connection, &to, &stop, &mut sockets, &mut known, &troubles),
            Err(error) => {
                if let Some(left_out) = troubles.accept_failed.happened() {
                    tracing::warn!(%error, left_out, "failed to accept a connection; trying again");
                }
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
    troubles: &Arc<Troubles>,
) {
    known.retain(|(task, _)| !task.is_finished());
    if known.len() >= MUX_CONNECTIONS_MAX {
        let is_newcomer = |(_, mux): &(_, WeakMux)| !mux.is_called();
        let Some((task, _)) = known.iter().position(is_newcomer).and_then(|oldest| known.remove(oldest))
        else {
            if let Some(left_out) = troubles.refused.happened() {
                tracing::warn!(
                    limit = MUX_CONNECTIONS_MAX,
                    left_out,
                    "refused a connection: all places are taken"
                );
            }
            return;
        };
        if let Some(left_out) = troubles.displaced.happened() {
            tracing::warn!(
                limit = MUX_CONNECTIONS_MAX,
                left_out,
                "closed a connection without a call to make room for a new one"
            );
        }
        task.abort();
    }
    let too_many = Arc::clone(&troubles.too_many);
    let (mux, driver) = Mux::share_among(connection, End::Server, Some(to.clone()), too_many);
    let weak = mux.downgrade();
    let task = sockets.spawn(share_one(mux, driver, stop.clone(), Arc::clone(troubles)));
    known.push_back((task, weak));
}

/// Drives a connection until its last stream has ended. The stop signal ends one on which none has come.
async fn share_one(
    mux: Mux,
    driver: impl Future<Output = ()>,
    mut stop: StopSignal,
    troubles: Arc<Troubles>,
) {
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
        if let Some(left_out) = troubles.without_stream.happened() {
            tracing::warn!(
                limit = ?MUX_FIRST_STREAM_TIMEOUT,
                left_out,
                "closed a connection on which no stream came"
            );
        }
        return;
    }
    // From here on its streams keep it.
    drop(mux);
    driver.await;
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use tokio::io::{AsyncReadExt, DuplexStream};
    use tokio::sync::watch;
    use tracing::{Dispatch, Level};

    use super::*;
    use crate::limits::{CONNECTION_LOG_PAUSE, MUX_STREAMS_MAX};
    use crate::task::OwnedTask;

    /// More than there is place for, by so many.
    const MORE: usize = 200;

    /// A plugin without its listener.
    struct Plugin {
        to: Streams,
        stop: watch::Sender<bool>,
        sockets: JoinSet<()>,
        known: VecDeque<(AbortHandle, WeakMux)>,
        troubles: Arc<Troubles>,
    }

    impl Plugin {
        fn new() -> (Self, tokio::sync::mpsc::Receiver<Connection>) {
            let (to, streams) = waiting_streams();
            let stop = watch::Sender::new(false);
            let plugin =
                Self { to, stop, sockets: JoinSet::new(), known: VecDeque::new(), troubles: Arc::default() };
            (plugin, streams)
        }

        /// Somebody connects: the other end.
        fn meets(&mut self) -> DuplexStream {
            let (near, far) = tokio::io::duplex(64 * 1024);
            let Self { to, stop, sockets, known, troubles } = self;
            admit(Connection::new(near), to, &stop.subscribe(), sockets, known, troubles);
            far
        }
    }

    /// A log of warnings, and its lines.
    fn log() -> (Dispatch, mpsc::Receiver<String>) {
        struct Lines(mpsc::Sender<String>);

        impl std::io::Write for Lines {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                drop(self.0.send(String::from_utf8_lossy(bytes).into_owned()));
                Ok(bytes.len())
            }

            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }

        let (said, lines) = mpsc::channel();
        let log = tracing_subscriber::fmt().with_max_level(Level::WARN).with_ansi(false);
        (log.with_writer(move || Lines(said.clone())).into(), lines)
    }

    /// The only line since the last time.
    fn only(lines: &mpsc::Receiver<String>) -> String {
        let found: Vec<_> = lines.try_iter().collect();
        assert_eq!(found.len(), 1, "{found:?}");
        found.concat()
    }

    #[tokio::test(start_paused = true)]
    async fn the_log_hears_of_strangers_once_a_second_however_many_there_are() {
        // With one subscriber `tracing` asks whichever thread comes first, and a test beside this one has none.
        let ((log, lines), _second) = (log(), log());
        let _listening = tracing::dispatcher::set_default(&log);
        let (mut plugin, _streams) = Plugin::new();
        let mut strangers: Vec<_> = (0..MUX_CONNECTIONS_MAX + MORE).map(|_| plugin.meets()).collect();
        assert!(only(&lines).contains("closed a connection without a call"));
        tokio::time::advance(CONNECTION_LOG_PAUSE).await;
        strangers.push(plugin.meets());
        assert!(only(&lines).contains(&format!("left_out={}", MORE - 1)));
        plugin.known.iter().for_each(|(_, mux)| mux.call());
        strangers.extend((0..MORE).map(|_| plugin.meets()));
        assert!(only(&lines).contains("refused a connection"));
        tokio::time::sleep(2 * MUX_FIRST_STREAM_TIMEOUT).await;
        assert!(only(&lines).contains("no stream came"));
    }

    #[tokio::test(start_paused = true)]
    async fn the_log_hears_of_streams_that_are_too_many_once_a_second_whichever_connection_they_are_on() {
        let ((log, lines), _second) = (log(), log());
        let _listening = tracing::dispatcher::set_default(&log);
        let (mut plugin, mut streams) = Plugin::new();
        let (mut drivers, mut kept) = (Vec::new(), Vec::new());
        for _ in 0..2 {
            let (host, driver) = Mux::share(Connection::new(plugin.meets()), End::Client, None);
            drivers.push(OwnedTask::spawn(driver));
            for _ in 0..MUX_STREAMS_MAX {
                // The host is done with each at once, and the plugin is not.
                drop(host.open().await.unwrap());
                kept.push(streams.recv().await.unwrap());
            }
            for _ in 0..MORE {
                let closed = host.open().await.unwrap().read(&mut [0]).await;
                assert!(matches!(closed, Ok(0) | Err(_)), "{closed:?}");
            }
        }
        assert!(only(&lines).contains("closed a stream"));
    }
}

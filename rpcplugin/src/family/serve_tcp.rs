//! The answering side of a listener full of connections.

use std::convert::Infallible;
use std::error::Error;
use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::{JoinError, JoinSet};

use super::{FamilyConnection, FamilyOptions};
use crate::limits::ACCEPT_RETRY_PAUSE;
use crate::message::Family;

/// Serves the connections of a listener for ever, each as [`FamilyConnection::serve`] does. A connection that fails, or a
/// handler that panics, ends no other one.
///
/// Above [`max_connections`](FamilyOptions::max_connections), a connection waits until another one ends.
///
/// # Cancel safety
///
/// Dropping the future ends it at once: the listener and all connections are closed, whatever they are doing.
/// [`serve_tcp_until`] lets the answers that are under way go out.
///
/// # Examples
///
/// ```no_run
/// use rpcplugin::{BinaryMessage, FamilyOptions, serve_tcp};
/// use tokio::net::TcpListener;
///
/// #[derive(BinaryMessage)]
/// #[binary(family)]
/// enum Counter {
///     #[binary(id = 1)]
///     Value { value: u32 },
/// }
///
/// # #[tokio::main]
/// # async fn main() -> std::io::Result<()> {
/// let listener = TcpListener::bind("127.0.0.1:7000").await?;
/// let never = serve_tcp(listener, FamilyOptions::new(), |Counter::Value { value }| async move {
///     let value = value.checked_add(1).ok_or("there is no next number")?;
///     Ok::<_, &str>(Some(Counter::Value { value }))
/// });
/// match never.await {}
/// # }
/// ```
pub async fn serve_tcp<F, H, R, E>(listener: TcpListener, options: FamilyOptions, handler: H) -> Infallible
where
    F: Family,
    H: Fn(F) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Option<F>, E>> + Send + 'static,
    E: Into<Box<dyn Error + Send + Sync>> + 'static,
{
    serve_tcp_until(listener, options, handler, pending()).await
}

/// Serves as [`serve_tcp`] does until `stop` is ready, and ends in order: the listener is closed, each connection is closed
/// after the answer that is under way, and what takes longer than [`stop_grace`](FamilyOptions::stop_grace) is dropped.
/// Returns what `stop` returned.
///
/// # Cancel safety
///
/// As [`serve_tcp`].
///
/// # Examples
///
/// ```
/// use rpcplugin::{BinaryMessage, FamilyConnection, FamilyError, FamilyOptions, serve_tcp_until};
/// use tokio::net::TcpListener;
///
/// #[derive(Debug, PartialEq, BinaryMessage)]
/// #[binary(family)]
/// enum Echo {
///     #[binary(id = 1)]
///     Text { text: String },
/// }
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let listener = TcpListener::bind("127.0.0.1:0").await?;
/// let address = listener.local_addr()?;
/// let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
/// let echo = |message: Echo| async move { Ok::<_, std::convert::Infallible>(Some(message)) };
/// let serving = tokio::spawn(serve_tcp_until(listener, FamilyOptions::new(), echo, stopped));
///
/// let mut client = FamilyConnection::connect_tcp(address, FamilyOptions::new()).await?;
/// let question = Echo::Text { text: "hello".into() };
/// assert_eq!(client.request(&question).await?, question);
/// drop(stop);
/// assert_eq!(client.receive().await?, None, "the connection was ended in order");
/// # drop(client);
/// # let _ended = serving.await?;
/// # Ok(())
/// # }
/// ```
pub async fn serve_tcp_until<F, H, R, E, T>(
    listener: TcpListener,
    options: FamilyOptions,
    handler: H,
    stop: impl Future<Output = T>,
) -> T
where
    F: Family,
    H: Fn(F) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Option<F>, E>> + Send + 'static,
    E: Into<Box<dyn Error + Send + Sync>> + 'static,
{
    let handler = Arc::new(handler);
    let places = Arc::new(Semaphore::new(options.max_connections.clamp(1, Semaphore::MAX_PERMITS)));
    let (stopping, stopped) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    let result = loop {
        tokio::select! {
            result = &mut stop => break result,
            (stream, peer, place) = next::<F>(&listener, &places) => {
                let connection = FamilyConnection::<F, _>::new(stream, options.clone());
                let (handler, mut stopped) = (Arc::clone(&handler), stopped.clone());
                connections.spawn(async move {
                    // An error means that the server is gone: that is a reason to stop as well.
                    let stop = async { drop(stopped.wait_for(|stopped| *stopped).await) };
                    // What went wrong is logged where it is known.
                    let _ended = connection.serve_until(|message| handler(message), Some(peer), stop).await;
                    drop(place);
                });
            }
            // What ended is forgotten at once, or the set would grow for as long as the server lives.
            Some(ended) = connections.join_next() => report::<F>(ended),
        }
    };
    // Nobody can connect any more before the last answers go out.
    drop(listener);
    stopping.send_replace(true);
    let rest = async {
        while let Some(ended) = connections.join_next().await {
            report::<F>(ended);
        }
    };
    if tokio::time::timeout(options.stop_grace, rest).await.is_err() {
        tracing::warn!(family = F::FAMILY_NAME, "connections that did not end in time are dropped");
    }
    result
}

/// The next connection, when there is a place for it.
async fn next<F: Family>(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed.
    let place = Arc::clone(places).acquire_owned().await.ok();
    let family = F::FAMILY_NAME;
    loop {
        match listener.accept().await {
            // A small message must not wait for the acknowledgement of the one before.
            Ok((stream, peer)) => match stream.set_nodelay(true) {
                Ok(()) => return (stream, peer, place),
                Err(error) => {
                    tracing::debug!(family, %peer, %error, "a connection ended before it was served")
                }
            },
            Err(error) if is_of_one_connection(error.kind()) => {
                tracing::debug!(family, %error, "a connection ended before it was accepted");
            }
            // A listener without descriptors waits for them; it does not spin or end.
            Err(error) => {
                tracing::warn!(family, %error, "failed to accept a connection; trying again");
                tokio::time::sleep(ACCEPT_RETRY_PAUSE).await;
            }
        }
    }
}

/// Whether an accept failed because of the connection that was to be accepted, which is gone with it. The next one need not
/// wait. Linux hands on what the network says about it.
const fn is_of_one_connection(kind: io::ErrorKind) -> bool {
    matches!(
        kind,
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::NetworkDown
            | io::ErrorKind::TimedOut
            | io::ErrorKind::Interrupted
    )
}

/// Handlers are caught where they panic, so this is for what nobody thought of.
fn report<F: Family>(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(family = F::FAMILY_NAME, %error, "serving a connection panicked: report this bug");
    }
}

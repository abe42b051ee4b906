//! The answering side: one connection, or a listener full of them.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinError, JoinSet};

use super::{FamilyConnection, FamilyError, FamilyOptions};
use crate::limits::{ACCEPT_RETRY_PAUSE, FAMILY_LINGER_TIMEOUT};
use crate::message::Family;

impl<F: Family, S: AsyncRead + AsyncWrite + Unpin> FamilyConnection<F, S> {
    /// Answers the peer's messages, one after the other, until it ends the stream. What the handler returns is sent; if
    /// it returns nothing, nothing is.
    ///
    /// An unknown type is answered with `NOT_FOUND`, and the connection closed. A `NOT_FOUND` of the peer's goes to the
    /// handler where the family has a value for it, and is passed over where not.
    ///
    /// # Errors
    ///
    /// [`FamilyError::Handler`] if the handler returns an error, which is logged, and whatever
    /// [`receive`](Self::receive) and [`send`](Self::send) say. The connection is closed after each.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future closes the connection, whatever it is doing; the handler's future is dropped.
    pub async fn serve<H, R, E>(mut self, mut handler: H) -> Result<(), FamilyError>
    where
        H: FnMut(F) -> R,
        R: Future<Output = Result<Option<F>, E>>,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let ended = self.answer(&mut handler).await;
        match &ended {
            Ok(()) => {}
            Err(FamilyError::Handler { source }) => {
                tracing::error!(family = F::FAMILY_NAME, error = %source, "the handler of a message failed");
            }
            // What a peer can cause at will must not fill the log.
            Err(error) => tracing::debug!(family = F::FAMILY_NAME, %error, "a connection ended"),
        }
        self.close().await;
        ended
    }

    async fn answer<H, R, E>(&mut self, handler: &mut H) -> Result<(), FamilyError>
    where
        H: FnMut(F) -> R,
        R: Future<Output = Result<Option<F>, E>>,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        loop {
            let message = match self.receive().await {
                Ok(Some(message)) => message,
                Ok(None) => return Ok(()),
                // An answer to it would be answered in turn.
                Err(FamilyError::NotFound { .. }) => continue,
                Err(error) => return Err(error),
            };
            let answer =
                handler(message).await.map_err(|error| FamilyError::Handler { source: error.into() });
            if let Some(answer) = answer? {
                self.send_owned(answer).await?;
            }
        }
    }

    /// Ends the stream so that the last answer arrives: closed with bytes unread, TCP takes back what it has not delivered.
    async fn close(&mut self) {
        let closed = async {
            self.shutdown().await?;
            let read = tokio::io::copy(self.stream_mut(), &mut tokio::io::sink()).await;
            read.map_err(FamilyError::io("end the connection"))
        };
        // Whatever comes of it, the stream is dropped next.
        if let Ok(Err(error)) = tokio::time::timeout(FAMILY_LINGER_TIMEOUT, closed).await {
            tracing::trace!(family = F::FAMILY_NAME, %error, "a connection was not ended in order");
        }
    }
}

/// Serves the connections of a listener for ever, each as [`FamilyConnection::serve`] does. A connection that fails, or a
/// handler that panics, ends no other one.
///
/// Above [`max_connections`](FamilyOptions::max_connections), a connection waits until another one ends.
///
/// # Cancel safety
///
/// Dropping the future is the way to end it: the listener and all connections are closed, whatever they are doing.
pub async fn serve_tcp<F, H, R, E>(listener: TcpListener, options: FamilyOptions, handler: H) -> Infallible
where
    F: Family,
    H: Fn(F) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Option<F>, E>> + Send + 'static,
    E: Into<Box<dyn std::error::Error + Send + Sync>> + 'static,
{
    let handler = Arc::new(handler);
    let places = Arc::new(Semaphore::new(options.max_connections.clamp(1, Semaphore::MAX_PERMITS)));
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            (stream, peer, place) = next(&listener, &places) => {
                let connection = FamilyConnection::<F, _>::new(stream, options.clone());
                let handler = Arc::clone(&handler);
                connections.spawn(async move {
                    // What went wrong is logged where it is known.
                    let ended = connection.serve(|message| handler(message)).await;
                    tracing::trace!(family = F::FAMILY_NAME, %peer, failed = ended.is_err(), "disconnected");
                    drop(place);
                });
            }
            // What ended is forgotten at once, or the set would grow for as long as the server lives.
            Some(ended) = connections.join_next() => report::<F>(ended),
        }
    }
}

/// The next connection, when there is a place for it. A listener without descriptors waits, it does not spin or end.
async fn next(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed.
    let place = Arc::clone(places).acquire_owned().await.ok();
    loop {
        let accepted = listener.accept().await;
        // A small message must not wait for the acknowledgement of the one before.
        match accepted.and_then(|(stream, peer)| stream.set_nodelay(true).map(|()| (stream, peer))) {
            Ok((stream, peer)) => return (stream, peer, place),
            Err(error) => {
                tracing::warn!(%error, "failed to accept a connection; trying again");
                tokio::time::sleep(ACCEPT_RETRY_PAUSE).await;
            }
        }
    }
}

fn report<F: Family>(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(family = F::FAMILY_NAME, %error, "the handler of a message panicked");
    }
}

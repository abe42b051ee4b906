//! The answering side of one connection.

use std::error::Error;
use std::future::pending;
use std::net::SocketAddr;
use std::pin::{Pin, pin};

use tokio::io::{AsyncRead, AsyncWrite};

use super::{FamilyConnection, FamilyError, handler};
use crate::limits::FAMILY_LINGER_TIMEOUT;
use crate::message::Family;

impl<F: Family, S: AsyncRead + AsyncWrite + Unpin> FamilyConnection<F, S> {
    /// Answers the peer's messages, one after the other, until it ends the stream. What the handler returns is sent; if
    /// it returns nothing, nothing is.
    ///
    /// An unknown type is answered with `NOT_FOUND`, and the connection closed. A `NOT_FOUND` of the peer's goes to the
    /// handler where the family has a value for it, and is passed over where not.
    ///
    /// A peer that has left is not noticed while the handler runs: the end of what it sends may be a half close, behind
    /// which it still reads. [`handler_timeout`](crate::FamilyOptions::handler_timeout) bounds how long that lasts.
    ///
    /// # Errors
    ///
    /// [`FamilyError::Handler`] if the handler returns an error or panics, which is logged;
    /// [`FamilyError::HandlerTimeout`] if it takes too long, which is logged as well; and whatever
    /// [`receive`](Self::receive) and [`send`](Self::send) say. The connection is closed after each.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future closes the connection, whatever it is doing; the handler's future is dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::{BinaryMessage, FamilyConnection, FamilyOptions};
    ///
    /// #[derive(Debug, PartialEq, BinaryMessage)]
    /// #[binary(family)]
    /// enum Counter {
    ///     #[binary(id = 1)]
    ///     Value { value: u32 },
    /// }
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), rpcplugin::FamilyError> {
    /// let (stream, peer) = tokio::io::duplex(64);
    /// let server = FamilyConnection::new(peer, FamilyOptions::new());
    /// let serving = tokio::spawn(server.serve(|Counter::Value { value }| async move {
    ///     Ok::<_, std::convert::Infallible>(Some(Counter::Value { value: value + 1 }))
    /// }));
    /// let mut client = FamilyConnection::new(stream, FamilyOptions::new());
    /// assert_eq!(client.request(&Counter::Value { value: 1 }).await?, Counter::Value { value: 2 });
    /// drop(client);
    /// # serving.await.unwrap()
    /// # }
    /// ```
    pub async fn serve<H, R, E>(self, handler: H) -> Result<(), FamilyError>
    where
        H: FnMut(F) -> R,
        R: Future<Output = Result<Option<F>, E>>,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        self.serve_until(handler, None, pending()).await
    }

    /// Answers until the peer ends the stream, or until `stop` is ready; then the message that is being answered is the last
    /// one. The peer is for the log.
    pub(super) async fn serve_until<H, R, E>(
        mut self,
        mut handler: H,
        peer: Option<SocketAddr>,
        stop: impl Future<Output = ()>,
    ) -> Result<(), FamilyError>
    where
        H: FnMut(F) -> R,
        R: Future<Output = Result<Option<F>, E>>,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let ended = self.answer_all(&mut handler, pin!(stop)).await;
        let (family, peer) = (F::FAMILY_NAME, peer.map(tracing::field::display));
        match &ended {
            Ok(()) => tracing::trace!(family, peer, "a connection ended"),
            Err(error @ (FamilyError::Handler { .. } | FamilyError::HandlerTimeout { .. })) => {
                tracing::error!(family, peer, %error, "a message was not answered");
            }
            // What a peer can cause at will must not fill the log.
            Err(error) => tracing::debug!(family, peer, %error, "a connection ended"),
        }
        self.close().await;
        ended
    }

    async fn answer_all<H, R, E>(
        &mut self,
        handler: &mut H,
        mut stop: Pin<&mut impl Future<Output = ()>>,
    ) -> Result<(), FamilyError>
    where
        H: FnMut(F) -> R,
        R: Future<Output = Result<Option<F>, E>>,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        loop {
            // So many messages may have come at once that answering them is one long turn: others have theirs in between.
            tokio::task::coop::consume_budget().await;
            let received = tokio::select! {
                biased;
                () = &mut stop => return Ok(()),
                received = self.receive() => received,
            };
            let message = match received {
                Ok(Some(message)) => message,
                Ok(None) => return Ok(()),
                // An answer to it would be answered in turn.
                Err(FamilyError::NotFound { .. }) => continue,
                Err(error) => return Err(error),
            };
            // The handler is called within, so that a panic before its first await is caught as well.
            let handling = async { handler(message).await };
            if let Some(answer) = handler::answer(self.handler_timeout(), handling).await? {
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

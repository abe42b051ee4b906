//! The answering side over UDP.

use std::convert::Infallible;
use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;

use bytes::Bytes;

use super::{FamilyError, FamilySocket, handler};
use crate::limits::ACCEPT_RETRY_PAUSE;
use crate::message::{DecodeErrorKind, Family, decode_frame_within, not_found_type};

impl<F: Family> FamilySocket<F> {
    /// Answers the messages that come, one after the other, for ever. The handler gets the message and who sent it; what it
    /// returns is sent there, and if it returns nothing, nothing is.
    ///
    /// A message of an unknown type is answered once, with `NOT_FOUND`. `NOT_FOUND` itself is never answered and does not
    /// reach the handler, and neither does a datagram that does not decode: two peers that answered those would do so for
    /// ever. A handler that fails, panics or takes longer than [`handler_timeout`](crate::FamilyOptions::handler_timeout)
    /// leaves its message unanswered, and the log says so.
    ///
    /// While a handler runs, the datagrams of all peers wait in the operating system, which drops them when it has no room.
    /// Handlers that take their time run beside each other if several tasks serve the same socket.
    ///
    /// The sender of a datagram can be forged. Where a network lets this happen, an answer that is much longer than its
    /// question is a way to flood somebody else.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future is the way to end it: what was not looked at yet stays in the socket, a handler that runs is
    /// dropped. [`serve_until`](Self::serve_until) lets it finish.
    ///
    /// # Examples
    ///
    /// See [`request`](Self::request).
    pub async fn serve<H, R, E>(&self, handler: H) -> Infallible
    where
        H: FnMut(F, SocketAddr) -> R,
        R: Future<Output = Result<Option<F>, E>>,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        self.serve_until(handler, std::future::pending()).await
    }

    /// Answers as [`serve`](Self::serve) does, until `stop` is ready; then the message that is being answered is the last
    /// one. Returns what `stop` returned.
    ///
    /// # Cancel safety
    ///
    /// As [`serve`](Self::serve).
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use rpcplugin::{BinaryMessage, FamilyOptions, FamilySocket};
    ///
    /// #[derive(BinaryMessage)]
    /// #[binary(family)]
    /// enum Echo {
    ///     #[binary(id = 1)]
    ///     Text { text: String },
    /// }
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let socket = FamilySocket::<Echo>::bind("127.0.0.1:7000", FamilyOptions::new()).await?;
    /// let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    /// // Whoever holds `stop` ends the server by sending, or by dropping it.
    /// let answer = |message, _peer| async move { Ok::<_, std::convert::Infallible>(Some(message)) };
    /// let _ended = socket.serve_until(answer, stopped).await;
    /// # drop(stop);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn serve_until<H, R, E, T>(&self, mut handler: H, stop: impl Future<Output = T>) -> T
    where
        H: FnMut(F, SocketAddr) -> R,
        R: Future<Output = Result<Option<F>, E>>,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let mut stop = pin!(stop);
        loop {
            let received = tokio::select! {
                biased;
                stopped = &mut stop => return stopped,
                received = self.read() => received,
            };
            match received {
                Ok((datagram, peer)) => self.serve_one(&datagram, peer, &mut handler).await,
                Err(error) => pause_after::<F>(&error).await,
            }
        }
    }

    async fn serve_one<H, R, E>(&self, datagram: &Bytes, peer: SocketAddr, handler: &mut H)
    where
        H: FnMut(F, SocketAddr) -> R,
        R: Future<Output = Result<Option<F>, E>>,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let family = F::FAMILY_NAME;
        let message = match decode_frame_within::<F>(datagram, self.options.max_payload_size) {
            Ok(message) if message.message_type() == not_found_type::<F>() => {
                return tracing::debug!(family, %peer, "a peer does not know what it was sent");
            }
            Ok(message) => message,
            Err(error) => {
                // What a peer can cause at will must not fill the log.
                tracing::debug!(family, %peer, %error, "a datagram was not handled");
                return self.refuse(error.kind(), peer).await;
            }
        };
        // The handler is called within, so that a panic before its first await is caught as well.
        let handling = async { handler(message, peer).await };
        match handler::answer(self.options.handler_timeout, handling).await {
            Ok(None) => {}
            Ok(Some(answer)) => {
                if let Err(error) = self.send_to(&answer, peer).await {
                    tracing::warn!(family, %peer, %error, "an answer was not sent");
                }
            }
            Err(error) => tracing::error!(family, %peer, %error, "a message was not answered"),
        }
    }

    /// Answers what may be answered of what does not decode.
    async fn refuse(&self, kind: &DecodeErrorKind, peer: SocketAddr) {
        if !matches!(kind, DecodeErrorKind::UnknownMessage { .. }) {
            return;
        }
        if let Err(error) = self.send_not_found_to(peer).await {
            tracing::debug!(family = F::FAMILY_NAME, %peer, %error, "an unknown message type was not answered");
        }
    }
}

/// An answer that its receiver refused is the trouble of one peer. Anything else may last, and the loop must not spin.
async fn pause_after<F: Family>(error: &FamilyError) {
    let is_of_one_peer =
        |kind| matches!(kind, io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset);
    if matches!(error, FamilyError::Io { source, .. } if is_of_one_peer(source.kind())) {
        return tracing::debug!(family = F::FAMILY_NAME, %error, "an earlier answer was refused");
    }
    tracing::warn!(family = F::FAMILY_NAME, %error, "failed to receive; trying again");
    tokio::time::sleep(ACCEPT_RETRY_PAUSE).await;
}

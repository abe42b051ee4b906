use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadHalf, WriteHalf};

use super::incoming::Incoming;
use super::outgoing::Outgoing;
use super::{FamilyError, FamilyOptions, FamilyReceiver, FamilySender};
use crate::message::{Family, not_found_type};

/// A stream that carries the messages of a family, both ways: TCP, a Unix socket, TLS, or anything else that reads and
/// writes.
///
/// A message is sent with one write. Of one read all messages are taken, cut out without a copy: a `bytes::Bytes` field
/// keeps the buffer in memory that it was read into, 16 KiB or what its frame needs.
///
/// The frame carries no security: on a network where others listen, give a TLS stream to [`new`](Self::new).
///
/// # Memory
///
/// Between messages a connection keeps at most 64 KiB for each direction, most often 16 KiB for what it reads. While a
/// long message crosses it holds at most twice the bytes of its payload that have come, and the payload that it sends.
///
/// # Examples
///
/// Two ends of a stream within one program; [`connect_tcp`](FamilyConnection::connect_tcp) makes one over TCP.
///
/// ```
/// use rpcplugin::{BinaryMessage, FamilyConnection, FamilyOptions};
///
/// #[derive(Debug, PartialEq, BinaryMessage)]
/// #[binary(family)]
/// enum Telemetry {
///     #[binary(id = 1)]
///     Sensor { value: f32 },
///     #[binary(id = 2)]
///     Status { text: String },
/// }
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), rpcplugin::FamilyError> {
/// let (stream, peer) = tokio::io::duplex(1024);
/// let mut ours = FamilyConnection::new(stream, FamilyOptions::new());
/// let mut theirs = FamilyConnection::new(peer, FamilyOptions::new());
///
/// ours.send(&Telemetry::Sensor { value: 1.5 }).await?;
/// ours.shutdown().await?;
/// assert_eq!(theirs.receive().await?, Some(Telemetry::Sensor { value: 1.5 }));
/// // The peer ended its side between two messages.
/// assert_eq!(theirs.receive().await?, None);
/// # Ok(())
/// # }
/// ```
pub struct FamilyConnection<F, S> {
    stream: S,
    incoming: Incoming<F>,
    outgoing: Outgoing<F>,
    options: FamilyOptions,
}

impl<F: Family, S> FamilyConnection<F, S> {
    /// Over a stream that stands at the beginning of a frame, in both directions.
    pub fn new(stream: S, options: FamilyOptions) -> Self {
        let (incoming, outgoing) = (Incoming::new(&options), Outgoing::new());
        Self { stream, incoming, outgoing, options }
    }

    /// The stream, to ask it for an address.
    pub const fn stream(&self) -> &S {
        &self.stream
    }

    /// The stream, and what was read from it behind the last message that was received: for a protocol that goes on in
    /// another form on the same stream.
    ///
    /// What was sent is with the stream. If the place in it was lost, what came behind is lost as well.
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::{BinaryMessage, FamilyConnection, FamilyOptions};
    /// use tokio::io::AsyncWriteExt;
    ///
    /// #[derive(Debug, PartialEq, BinaryMessage)]
    /// #[binary(family)]
    /// enum Greeting {
    ///     #[binary(id = 1)]
    ///     TextFollows {},
    /// }
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let (stream, mut peer) = tokio::io::duplex(64);
    /// peer.write_all(b"\x00\x01hello").await?;
    /// let mut connection = FamilyConnection::new(stream, FamilyOptions::new());
    /// assert_eq!(connection.receive().await?, Some(Greeting::TextFollows {}));
    /// let (_stream, read) = connection.into_inner();
    /// assert_eq!(read, "hello");
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_inner(self) -> (S, Bytes) {
        (self.stream, self.incoming.into_buffered())
    }
}

impl<F: Family, S: AsyncRead + AsyncWrite + Unpin> FamilyConnection<F, S> {
    /// Sends a message. It is on its way when this returns, not at the peer.
    ///
    /// # Errors
    ///
    /// - [`FamilyError::Encode`] or [`FamilyError::TooLarge`] if the message does not fit. Nothing was sent.
    /// - [`FamilyError::Io`] or [`FamilyError::Timeout`] if the stream does not take it.
    /// - [`FamilyError::Broken`] if an earlier message was sent in part, if this side was ended, or if the peer sent a type
    ///   that the family does not have. Nothing was sent.
    ///
    /// # Cancel safety
    ///
    /// Not cancel-safe: the message may have been sent, or a part of it. After a part, every further send is
    /// [`FamilyError::Broken`], because the peer would take it for the rest.
    pub async fn send(&mut self, message: &F) -> Result<(), FamilyError> {
        self.outgoing.stage(message, &self.options)?;
        self.outgoing.write(&mut self.stream, &self.options).await
    }

    /// Receives the next message; nothing if the peer ended the stream between two messages.
    ///
    /// `NOT_FOUND` is the family's own value for it, or an error.
    ///
    /// # Errors
    ///
    /// - [`FamilyError::Timeout`] after the read timeout. What came of a frame is kept: receive again.
    /// - [`FamilyError::Decode`] if a frame is not of its message. The next one can be received, unless the frame is too
    ///   long or its checksum wrong: then the place in the stream is lost, and the error stays.
    /// - [`FamilyError::UnknownMessage`] if the type is not of the family. The peer was answered `NOT_FOUND` and this side
    ///   of the stream ended, as far as the peer takes it within a second, which the read timeout does not count; the error
    ///   stays.
    /// - [`FamilyError::NotFound`] if the peer answered so, and the family has no value for it. The connection goes on.
    /// - [`FamilyError::Closed`] if the peer ended the stream within a frame.
    /// - [`FamilyError::Io`] if the stream fails.
    ///
    /// # Cancel safety
    ///
    /// Cancel-safe: what came of a frame is kept for the next call. An answer to an unknown type that was under way is gone
    /// on with by the next call.
    pub async fn receive(&mut self) -> Result<Option<F>, FamilyError> {
        let received = self.incoming.receive(&mut self.stream, &self.options).await;
        match &received {
            Ok(Some(_)) | Err(FamilyError::NotFound { .. } | FamilyError::Decode(_)) => {
                self.outgoing.answered();
            }
            Err(FamilyError::UnknownMessage { .. }) => self.refuse().await,
            _ => {}
        }
        received
    }

    /// Sends a message and receives the next one, which is taken for its answer: the frame has no other way to tell.
    ///
    /// What is there before the message is sent can be no answer to it, and is refused. What a peer sends unasked while the
    /// message is under way is taken for the answer; where peers do that, put a number into the messages, or
    /// [`split`](Self::split) the connection.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send) and [`receive`](Self::receive), and
    /// - [`FamilyError::NotFound`] if the answer is `NOT_FOUND`, even where the family has a value for it. A peer that
    ///   does not know how long the message is may go on within it, and answer what it finds there: connect again;
    /// - [`FamilyError::Closed`] if the peer ends the stream instead of an answer;
    /// - [`FamilyError::Broken`] if something came that nobody asked for, or the answer to an earlier request did not come in
    ///   time: it would be taken for the answer to this one. [`receive`](Self::receive) it, or connect again. Nothing was
    ///   sent.
    ///
    /// An error that [`receive`](Self::receive) says again and again is said before anything is sent.
    ///
    /// # Cancel safety
    ///
    /// Not cancel-safe: as [`send`](Self::send), and the answer may still come. Until it is received, every further request
    /// is [`FamilyError::Broken`].
    pub async fn request(&mut self, message: &F) -> Result<F, FamilyError> {
        let message_type = message.message_type();
        self.incoming.check_quiet(&mut self.stream).await?;
        self.outgoing.stage_request(message, &self.options)?;
        self.outgoing.write(&mut self.stream, &self.options).await?;
        let not_found = || FamilyError::NotFound { family: F::FAMILY_NAME, message_type: Some(message_type) };
        match self.receive().await {
            Ok(Some(answer)) if answer.message_type() == not_found_type::<F>() => Err(not_found()),
            Ok(Some(answer)) => Ok(answer),
            Ok(None) => Err(FamilyError::Closed { received: 0, needed: F::HEADER_BYTES }),
            Err(FamilyError::NotFound { .. }) => Err(not_found()),
            Err(error) => Err(error),
        }
    }

    /// Sends `NOT_FOUND`: the answer to a message that this side does not know what to do with. Never send it in answer to
    /// a `NOT_FOUND`: two peers that do so answer each other for ever.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    ///
    /// # Cancel safety
    ///
    /// As [`send`](Self::send).
    pub async fn send_not_found(&mut self) -> Result<(), FamilyError> {
        self.outgoing.stage_not_found()?;
        self.outgoing.write(&mut self.stream, &self.options).await
    }

    /// Ends this side of the stream: the peer receives nothing more, and knows. It may still send.
    ///
    /// # Errors
    ///
    /// [`FamilyError::Io`] or [`FamilyError::Timeout`] if the stream does not take it.
    ///
    /// # Cancel safety
    ///
    /// Cancel-safe: nothing more is sent, and this may be called again.
    pub async fn shutdown(&mut self) -> Result<(), FamilyError> {
        self.outgoing.shutdown(&mut self.stream, &self.options).await
    }

    /// The two directions apart, for two tasks that send and receive at once.
    ///
    /// What was received and not yet asked for goes with the receiver. [`request`](Self::request) stays behind, and
    /// whoever receives an unknown type answers it by [`FamilySender::send_not_found`].
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::{BinaryMessage, FamilyConnection, FamilyOptions};
    ///
    /// #[derive(Debug, PartialEq, BinaryMessage)]
    /// #[binary(family)]
    /// enum Tick {
    ///     #[binary(id = 1)]
    ///     Number { value: u32 },
    /// }
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), rpcplugin::FamilyError> {
    /// let (stream, peer) = tokio::io::duplex(64);
    /// let (mut sender, _) = FamilyConnection::new(stream, FamilyOptions::new()).split();
    /// let (_, mut receiver) = FamilyConnection::<Tick, _>::new(peer, FamilyOptions::new()).split();
    /// // More than the stream holds: somebody must receive while this is sent.
    /// let sending = tokio::spawn(async move {
    ///     for value in 0..100 {
    ///         sender.send(&Tick::Number { value }).await?;
    ///     }
    ///     sender.shutdown().await
    /// });
    /// let mut sum = 0;
    /// while let Some(Tick::Number { value }) = receiver.receive().await? {
    ///     sum += value;
    /// }
    /// assert_eq!(sum, 4950);
    /// # sending.await.unwrap()
    /// # }
    /// ```
    pub fn split(self) -> (FamilySender<F, WriteHalf<S>>, FamilyReceiver<F, ReadHalf<S>>) {
        let (read, write) = tokio::io::split(self.stream);
        let sender = FamilySender::new(write, self.outgoing, self.options.clone());
        (sender, FamilyReceiver::new(read, self.incoming, self.options))
    }

    /// Answers an unknown type, and ends this side. That the type was unknown is what the caller must learn, not that the
    /// peer did not listen to the answer.
    async fn refuse(&mut self) {
        if let Err(error) = self.outgoing.refuse(&mut self.stream, &self.options).await {
            tracing::debug!(family = F::FAMILY_NAME, %error, "an unknown message type was not answered");
        }
    }

    /// For the room's own loop, which must not hold a reference to the message while it sends.
    pub(super) async fn send_owned(&mut self, message: F) -> Result<(), FamilyError> {
        let staged = self.outgoing.stage(&message, &self.options);
        drop(message);
        staged?;
        self.outgoing.write(&mut self.stream, &self.options).await
    }

    pub(super) const fn stream_mut(&mut self) -> &mut S {
        &mut self.stream
    }

    pub(super) const fn handler_timeout(&self) -> Option<Duration> {
        self.options.handler_timeout
    }
}

#[cfg(test)]
impl<F: Family, S> FamilyConnection<F, S> {
    /// The bytes of its buffers.
    pub(super) fn kept(&self) -> usize {
        self.incoming.kept() + self.outgoing.kept()
    }
}

impl<F: Family, S> fmt::Debug for FamilyConnection<F, S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FamilyConnection")
            .field("family", &F::FAMILY_NAME)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

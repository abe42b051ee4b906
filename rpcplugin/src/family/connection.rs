use std::fmt;

use tokio::io::{AsyncRead, AsyncWrite, ReadHalf, WriteHalf};
use tokio::net::{TcpStream, ToSocketAddrs};

use super::incoming::Incoming;
use super::outgoing::Outgoing;
use super::timing::within;
use super::{FamilyError, FamilyOptions, FamilyReceiver, FamilySender};
use crate::message::{Family, not_found_type};

/// A stream that carries the messages of a family, both ways: TCP, a Unix socket, TLS, or anything else that reads and
/// writes.
///
/// A message is sent with one write. Of one read all messages are taken, cut out without a copy: a `bytes::Bytes` field
/// keeps the buffer in memory that it was read into, 16 KiB or what its frame needs.
///
/// The frame carries no security: on a network where others listen, give a TLS stream to [`new`](Self::new).
pub struct FamilyConnection<F, S> {
    stream: S,
    incoming: Incoming<F>,
    outgoing: Outgoing<F>,
    options: FamilyOptions,
}

impl<F: Family> FamilyConnection<F, TcpStream> {
    /// Connects to a peer that listens on TCP.
    ///
    /// # Errors
    ///
    /// [`FamilyError::Io`] if nobody listens there, [`FamilyError::Timeout`] after the connect timeout.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives the attempt up. Nothing is left of it.
    pub async fn connect_tcp(
        address: impl ToSocketAddrs,
        options: FamilyOptions,
    ) -> Result<Self, FamilyError> {
        let what = "connect";
        let stream = within(what, options.connect_timeout, async {
            TcpStream::connect(address).await.map_err(FamilyError::io(what))
        })
        .await?;
        // A small message must not wait for the acknowledgement of the one before.
        stream.set_nodelay(true).map_err(FamilyError::io(what))?;
        Ok(Self::new(stream, options))
    }
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
}

impl<F: Family, S: AsyncRead + AsyncWrite + Unpin> FamilyConnection<F, S> {
    /// Sends a message. It is on its way when this returns, not at the peer.
    ///
    /// # Errors
    ///
    /// - [`FamilyError::Encode`] or [`FamilyError::TooLarge`] if the message does not fit. Nothing was sent.
    /// - [`FamilyError::Io`] or [`FamilyError::Timeout`] if the stream does not take it.
    /// - [`FamilyError::Broken`] if an earlier message was sent in part, or the connection was ended.
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
    ///   of the stream ended, as far as the peer takes it; the error stays.
    /// - [`FamilyError::NotFound`] if the peer answered so, and the family has no value for it. The connection goes on.
    /// - [`FamilyError::Closed`] if the peer ended the stream within a frame.
    /// - [`FamilyError::Io`] if the stream fails.
    ///
    /// # Cancel safety
    ///
    /// Cancel-safe: what came of a frame is kept for the next call.
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
    /// # Errors
    ///
    /// As [`send`](Self::send) and [`receive`](Self::receive), and
    /// - [`FamilyError::NotFound`] if the answer is `NOT_FOUND`, even where the family has a value for it. A peer that
    ///   does not know how long the message is may go on within it, and answer what it finds there: connect again;
    /// - [`FamilyError::Closed`] if the peer ends the stream instead of an answer;
    /// - [`FamilyError::Broken`] if the answer to an earlier request did not come in time: it would be taken for the answer
    ///   to this one. [`receive`](Self::receive) it, or connect again.
    ///
    /// # Cancel safety
    ///
    /// Not cancel-safe: as [`send`](Self::send), and the answer may still come. Until it is received, every further request
    /// is [`FamilyError::Broken`].
    pub async fn request(&mut self, message: &F) -> Result<F, FamilyError> {
        let message_type = message.message_type();
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

    /// Sends `NOT_FOUND`: the answer to a message that this side does not know what to do with.
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
    pub fn split(self) -> (FamilySender<F, WriteHalf<S>>, FamilyReceiver<F, ReadHalf<S>>) {
        let (read, write) = tokio::io::split(self.stream);
        let sender = FamilySender::new(write, self.outgoing, self.options.clone());
        (sender, FamilyReceiver::new(read, self.incoming, self.options))
    }

    /// Answers an unknown type, and ends this side. That the type was unknown is what the caller must learn, not that the
    /// peer did not listen to the answer.
    async fn refuse(&mut self) {
        if self.outgoing.stage_not_found().is_err() {
            return;
        }
        let answered = self.outgoing.write(&mut self.stream, &self.options).await;
        if self.outgoing.is_open() {
            self.outgoing.give_up(UNKNOWN_RECEIVED);
        }
        let ended = self.outgoing.shutdown(&mut self.stream, &self.options).await;
        if let Err(error) = answered.and(ended) {
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

const UNKNOWN_RECEIVED: &str = "the peer sent a message type that the family does not have";

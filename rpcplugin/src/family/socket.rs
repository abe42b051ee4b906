use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use tokio::io::Interest;
use tokio::net::{ToSocketAddrs, UdpSocket};

use super::outgoing::refuse_above;
use super::timing::within;
use super::{FamilyError, FamilyOptions};
use crate::limits::{DATAGRAM_BYTES_MAX, DATAGRAM_ROOM_BYTES};
use crate::message::{DecodeErrorKind, Family, append_not_found, decode_frame_within, not_found_type};

/// A UDP socket that carries the messages of a family, one in each datagram.
///
/// Datagrams are lost, doubled and overtaken; nothing here makes up for that. All methods take `&self`, so one task may
/// send while another receives.
pub struct FamilySocket<F> {
    socket: UdpSocket,
    /// Where the operating system puts a datagram. Held only while it does, never across an await.
    room: Mutex<Vec<u8>>,
    options: FamilyOptions,
    family: PhantomData<fn() -> F>,
}

impl<F: Family> FamilySocket<F> {
    /// Opens a socket at an address of this machine; port 0 takes a free one.
    ///
    /// # Errors
    ///
    /// [`FamilyError::Io`] if the address is not of this machine, or taken.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves nothing behind.
    pub async fn bind(address: impl ToSocketAddrs, options: FamilyOptions) -> Result<Self, FamilyError> {
        let socket = UdpSocket::bind(address).await.map_err(FamilyError::io("open a socket"))?;
        let room = Mutex::new(vec![0; DATAGRAM_ROOM_BYTES]);
        Ok(Self { socket, room, options, family: PhantomData })
    }

    /// Talks to one peer only from here on: [`send`](Self::send) goes there, and datagrams that others send from then on
    /// are dropped.
    ///
    /// # Errors
    ///
    /// [`FamilyError::Io`] if the address is none, [`FamilyError::Timeout`] if its name is not found in time.
    ///
    /// # Cancel safety
    ///
    /// Cancel-safe: the socket is as before, or connected.
    pub async fn connect(&self, address: impl ToSocketAddrs) -> Result<(), FamilyError> {
        let what = "connect";
        let connect = async { self.socket.connect(address).await.map_err(FamilyError::io(what)) };
        within(what, self.options.connect_timeout, connect).await
    }

    /// The address of this socket.
    ///
    /// # Errors
    ///
    /// [`FamilyError::Io`] if the operating system does not say.
    pub fn local_addr(&self) -> Result<SocketAddr, FamilyError> {
        self.socket.local_addr().map_err(FamilyError::io("ask for the address of a socket"))
    }

    /// Sends a message to the peer of [`connect`](Self::connect).
    ///
    /// # Errors
    ///
    /// [`FamilyError::Encode`] or [`FamilyError::TooLarge`] if the message does not fit, also into a datagram of 65507
    /// bytes; [`FamilyError::Io`] if there is no peer, or it refused an earlier datagram; [`FamilyError::Timeout`].
    ///
    /// # Cancel safety
    ///
    /// A datagram is sent as a whole or not at all. Whether it was is not known if the future is dropped.
    pub async fn send(&self, message: &F) -> Result<(), FamilyError> {
        let frame = self.frame(message)?;
        self.write(&frame, None).await
    }

    /// Sends a message to any peer.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    ///
    /// # Cancel safety
    ///
    /// As [`send`](Self::send).
    pub async fn send_to(&self, message: &F, peer: SocketAddr) -> Result<(), FamilyError> {
        let frame = self.frame(message)?;
        self.write(&frame, Some(peer)).await
    }

    /// Sends `NOT_FOUND` to a peer: the answer to a message that this side does not know.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    ///
    /// # Cancel safety
    ///
    /// As [`send`](Self::send).
    pub async fn send_not_found_to(&self, peer: SocketAddr) -> Result<(), FamilyError> {
        let mut frame = Vec::new();
        append_not_found::<F>(&mut frame);
        self.write(&frame, Some(peer)).await
    }

    /// Receives the next message, and says who sent it.
    ///
    /// # Errors
    ///
    /// - [`FamilyError::Datagram`] if a datagram is no frame of the family; of an unknown type, and of `NOT_FOUND` where the
    ///   family has no value for it, as well. The datagram is gone, the next one can be received.
    /// - [`FamilyError::Timeout`] after the read timeout: receive again.
    /// - [`FamilyError::Io`] if the peer of [`connect`](Self::connect) refused an earlier datagram, for example.
    ///
    /// # Cancel safety
    ///
    /// Cancel-safe: no datagram is lost.
    pub async fn receive(&self) -> Result<(F, SocketAddr), FamilyError> {
        let (datagram, peer) = within("receive a message", self.options.read_timeout, self.read()).await?;
        match decode_frame_within(&datagram, self.options.max_payload_size) {
            Ok(message) => Ok((message, peer)),
            Err(source) => Err(FamilyError::Datagram { peer, source }),
        }
    }

    /// Sends a message to the peer of [`connect`](Self::connect), and receives the next one, which is taken for its answer:
    /// the frame has no other way to tell. An answer that comes after its request timed out is therefore taken for that of
    /// the next request; where this matters, put a number into the messages.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send) and [`receive`](Self::receive). A lost datagram is [`FamilyError::Timeout`], and an answer of
    /// `NOT_FOUND` is [`FamilyError::NotFound`], even where the family has a value for it.
    ///
    /// # Cancel safety
    ///
    /// Not cancel-safe: the answer may come later, see above.
    pub async fn request(&self, message: &F) -> Result<F, FamilyError> {
        let message_type = message.message_type();
        self.send(message).await?;
        let not_found = || FamilyError::NotFound { family: F::FAMILY_NAME, message_type: Some(message_type) };
        match self.receive().await {
            Ok((answer, _)) if answer.message_type() == not_found_type::<F>() => Err(not_found()),
            Ok((answer, _)) => Ok(answer),
            Err(FamilyError::Datagram { source, .. }) if *source.kind() == DecodeErrorKind::NotFound => {
                Err(not_found())
            }
            Err(error) => Err(error),
        }
    }

    fn frame(&self, message: &F) -> Result<Bytes, FamilyError> {
        refuse_above(self.options.max_payload_size, message.payload_len(), message)?;
        let frame = message.encode()?;
        refuse_above(DATAGRAM_BYTES_MAX, frame.len(), message)?;
        Ok(frame)
    }

    async fn write(&self, frame: &[u8], peer: Option<SocketAddr>) -> Result<(), FamilyError> {
        let what = "send a message";
        let sent = async {
            match peer {
                None => self.socket.send(frame).await,
                Some(peer) => self.socket.send_to(frame, peer).await,
            }
            // The operating system takes a datagram whole.
            .map(|_| ())
            .map_err(FamilyError::io(what))
        };
        within(what, self.options.write_timeout, sent).await
    }

    async fn read(&self) -> Result<(Bytes, SocketAddr), FamilyError> {
        let take = || -> io::Result<(Bytes, SocketAddr)> {
            let mut room = self.room.lock().unwrap_or_else(PoisonError::into_inner);
            let (length, peer) = self.socket.try_recv_from(&mut room)?;
            // A copy of its own: a message that keeps a slice must not keep all of the room.
            Ok((Bytes::copy_from_slice(room.get(..length).unwrap_or_default()), peer))
        };
        loop {
            let received = match self.socket.ready(Interest::READABLE).await {
                Ok(_) => take(),
                Err(error) => Err(error),
            };
            match received {
                // Another task was faster, or the checksum of a datagram was wrong.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                received => return received.map_err(FamilyError::io("receive a message")),
            }
        }
    }
}

impl<F: Family> fmt::Debug for FamilySocket<F> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FamilySocket")
            .field("family", &F::FAMILY_NAME)
            .field("socket", &self.socket)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

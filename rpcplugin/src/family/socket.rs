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
use crate::message::{Family, append_not_found, decode_frame_within};

/// A UDP socket that carries the messages of a family, one in each datagram of at most 65507 bytes.
///
/// Datagrams are lost, doubled and overtaken; nothing here makes up for that. All methods take `&self`, so one task may
/// send while another receives.
///
/// Whoever answers by hand must never answer `NOT_FOUND`, nor a datagram that does not decode for another reason than its
/// type: two peers that do so answer each other for ever. [`serve`](Self::serve) is the loop that keeps to this.
///
/// # Examples
///
/// ```
/// use rpcplugin::{BinaryMessage, FamilyOptions, FamilySocket};
///
/// #[derive(Debug, PartialEq, BinaryMessage)]
/// #[binary(family)]
/// enum Telemetry {
///     #[binary(id = 1)]
///     Sensor { value: f32 },
/// }
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), rpcplugin::FamilyError> {
/// let server = FamilySocket::bind("127.0.0.1:0", FamilyOptions::new()).await?;
/// let client = FamilySocket::bind("127.0.0.1:0", FamilyOptions::new()).await?;
/// client.connect(server.local_addr()?).await?;
///
/// client.send(&Telemetry::Sensor { value: 1.5 }).await?;
/// let (message, peer) = server.receive().await?;
/// assert_eq!((message, peer), (Telemetry::Sensor { value: 1.5 }, client.local_addr()?));
/// # Ok(())
/// # }
/// ```
pub struct FamilySocket<F> {
    socket: UdpSocket,
    /// Where the operating system puts a datagram. Held only while it does, never across an await.
    room: Mutex<Vec<u8>>,
    /// Whom this socket talks to. The operating system drops what others send from then on, not what had come.
    peer: Mutex<Option<SocketAddr>>,
    /// Held by the request whose answer is waited for.
    pub(super) asking: tokio::sync::Mutex<()>,
    pub(super) options: FamilyOptions,
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
        let (peer, asking) = (Mutex::new(None), tokio::sync::Mutex::new(()));
        Ok(Self { socket, room, peer, asking, options, family: PhantomData })
    }

    /// Talks to one peer only from here on: [`send`](Self::send) goes there, and what others send is dropped, also what they
    /// had sent before and nobody has received.
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
        let connected = within(what, self.options.connect_timeout, connect).await;
        // Asked of the operating system, which knows as well whom a failed attempt left us with.
        *self.peer.lock().unwrap_or_else(PoisonError::into_inner) = self.socket.peer_addr().ok();
        connected
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
    ///   family has no value for it, as well. The datagram is gone, the next one can be received. An unknown type may be
    ///   answered with [`send_not_found_to`](Self::send_not_found_to), anything else must not be.
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

    pub(super) fn frame(&self, message: &F) -> Result<Bytes, FamilyError> {
        refuse_above(self.options.max_payload_size, message.payload_len(), message)?;
        let frame = message.encode()?;
        refuse_above(DATAGRAM_BYTES_MAX, frame.len(), message)?;
        Ok(frame)
    }

    pub(super) async fn write(&self, frame: &[u8], peer: Option<SocketAddr>) -> Result<(), FamilyError> {
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

    /// The next datagram, of whoever may send one. Cancel-safe.
    pub(super) async fn read(&self) -> Result<(Bytes, SocketAddr), FamilyError> {
        let what = "receive a message";
        loop {
            // Datagrams may come faster than they are taken: the other tasks of this thread have their turn all the same.
            tokio::task::coop::consume_budget().await;
            let interest = Interest::READABLE | Interest::ERROR;
            let ready = self.socket.ready(interest).await.map_err(FamilyError::io(what))?;
            if ready.is_error()
                && let Some(error) = self.take_error()
            {
                return Err(FamilyError::io(what)(error));
            }
            match self.take() {
                // Another task was faster, or the checksum of a datagram was wrong.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Ok((_, sender)) if self.is_stranger(sender) => {}
                received => return received.map_err(FamilyError::io(what)),
            }
        }
    }

    /// What the network says of an earlier datagram, that nobody listens there for example. It makes nothing readable, so
    /// it must be asked for.
    pub(super) fn take_error(&self) -> Option<io::Error> {
        // First the mark, so that an error that comes in between leaves one of its own.
        let _cleared = self.socket.try_io(Interest::ERROR, || Err::<(), _>(io::ErrorKind::WouldBlock.into()));
        self.socket.take_error().ok().flatten()
    }

    /// A datagram that has come, if there is one.
    pub(super) fn take(&self) -> io::Result<(Bytes, SocketAddr)> {
        let mut room = self.room.lock().unwrap_or_else(PoisonError::into_inner);
        let (length, peer) = self.socket.try_recv_from(&mut room)?;
        // A copy of its own: a message that keeps a slice must not keep all of the room.
        Ok((Bytes::copy_from_slice(room.get(..length).unwrap_or_default()), peer))
    }

    pub(super) fn peer(&self) -> Option<SocketAddr> {
        *self.peer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_stranger(&self, sender: SocketAddr) -> bool {
        // Not as a whole: of an IPv6 address the two sides need not name the same scope and flow.
        self.peer().is_some_and(|peer| (peer.ip(), peer.port()) != (sender.ip(), sender.port()))
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

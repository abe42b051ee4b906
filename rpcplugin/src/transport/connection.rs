use std::fmt;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

#[cfg(feature = "broker")]
use super::WeakMux;
use super::alive::Alive;
use crate::call::Peer;

/// Anything that carries bytes both ways.
trait Pipe: AsyncRead + AsyncWrite + Send {}
impl<T: AsyncRead + AsyncWrite + Send> Pipe for T {}

/// One connection, whatever carries it.
pub(crate) struct Connection {
    pipe: Pin<Box<dyn Pipe>>,
    peer: Arc<Peer>,
    /// Where somebody wants to know whether the peer is still there.
    pub(super) alive: Option<Box<Alive>>,
    /// What this is a stream of, where streams share a connection.
    #[cfg(feature = "broker")]
    pub(super) mux: Option<WeakMux>,
}

impl Connection {
    /// A pipe within this process.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn new(pipe: impl AsyncRead + AsyncWrite + Send + 'static) -> Self {
        Self::with_peer(pipe, Arc::new(Peer::memory()))
    }

    /// A pipe to somebody who is known.
    pub(crate) fn with_peer(pipe: impl AsyncRead + AsyncWrite + Send + 'static, peer: Arc<Peer>) -> Self {
        Self {
            pipe: Box::pin(pipe),
            peer,
            alive: None,
            #[cfg(feature = "broker")]
            mux: None,
        }
    }

    /// One end of a TCP connection. Fails if the other end is gone.
    pub(super) fn tcp(stream: TcpStream) -> io::Result<Self> {
        // What is small must not wait for the acknowledgement of what came before.
        stream.set_nodelay(true)?;
        let peer = Peer::tcp(stream.peer_addr()?);
        Ok(Self::with_peer(stream, Arc::new(peer)))
    }

    /// Who is at the other end.
    pub(crate) const fn peer(&self) -> &Arc<Peer> {
        &self.peer
    }

    /// What this is a stream of, where streams share a connection. TLS around it does not know.
    #[cfg(feature = "broker")]
    pub(crate) const fn mux(&self) -> Option<&WeakMux> {
        self.mux.as_ref()
    }

    /// The pipe can do nothing. A peer that takes nothing cannot be asked for a sign of life, so whoever waits for it listens
    /// as well.
    fn wait<T>(&mut self, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        match &mut self.alive {
            Some(alive) => alive.listen(context),
            None => Poll::Pending,
        }
    }
}

/// Opens a connection to a plugin's address.
#[cfg(feature = "client")]
pub(crate) async fn connect(address: &super::Address) -> Result<Connection, super::TransportError> {
    use super::Address;

    let opened = match address {
        Address::Unix(path) => super::local::connect_local(path).await,
        Address::Tcp(address) => TcpStream::connect(address).await.and_then(Connection::tcp),
    };
    opened.map_err(|source| super::TransportError::Connect { address: address.clone(), source })
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let polled = self.pipe.as_mut().poll_read(context, buffer);
        if polled.is_pending() {
            return self.wait(context);
        }
        if let Some(alive) = &mut self.alive {
            alive.hear();
        }
        polled
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.pipe.as_mut().poll_write(context, bytes) {
            Poll::Pending => self.wait(context),
            ready => ready,
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.pipe.as_mut().poll_flush(context) {
            Poll::Pending => self.wait(context),
            ready => ready,
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.pipe.as_mut().poll_shutdown(context) {
            Poll::Pending => self.wait(context),
            ready => ready,
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.pipe.as_mut().poll_write_vectored(context, slices) {
            Poll::Pending => self.wait(context),
            ready => ready,
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.pipe.is_write_vectored()
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Connection").field("peer", &self.peer).finish_non_exhaustive()
    }
}

#[cfg(all(test, feature = "client", feature = "server"))]
mod tests {
    use super::*;
    use crate::call::PeerAddress;
    use crate::transport::{Address, Listener};

    #[tokio::test]
    async fn both_ends_of_a_unix_socket_know_the_process_at_the_other() {
        let listener = Listener::unix(None, None).unwrap();
        let near = connect(listener.address()).await.unwrap();
        let far = listener.accept().await.unwrap();
        for end in [&near, &far] {
            assert_eq!(end.peer().address(), &PeerAddress::Unix);
            let credentials = end.peer().credentials().unwrap();
            assert_eq!(credentials.process_id, Some(std::process::id()));
            assert_eq!(credentials.user_id, rustix::process::geteuid().as_raw());
            assert_eq!(credentials.group_id, rustix::process::getegid().as_raw());
            assert_eq!(end.peer().certificate_fingerprint(), None);
        }
    }

    #[tokio::test]
    async fn both_ends_of_a_tcp_connection_know_the_address_of_the_other() {
        let listener = Listener::tcp(0..=0).await.unwrap();
        let near = connect(listener.address()).await.unwrap();
        let far = listener.accept().await.unwrap();
        let Address::Tcp(address) = *listener.address() else { panic!("not a tcp address") };
        assert_eq!(near.peer().address(), &PeerAddress::Tcp(address));
        let PeerAddress::Tcp(address) = far.peer().address() else { panic!("not a tcp peer") };
        assert!(address.ip().is_loopback());
        assert_eq!(far.peer().credentials(), None);
    }
}

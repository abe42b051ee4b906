use std::fmt;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Anything that carries bytes both ways.
trait Pipe: AsyncRead + AsyncWrite + Send {}
impl<T: AsyncRead + AsyncWrite + Send> Pipe for T {}

/// One connection, whatever carries it.
pub(crate) struct Connection {
    pipe: Pin<Box<dyn Pipe>>,
}

impl Connection {
    pub(crate) fn new(pipe: impl AsyncRead + AsyncWrite + Send + 'static) -> Self {
        Self { pipe: Box::pin(pipe) }
    }
}

/// Opens a connection to a plugin's address.
#[cfg(feature = "client")]
pub(crate) async fn connect(address: &super::Address) -> Result<Connection, super::TransportError> {
    use super::Address;

    let opened = match address {
        Address::Unix(path) => tokio::net::UnixStream::connect(path).await.map(Connection::new),
        Address::Tcp(address) => match tokio::net::TcpStream::connect(address).await {
            // A small call must not wait for the acknowledgement of the one before.
            Ok(stream) => stream.set_nodelay(true).map(|()| Connection::new(stream)),
            Err(error) => Err(error),
        },
    };
    opened.map_err(|source| super::TransportError::Connect { address: address.clone(), source })
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.pipe.as_mut().poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.pipe.as_mut().poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.pipe.as_mut().poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.pipe.as_mut().poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.pipe.as_mut().poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.pipe.is_write_vectored()
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Connection")
    }
}

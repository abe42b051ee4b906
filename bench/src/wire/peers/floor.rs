//! The floor, and no peer: as many bytes to and fro through the same socket on the same runtime, and nothing else.
//!
//! Nobody allocates, nobody frames, one connection does one thing at a time. For a stream the server writes and the client
//! reads, both in large pieces.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use futures_util::future::BoxFuture;
use rpcplugin_bench::calls::{
    Fault, Handle, Operation, Place, Program, Sample, Server, Station, Take, Work, accept, connect, payload,
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::Mutex;

/// What a stream is written in at least, and read into.
const PIECE_BYTES: u32 = 64 * 1024;
const READ_BYTES: usize = 256 * 1024;

/// What the client says before a sample.
struct Wish {
    stream: bool,
    payload_bytes: u32,
    times: u32,
}

impl Wish {
    async fn write(&self, socket: &mut (impl AsyncWrite + Unpin)) -> Result<(), Fault> {
        socket.write_u8(u8::from(self.stream)).await?;
        socket.write_u32(self.payload_bytes).await?;
        socket.write_u32(self.times).await?;
        Ok(socket.flush().await?)
    }

    /// `None` if the client is gone.
    async fn read(socket: &mut (impl AsyncRead + Unpin)) -> Result<Option<Self>, Fault> {
        let Ok(stream) = socket.read_u8().await else { return Ok(None) };
        let (payload_bytes, times) = (socket.read_u32().await?, socket.read_u32().await?);
        Ok(Some(Self { stream: stream != 0, payload_bytes, times }))
    }
}

/// The part of the server.
pub(super) async fn serve(place: Place, directory: &Path) -> Result<(), Fault> {
    accept(place, directory, Answers).await
}

#[derive(Clone)]
struct Answers;

impl Handle for Answers {
    async fn handle<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
        self,
        mut socket: S,
    ) -> Result<(), Fault> {
        while let Some(wish) = Wish::read(&mut socket).await? {
            if wish.stream {
                write_much(&mut socket, &wish).await?;
            } else {
                let mut message = payload(wish.payload_bytes).to_vec();
                for _ in 0..wish.times {
                    socket.read_exact(&mut message).await?;
                    socket.write_all(&message).await?;
                    socket.flush().await?;
                }
            }
        }
        Ok(())
    }
}

async fn write_much(socket: &mut (impl AsyncWrite + Unpin), wish: &Wish) -> Result<(), Fault> {
    let messages_a_piece = (PIECE_BYTES / wish.payload_bytes).max(1);
    let piece = payload(wish.payload_bytes * messages_a_piece);
    for _ in 0..wish.times / messages_a_piece {
        socket.write_all(&piece).await?;
    }
    let rest = payload(wish.payload_bytes * (wish.times % messages_a_piece));
    socket.write_all(&rest).await?;
    Ok(socket.flush().await?)
}

/// Starts the server, and makes sure that it answers as it should.
pub(super) async fn start(
    program: &Program,
    place: Place,
    directory: &Path,
) -> Result<Box<dyn Station>, Fault> {
    let server = Server::start(program)?;
    let listening = server.listening.clone();
    connect(&listening, place, directory, Open { server }).await
}

struct Open {
    server: Server,
}

impl Take for Open {
    type Taken = Box<dyn Station>;

    async fn take<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
        self,
        socket: S,
    ) -> Result<Box<dyn Station>, Fault> {
        let mut socket = socket;
        Wish { stream: false, payload_bytes: 32, times: 1 }.write(&mut socket).await?;
        let (sent, mut found) = ([b'q'; 32], [0; 32]);
        socket.write_all(&sent).await?;
        socket.flush().await?;
        socket.read_exact(&mut found).await?;
        if found != sent {
            return Err("32 bytes did not come back as they went".into());
        }
        Ok(Box::new(Floor { socket: Arc::new(Mutex::new(socket)), server: self.server }))
    }
}

struct Floor<S> {
    socket: Arc<Mutex<S>>,
    server: Server,
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Station for Floor<S> {
    fn sample(&self, work: Work, times: u32) -> BoxFuture<'static, Result<Sample, Fault>> {
        let socket = Arc::clone(&self.socket);
        Box::pin(async move {
            let done = tokio::spawn(async move {
                let mut socket = socket.lock().await;
                let Work { operation, payload_bytes } = work;
                let wish = Wish { stream: operation == Operation::Stream, payload_bytes, times };
                wish.write(&mut *socket).await?;
                match operation {
                    Operation::Unary => to_and_fro(&mut *socket, &wish).await,
                    Operation::Stream => read_much(&mut *socket, &wish).await,
                    Operation::InFlight(_) => Err("the floor does one thing at a time".into()),
                }
            });
            done.await?
        })
    }

    fn stop(self: Box<Self>) -> BoxFuture<'static, Result<(), Fault>> {
        Box::pin(async { self.server.stop() })
    }
}

async fn to_and_fro(
    socket: &mut (impl AsyncRead + AsyncWrite + Unpin),
    wish: &Wish,
) -> Result<Sample, Fault> {
    let mut message = payload(wish.payload_bytes).to_vec();
    let mut microseconds = Vec::with_capacity(usize::try_from(wish.times)?);
    let start = Instant::now();
    for _ in 0..wish.times {
        let call = Instant::now();
        socket.write_all(&message).await?;
        socket.flush().await?;
        socket.read_exact(&mut message).await?;
        microseconds.push(call.elapsed().as_secs_f64() * 1e6);
    }
    Ok(Sample { times: wish.times, elapsed: start.elapsed(), microseconds })
}

async fn read_much(socket: &mut (impl AsyncRead + Unpin), wish: &Wish) -> Result<Sample, Fault> {
    let mut left = u64::from(wish.payload_bytes) * u64::from(wish.times);
    let mut buffer = vec![0; READ_BYTES];
    let start = Instant::now();
    while left > 0 {
        let room = usize::try_from(left)?.min(READ_BYTES);
        let read = socket.read(&mut buffer[..room]).await?;
        if read == 0 {
            return Err("the stream ended too early".into());
        }
        left -= u64::try_from(read)?;
    }
    Ok(Sample { times: wish.times, elapsed: start.elapsed(), microseconds: Vec::new() })
}

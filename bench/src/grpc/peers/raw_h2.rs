//! The HTTP/2 crate that every gRPC in Rust stands on, with no more around it than a call needs.
//!
//! The headers, the prefix and the trailers are those of gRPC, written out; nobody checks them.
//! Messages are the same as those of the others, by prost.

use std::path::Path;

use bytes::{Buf, BufMut, Bytes, BytesMut};
use h2::server::SendResponse;
use h2::{RecvStream, SendStream, client, server};
use http::{HeaderMap, HeaderValue, Method, Request, Response};
use prost::Message;
use rpcplugin_bench::calls::generated::{Blob, Order};
use rpcplugin_bench::calls::{
    EchoCalls, Fault, Handle, Place, Program, Running, Server, Station, Take, accept, check_echo,
    check_stream, connect, payload,
};
use tokio::io::{AsyncRead, AsyncWrite};

const ECHO: &str = "/bench.Echo/Echo";
const REPEAT: &str = "/bench.Echo/Repeat";

/// What the transports of the others grant, in bytes: with the 64 KiB of the standard, every large message would wait.
const STREAM_WINDOW_BYTES: u32 = 1024 * 1024;
const CONNECTION_WINDOW_BYTES: u32 = 5 * 1024 * 1024;

/// Not compressed, and a length of four bytes.
const PREFIX_BYTES: usize = 5;

/// As many bytes of small messages go out together, which is what a frame of HTTP/2 holds by default.
const CHUNK_BYTES: usize = 16 * 1024;

/// The part of the server.
pub(crate) async fn serve(place: Place, directory: &Path) -> Result<(), Fault> {
    accept(place, directory, Answers).await
}

#[derive(Clone)]
struct Answers;

impl Handle for Answers {
    async fn handle<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
        self,
        socket: S,
    ) -> Result<(), Fault> {
        let mut connection = server::Builder::new()
            .initial_window_size(STREAM_WINDOW_BYTES)
            .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
            .handshake::<_, Bytes>(socket)
            .await?;
        while let Some(accepted) = connection.accept().await {
            let (request, respond) = accepted?;
            tokio::spawn(answer(request, respond));
        }
        Ok(())
    }
}

async fn answer(request: Request<RecvStream>, mut respond: SendResponse<Bytes>) -> Result<(), Fault> {
    let (head, mut body) = request.into_parts();
    let message = whole(&mut body).await?;
    let mut response = Response::new(());
    response.headers_mut().insert("content-type", HeaderValue::from_static("application/grpc"));
    let mut answer = respond.send_response(response, false)?;
    if head.uri.path() == ECHO {
        let blob: Blob = decode(message)?;
        answer.send_data(encode(&blob), false)?;
    } else {
        repeat(&decode(message)?, &mut answer).await?;
    }
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", HeaderValue::from_static("0"));
    answer.send_trailers(trailers)?;
    Ok(())
}

async fn repeat(order: &Order, answer: &mut SendStream<Bytes>) -> Result<(), Fault> {
    let blob = Blob { payload: payload(order.payload_bytes) };
    let mut chunk = BytesMut::new();
    for number in 1..=order.count {
        write(&blob, &mut chunk);
        if chunk.len() >= CHUNK_BYTES || number == order.count {
            send(chunk.split().freeze(), answer).await?;
        }
    }
    Ok(())
}

/// Sends as much at a time as the client has room for.
async fn send(mut bytes: Bytes, answer: &mut SendStream<Bytes>) -> Result<(), Fault> {
    while !bytes.is_empty() {
        answer.reserve_capacity(bytes.len());
        let mut room = answer.capacity();
        if room == 0 {
            let granted = std::future::poll_fn(|context| answer.poll_capacity(context)).await;
            room = granted.ok_or("the client does not read any more")??;
        }
        answer.send_data(bytes.split_to(room.min(bytes.len())), false)?;
    }
    Ok(())
}

/// Starts the server, and makes sure that it answers as it should.
pub(crate) async fn start(
    program: &Program,
    place: Place,
    directory: &Path,
) -> Result<Box<dyn Station>, Fault> {
    let server = Server::start(program)?;
    let client = connect(&server.listening, place, directory, Open).await?;
    check_echo(&client).await?;
    check_stream(&client).await?;
    Ok(Running::server(client, server))
}

struct Open;

impl Take for Open {
    type Taken = RawClient;

    async fn take<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
        self,
        socket: S,
    ) -> Result<RawClient, Fault> {
        let (sender, connection) = client::Builder::new()
            .initial_window_size(STREAM_WINDOW_BYTES)
            .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
            .handshake::<_, Bytes>(socket)
            .await?;
        tokio::spawn(connection);
        Ok(RawClient { sender })
    }
}

#[derive(Clone)]
pub(crate) struct RawClient {
    sender: client::SendRequest<Bytes>,
}

impl RawClient {
    async fn call(&self, path: &'static str, message: Bytes) -> Result<RecvStream, Fault> {
        let mut sender = self.sender.clone().ready().await?;
        let mut request = Request::new(());
        *request.method_mut() = Method::POST;
        *request.uri_mut() =
            http::Uri::builder().scheme("http").authority("localhost").path_and_query(path).build()?;
        let headers = request.headers_mut();
        headers.insert("te", HeaderValue::from_static("trailers"));
        headers.insert("content-type", HeaderValue::from_static("application/grpc"));
        let (response, mut body) = sender.send_request(request, false)?;
        body.send_data(message, true)?;
        Ok(response.await?.into_body())
    }
}

impl EchoCalls for RawClient {
    async fn round_trip(&self, payload: Bytes) -> Result<Bytes, Fault> {
        let mut body = self.call(ECHO, encode(&Blob { payload })).await?;
        let blob: Blob = decode(whole(&mut body).await?)?;
        ended(&mut body).await?;
        Ok(blob.payload)
    }

    async fn stream(&self, count: u32, payload_bytes: u32) -> Result<(u32, usize), Fault> {
        let mut body = self.call(REPEAT, encode(&Order { count, payload_bytes })).await?;
        let mut buffer = BytesMut::new();
        let (mut messages, mut bytes) = (0, 0);
        while let Some(chunk) = body.data().await {
            let chunk = chunk?;
            body.flow_control().release_capacity(chunk.len())?;
            buffer.extend_from_slice(&chunk);
            while let Some(length) = length(&buffer).filter(|length| buffer.len() >= PREFIX_BYTES + length) {
                buffer.advance(PREFIX_BYTES);
                messages += 1;
                bytes += Blob::decode(buffer.split_to(length))?.payload.len();
            }
        }
        ended(&mut body).await?;
        Ok((messages, bytes))
    }
}

/// All that is left of a body. What came in one piece is not copied.
async fn whole(body: &mut RecvStream) -> Result<Bytes, Fault> {
    let mut pieces = BytesMut::new();
    let mut first = Bytes::new();
    while let Some(piece) = body.data().await {
        let piece = piece?;
        body.flow_control().release_capacity(piece.len())?;
        if first.is_empty() {
            first = piece;
        } else {
            if pieces.is_empty() {
                pieces.extend_from_slice(&first);
            }
            pieces.extend_from_slice(&piece);
        }
    }
    Ok(if pieces.is_empty() { first } else { pieces.freeze() })
}

async fn ended(body: &mut RecvStream) -> Result<(), Fault> {
    let trailers = body.trailers().await?.ok_or("the answer has no trailers")?;
    let status = trailers.get("grpc-status").ok_or("the answer has no status")?;
    if status == "0" { Ok(()) } else { Err("the call failed".into()) }
}

fn encode(message: &impl Message) -> Bytes {
    let mut buffer = BytesMut::with_capacity(PREFIX_BYTES + message.encoded_len());
    write(message, &mut buffer);
    buffer.freeze()
}

fn write(message: &impl Message, buffer: &mut BytesMut) {
    buffer.put_u8(0);
    buffer.put_u32(u32::try_from(message.encoded_len()).unwrap_or(u32::MAX));
    // There is room: a `BytesMut` grows.
    message.encode(buffer).unwrap();
}

fn decode<M: Message + Default>(bytes: Bytes) -> Result<M, Fault> {
    let length = length(&bytes).filter(|length| bytes.len() == PREFIX_BYTES + length);
    length.ok_or("the body is not one message")?;
    Ok(M::decode(bytes.slice(PREFIX_BYTES..))?)
}

/// The length in the prefix, if it is there.
fn length(bytes: &[u8]) -> Option<usize> {
    let length = bytes.get(1..)?.first_chunk::<4>()?;
    usize::try_from(u32::from_be_bytes(*length)).ok()
}

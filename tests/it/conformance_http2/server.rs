//! A server that does to our client what a test tells it to.

use std::collections::BTreeMap;
use std::io;
use std::os::unix::net::UnixListener;

use bytes::Bytes;
use rpcplugin::{Message, PluginClient, Security};
use rpcplugin_tests::conformance::{Payload, SimpleResponse};
use tempfile::TempDir;
use tokio::io::AsyncReadExt;
use tokio::net::UnixStream;

use super::frames::{
    ACK, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, PADDED, PING, PREFACE, RST_STREAM, SETTINGS,
    WINDOW_UPDATE, header_block, prefixed, read, setting, write,
};
use crate::support::script;

/// `grpc.health.v1.HealthCheckRequest { service: "plugin" }`, the first question of a host.
const HEALTH_REQUEST: &[u8] = b"\x0a\x06plugin";

/// `HealthCheckResponse { status: SERVING }`.
const HEALTH_RESPONSE: &[u8] = b"\x08\x01";

/// `/plugin.GRPCBroker/StartStream`, as HPACK writes it with the code of Huffman.
const BROKER_PATH: &[u8] =
    b"\x62\xba\x2d\x98\xd5\x2f\x8b\x6e\xbb\xd7\x6c\x3f\x52\xd8\xc6\xe4\x8e\xc4\xee\x4d\x85\x1d\x3f";

/// The windows of HTTP/2 that nobody has changed, in bytes.
const WINDOW_BYTES_DEFAULT: i64 = 65_535;

/// The largest payload of a frame that nobody has changed, in bytes.
const FRAME_BYTES_MAX: usize = 16_384;

const MAX_CONCURRENT_STREAMS: u16 = 3;
const INITIAL_WINDOW_SIZE: u16 = 4;

/// Plain text, and good for every answer of gRPC.
pub(super) const OK_HEADERS: [(&str, &[u8]); 2] =
    [(":status", b"200"), ("content-type", b"application/grpc")];

pub(super) const OK_TRAILERS: [(&str, &[u8]); 1] = [("grpc-status", b"0")];

/// A request of the test, whole.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) stream: u32,
}

/// The server's end of the one connection.
pub(super) struct Server {
    connection: UnixStream,
    /// What has come of requests that are not whole yet.
    bodies: BTreeMap<u32, Vec<u8>>,
    /// What may be sent: on the connection under 0, and on each stream.
    windows: BTreeMap<u32, i64>,
    stream_window: i64,
    /// The most requests that were open at once, those of the host's own among them.
    pub(super) open_most: usize,
    open: usize,
    pub(super) pings_sent: u64,
    pub(super) pings_acknowledged: u64,
}

/// Starts a host whose plugin is the server of the test; both are there when it returns.
pub(super) async fn start(streams_max: Option<u32>) -> (PluginClient, Server, TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("socket");
    let listener = UnixListener::bind(&path).unwrap();
    listener.set_nonblocking(true).unwrap();
    let listener = tokio::net::UnixListener::from_std(listener).unwrap();
    let line = format!("echo '1|1|unix|{}|grpc|'; exec sleep 600", path.display());
    // It is not the process of the plugin that listens there.
    let plugin = script(&line).security(Security::Plaintext).allow_address(|_| true).start();
    let serve = async {
        let mut server = Server::accept(&listener, streams_max).await;
        server.answer_first_question().await;
        server
    };
    let (plugin, server) = tokio::join!(Box::pin(plugin), serve);
    (plugin.unwrap(), server, directory)
}

impl Server {
    async fn accept(listener: &tokio::net::UnixListener, streams_max: Option<u32>) -> Self {
        let mut connection = listener.accept().await.unwrap().0;
        let mut preface = [0; PREFACE.len()];
        connection.read_exact(&mut preface).await.unwrap();
        assert_eq!(preface, PREFACE);
        let mut settings = setting(INITIAL_WINDOW_SIZE, 1 << 20);
        settings.extend(streams_max.into_iter().flat_map(|max| setting(MAX_CONCURRENT_STREAMS, max)));
        write(&mut connection, SETTINGS, 0, 0, &settings).await.unwrap();
        write(&mut connection, WINDOW_UPDATE, 0, 0, &(1_u32 << 30).to_be_bytes()).await.unwrap();
        Self {
            connection,
            bodies: BTreeMap::new(),
            windows: BTreeMap::from([(0, WINDOW_BYTES_DEFAULT)]),
            stream_window: WINDOW_BYTES_DEFAULT,
            open_most: 0,
            open: 0,
            pings_sent: 0,
            pings_acknowledged: 0,
        }
    }

    async fn answer_first_question(&mut self) {
        loop {
            let (stream, body) = self.next_body().await.expect("a host asks for the health of its plugin");
            if body == prefixed(HEALTH_REQUEST) {
                return self.answer(stream, HEALTH_RESPONSE).await;
            }
        }
    }

    /// The next request of the test, or `None` when the client has closed the connection.
    ///
    /// The host's own request for the plugin's output is refused on the way: it is the one that says nothing.
    pub(super) async fn next_request(&mut self) -> Option<Request> {
        loop {
            let (stream, body) = self.next_body().await?;
            if body != prefixed(&[]) {
                return Some(Request { stream });
            }
            self.headers(stream, [OK_HEADERS[0], OK_HEADERS[1], ("grpc-status", b"12")], true).await;
        }
    }

    /// Answers what comes as it should be answered, until the client closes the connection.
    pub(super) async fn serve(&mut self) {
        while let Some(request) = self.next_request().await {
            self.answer(request.stream, &response(RESPONSE_BYTES)).await;
        }
    }

    /// Takes one frame more. `false` when the client has closed the connection.
    pub(super) async fn step(&mut self) -> bool {
        self.frame().await.is_some()
    }

    async fn next_body(&mut self) -> Option<(u32, Vec<u8>)> {
        loop {
            if let Some(whole) = self.frame().await? {
                return Some((whole, self.bodies.remove(&whole).unwrap_or_default()));
            }
        }
    }

    /// Takes one frame. `Some(Some(stream))` when a request has become whole by it.
    async fn frame(&mut self) -> Option<Option<u32>> {
        let frame = read(&mut self.connection).await.ok()??;
        let mut whole = None;
        match frame.kind {
            HEADERS if frame.payload.windows(BROKER_PATH.len()).any(|bytes| bytes == BROKER_PATH) => {
                // The host's own, for what it brokers. It never becomes whole, and nobody here knows it.
                let refused = [OK_HEADERS[0], OK_HEADERS[1], ("grpc-status", &b"12"[..])];
                self.write(HEADERS, END_HEADERS | END_STREAM, frame.stream, &header_block(refused)).await;
            }
            HEADERS => {
                self.open += 1;
                self.open_most = self.open_most.max(self.open);
                self.windows.insert(frame.stream, self.stream_window);
            }
            DATA => {
                self.bodies.entry(frame.stream).or_default().extend(&frame.payload);
                whole = frame.has(END_STREAM).then_some(frame.stream);
            }
            RST_STREAM => self.end(frame.stream),
            SETTINGS if !frame.has(ACK) => {
                for setting in frame.payload.chunks_exact(6) {
                    if setting[..2] == INITIAL_WINDOW_SIZE.to_be_bytes() {
                        self.stream_window = u32::from_be_bytes(setting[2..].try_into().unwrap()).into();
                    }
                }
                self.write(SETTINGS, ACK, 0, &[]).await;
            }
            PING if frame.has(ACK) => self.pings_acknowledged += 1,
            PING => self.write(PING, ACK, 0, &frame.payload).await,
            WINDOW_UPDATE => {
                *self.windows.entry(frame.stream).or_default() += i64::from(frame.number(0));
            }
            _ => {}
        }
        Some(whole)
    }

    /// Sends a frame. A client that is gone does not read it, and that is its right.
    pub(super) async fn write(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let _: io::Result<()> = write(&mut self.connection, kind, flags, stream, payload).await;
    }

    pub(super) async fn headers<'a>(
        &mut self,
        stream: u32,
        headers: impl IntoIterator<Item = (&'a str, &'a [u8])>,
        end: bool,
    ) {
        let flags = END_HEADERS | if end { END_STREAM } else { 0 };
        let block = header_block(headers);
        self.write(HEADERS, flags, stream, &block).await;
        if end {
            self.end(stream);
        }
    }

    /// Sends bytes in frames as large as they may be, and waits for the client's permission where it is used up.
    pub(super) async fn data(&mut self, stream: u32, bytes: &[u8]) {
        for chunk in bytes.chunks(FRAME_BYTES_MAX) {
            self.permitted(stream, chunk.len()).await;
            self.write(DATA, 0, stream, chunk).await;
        }
    }

    /// Sends bytes in frames of a few each, every one with so much padding behind it.
    pub(super) async fn padded(&mut self, stream: u32, bytes: &[u8], each: usize, padding: u8) {
        for chunk in bytes.chunks(each) {
            let payload = [&[padding][..], chunk, &vec![0; padding.into()]].concat();
            // The padding and its length count as well.
            self.permitted(stream, payload.len()).await;
            self.write(DATA, PADDED, stream, &payload).await;
        }
    }

    /// Waits until so many bytes may be sent, and counts them.
    async fn permitted(&mut self, stream: u32, bytes: usize) {
        let bytes = i64::try_from(bytes).unwrap();
        for window in [0, stream] {
            while self.windows.get(&window).copied().unwrap_or(i64::MAX) < bytes {
                // A request that becomes whole meanwhile would be lost: no test has two at once here.
                assert_eq!(self.frame().await.expect("the client reads on"), None);
            }
            self.windows.entry(window).and_modify(|left| *left -= bytes);
        }
    }

    /// A whole and good answer.
    pub(super) async fn answer(&mut self, stream: u32, message: &[u8]) {
        self.headers(stream, OK_HEADERS, false).await;
        self.data(stream, &prefixed(message)).await;
        self.headers(stream, OK_TRAILERS, true).await;
    }

    /// Ends an answer without trailers.
    pub(super) async fn end_of_stream(&mut self, stream: u32) {
        self.write(DATA, END_STREAM, stream, &[]).await;
        self.end(stream);
    }

    pub(super) async fn reset(&mut self, stream: u32, code: u32) {
        self.write(RST_STREAM, 0, stream, &code.to_be_bytes()).await;
        self.end(stream);
    }

    /// Says that no stream after `last` is looked at.
    pub(super) async fn go_away(&mut self, last: u32) {
        let payload = [last.to_be_bytes(), [0; 4]].concat();
        self.write(GOAWAY, 0, 0, &payload).await;
    }

    pub(super) async fn ping(&mut self) {
        self.pings_sent += 1;
        self.write(PING, 0, 0, &self.pings_sent.to_be_bytes()).await;
    }

    fn end(&mut self, stream: u32) {
        if self.windows.remove(&stream).is_some() {
            self.open -= 1;
        }
    }
}

/// The answer of the test service with so many zeros, as bytes.
pub(super) fn response(length: usize) -> Bytes {
    SimpleResponse { payload: Some(Payload::zeros(length)) }.encode().unwrap()
}

/// The length of a good answer's payload, in bytes.
pub(super) const RESPONSE_BYTES: usize = 314_159;

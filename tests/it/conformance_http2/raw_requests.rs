//! Requests that are wrong as HTTP/2. The stream is reset, or the connection is closed; the plugin serves everybody else.

use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::UnixStream;

use super::frames::{
    ACK, CONTINUATION, DATA, END_HEADERS, END_STREAM, Frame, GOAWAY, HEADERS, PING, PREFACE, PUSH_PROMISE,
    RST_STREAM, SETTINGS, WINDOW_UPDATE, header_block, prefixed, read, write,
};
use super::requests::Plugin;

type Header<'a> = (&'a str, &'a [u8]);

/// The headers of a good call.
const GOOD: [Header<'static>; 6] = [
    (":method", b"POST"),
    (":scheme", b"http"),
    (":path", b"/grpc.testing.TestService/EmptyCall"),
    (":authority", b"localhost"),
    ("content-type", b"application/grpc"),
    ("te", b"trailers"),
];

/// The code for a peer that does too much.
const ENHANCE_YOUR_CALM: u32 = 0xb;

/// A client that sends frames.
struct Client {
    plugin: Plugin,
    connection: UnixStream,
    stream: u32,
}

/// How the plugin takes what it cannot read.
#[derive(Debug, PartialEq)]
enum Taken {
    /// The stream was reset, or answered without a message.
    ItsStreamEnded,
    /// The connection was closed, with this code if one was said.
    TheConnectionEnded(Option<u32>),
}

impl Client {
    async fn start() -> Self {
        let plugin = Plugin::start().await;
        let mut connection = plugin.connect().await;
        connection.write_all(PREFACE).await.unwrap();
        write(&mut connection, SETTINGS, 0, 0, &[]).await.unwrap();
        Self { plugin, connection, stream: 1 }
    }

    /// Sends a frame. A plugin that has closed the connection does not read it: the next read finds out.
    async fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        drop(write(&mut self.connection, kind, flags, stream, payload).await);
    }

    /// Sends a call whose headers are these bytes, whatever they are.
    async fn call(&mut self, block: &[u8]) -> Taken {
        let stream = self.stream;
        self.stream += 2;
        self.send(HEADERS, END_HEADERS, stream, block).await;
        self.send(DATA, END_STREAM, stream, &prefixed(&[])).await;
        self.end_of(stream).await
    }

    async fn call_with(&mut self, headers: &[Header<'_>]) -> Taken {
        self.call(&header_block(headers.iter().copied())).await
    }

    /// Reads until the stream or the connection is over.
    async fn end_of(&mut self, stream: u32) -> Taken {
        let mut code = None;
        while let Some(frame) = self.frame().await {
            match frame.kind {
                GOAWAY => code = Some(frame.number(4)),
                RST_STREAM if frame.stream == stream => return Taken::ItsStreamEnded,
                DATA if frame.stream == stream && !frame.payload.is_empty() => {
                    panic!("it was answered with a message: {:?}", frame.payload)
                }
                HEADERS | DATA if frame.stream == stream && frame.has(END_STREAM) => {
                    return Taken::ItsStreamEnded;
                }
                _ => {}
            }
        }
        Taken::TheConnectionEnded(code)
    }

    async fn frame(&mut self) -> Option<Frame> {
        // A bound against hanging on a slow machine, not a measurement.
        let frame = tokio::time::timeout(Duration::from_secs(30), read(&mut self.connection)).await;
        let frame = frame.expect("the plugin goes on").ok()??;
        if frame.kind == SETTINGS && !frame.has(ACK) {
            self.send(SETTINGS, ACK, 0, &[]).await;
        }
        Some(frame)
    }

    /// A good call on the same connection is answered: with a message that is empty, as it was asked for.
    async fn goes_on(&mut self) {
        let stream = self.stream;
        self.stream += 2;
        self.send(HEADERS, END_HEADERS, stream, &header_block(GOOD)).await;
        self.send(DATA, END_STREAM, stream, &prefixed(&[])).await;
        self.answered(stream).await;
    }

    /// Sends a call whose headers come in pieces of so many bytes.
    async fn stream_in_pieces(&mut self, block: &[u8], each: usize) -> u32 {
        let stream = self.stream;
        self.stream += 2;
        let count = block.chunks(each).count();
        for (index, piece) in block.chunks(each).enumerate() {
            let kind = if index == 0 { HEADERS } else { CONTINUATION };
            let flags = if index + 1 == count { END_HEADERS } else { 0 };
            self.send(kind, flags, stream, piece).await;
        }
        self.send(DATA, END_STREAM, stream, &prefixed(&[])).await;
        stream
    }

    async fn answered(&mut self, stream: u32) {
        while let Some(frame) = self.frame().await {
            if frame.kind == DATA && frame.stream == stream {
                assert_eq!(frame.payload, prefixed(&[]));
                return;
            }
            assert!(frame.kind != RST_STREAM || frame.stream != stream, "a good call was reset");
        }
        panic!("the connection was closed");
    }
}

/// The good headers with one of them replaced; `None` leaves it out.
fn but(name: &str, value: Option<&'static [u8]>) -> Vec<Header<'static>> {
    let changed =
        GOOD.into_iter().map(|(key, old)| if key == name { (key, value) } else { (key, Some(old)) });
    changed.filter_map(|(key, value)| Some((key, value?))).collect()
}

/// The good headers with one more at a place.
fn and(at: usize, header: Header<'static>) -> Vec<Header<'static>> {
    let mut headers = GOOD.to_vec();
    headers.insert(at, header);
    headers
}

#[tokio::test]
async fn headers_that_http_forbids_end_their_own_call() {
    let mut client = Client::start().await;
    client.goes_on().await;
    for (what, headers) in [
        ("two paths", and(3, GOOD[2])),
        ("two methods", and(1, GOOD[0])),
        ("two schemes", and(2, GOOD[1])),
        ("two authorities", and(4, GOOD[3])),
        ("no path", but(":path", None)),
        ("no method", but(":method", None)),
        ("no scheme", but(":scheme", None)),
        ("an empty path", but(":path", Some(b""))),
        ("a path that is no path", but(":path", Some(b"grpc.testing.TestService/EmptyCall"))),
        ("a path with a space", but(":path", Some(b"/grpc.testing.TestService/Empty Call"))),
        ("a path with a zero", but(":path", Some(b"/grpc.testing.TestService/EmptyCall\0"))),
        ("a header before the path", and(1, ("early", b"header"))),
        ("a pseudo-header of answers", and(4, (":status", b"200"))),
        ("a header of a connection", and(6, ("connection", b"close"))),
        ("a transfer encoding", and(6, ("transfer-encoding", b"chunked"))),
        ("another te", but("te", Some(b"gzip"))),
        ("a wrong length", and(6, ("content-length", b"4"))),
    ] {
        assert_eq!(client.call_with(&headers).await, Taken::ItsStreamEnded, "{what}");
        client.goes_on().await;
    }
    client.plugin.ends_unharmed().await;
}

/// HTTP/2 would let the stream end alone, and allows to close the connection: the library takes such bytes for no headers.
#[tokio::test]
async fn headers_that_are_no_headers_end_the_connection() {
    for (what, headers) in [
        ("a path of bytes", but(":path", Some(b"/\xff\xfe\x80"))),
        ("a method with a line end", but(":method", Some(b"POST\r\n"))),
        ("an authority that is none", but(":authority", Some(b"\xff"))),
        ("an unknown pseudo-header", and(4, (":mood", b"bad"))),
        ("a name in capitals", and(6, ("Mood", b"bad"))),
        ("a name that is empty", and(6, ("", b"bad"))),
        ("a name with a space", and(6, ("a b", b"bad"))),
        ("a value with a line end", and(6, ("mood", b"bad\r\nset: that"))),
        ("a value with a zero", and(6, ("mood", b"bad\0"))),
    ] {
        let mut client = Client::start().await;
        client.goes_on().await;
        assert_eq!(client.call_with(&headers).await, Taken::TheConnectionEnded(Some(1)), "{what}");
        client.plugin.ends_unharmed().await;
    }
}

#[tokio::test]
async fn headers_that_cannot_be_unpacked_end_the_connection() {
    for (what, block) in [
        ("an index of nothing", &b"\x80"[..]),
        ("an index beyond the table", b"\xff\xff\xff\xff\x07"),
        ("a number without an end", b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
        ("a length beyond the frame", b"\x00\x7f\xff\xff\xff\xff\x07a"),
        ("a table larger than agreed", b"\x3f\xff\xff\xff\x7f"),
        ("text that is badly packed", b"\x00\x81\xff\x01a"),
        ("half a header", b"\x00\x01"),
    ] {
        let mut client = Client::start().await;
        let taken = client.call(block).await;
        assert!(matches!(taken, Taken::TheConnectionEnded(Some(9 | 1) | None)), "{what}: {taken:?}");
        client.plugin.ends_unharmed().await;
    }
}

#[tokio::test]
async fn frames_out_of_their_place_end_the_connection() {
    for (what, kind, flags, stream, payload) in [
        ("headers of no stream", HEADERS, END_HEADERS, 0, &[0x82][..]),
        ("a stream of the other side", HEADERS, END_HEADERS, 2, &[0x82]),
        ("data of a stream that is not open", DATA, END_STREAM, 5, &[0; 5]),
        ("a reset of a stream that is not open", RST_STREAM, 0, 5, &[0; 4]),
        ("a window that opens by nothing", WINDOW_UPDATE, 0, 0, &[0; 4]),
        ("a window that opens too far", WINDOW_UPDATE, 0, 0, &[0x7f, 0xff, 0xff, 0xff]),
        ("settings that are cut", SETTINGS, 0, 0, &[0; 5]),
        ("settings of a stream", SETTINGS, 0, 1, &[]),
        ("a ping that is cut", PING, 0, 0, &[0; 7]),
        ("a continuation of nothing", CONTINUATION, END_HEADERS, 1, &[]),
        ("a promise from a client", PUSH_PROMISE, END_HEADERS, 1, &[0, 0, 0, 2]),
    ] {
        let mut client = Client::start().await;
        client.goes_on().await;
        client.send(kind, flags, stream, payload).await;
        let taken = client.end_of(u32::MAX).await;
        assert!(matches!(taken, Taken::TheConnectionEnded(_)), "{what}: {taken:?}");
        client.plugin.ends_unharmed().await;
    }
}

#[tokio::test]
async fn headers_may_come_in_pieces() {
    let mut client = Client::start().await;
    let block = header_block(GOOD);
    for count in [2, 3, 5] {
        let stream = client.stream_in_pieces(&block, block.len().div_ceil(count)).await;
        client.answered(stream).await;
    }
    // Each piece costs time and says nothing: more of them are taken for an attack.
    let stream = client.stream_in_pieces(&block, 1).await;
    assert_eq!(client.end_of(stream).await, Taken::TheConnectionEnded(Some(ENHANCE_YOUR_CALM)));
    client.plugin.ends_unharmed().await;
}

#[tokio::test]
async fn trailers_that_do_not_end_a_call_end_it_all_the_same() {
    let mut client = Client::start().await;
    let stream = client.stream;
    client.stream += 2;
    client.send(HEADERS, END_HEADERS, stream, &header_block(GOOD)).await;
    client.send(HEADERS, END_HEADERS, stream, &header_block([("mood", &b"good"[..])])).await;
    assert_eq!(client.end_of(stream).await, Taken::ItsStreamEnded);
    client.goes_on().await;
    client.plugin.ends_unharmed().await;
}

#[tokio::test]
async fn trailers_that_come_twice_end_no_more_than_the_connection() {
    let mut client = Client::start().await;
    let trailers = header_block([("mood", &b"good"[..])]);
    client.send(HEADERS, END_HEADERS, 1, &header_block(GOOD)).await;
    for _ in 0..2 {
        client.send(HEADERS, END_HEADERS | END_STREAM, 1, &trailers).await;
    }
    client.end_of(1).await;
    client.plugin.ends_unharmed().await;
}

//! Requests that are well formed as HTTP/2 and wrong as gRPC. Each is answered, and the connection goes on.

use std::time::Duration;

use bytes::Bytes;
use h2::client::SendRequest;
use http::{HeaderMap, Request};
use rpcplugin::{Address, Code, Message, PluginClient, Security};
use rpcplugin_tests::conformance::{
    BoolValue, Empty, ResponseParameters, SimpleRequest, StreamingOutputCallRequest, TestService,
    TestServiceClient,
};
use tokio::net::UnixStream;
use tokio::task::JoinHandle;

use super::frames::prefixed;

const EMPTY_CALL: &str = "/grpc.testing.TestService/EmptyCall";
const UNARY_CALL: &str = "/grpc.testing.TestService/UnaryCall";
const OUTPUT_CALL: &str = "/grpc.testing.TestService/StreamingOutputCall";
const DUPLEX_CALL: &str = "/grpc.testing.TestService/FullDuplexCall";

/// Our plugin, with the host that started it.
pub(super) struct Plugin {
    host: PluginClient,
}

impl Plugin {
    pub(super) async fn start() -> Self {
        let program = env!("CARGO_BIN_EXE_conformance_plugin");
        let builder = PluginClient::builder(program, rpcplugin_tests::cookie());
        Self { host: builder.security(Security::Plaintext).start().await.unwrap() }
    }

    pub(super) async fn connect(&self) -> UnixStream {
        let Address::Unix(path) = self.host.address() else { panic!("not unix: {}", self.host.address()) };
        UnixStream::connect(path).await.unwrap()
    }

    /// Its host has noticed nothing, and ends it in order.
    pub(super) async fn ends_unharmed(self) {
        let client = TestServiceClient::new(self.host.channel());
        assert_eq!(client.empty_call(Empty {}).await.unwrap(), Empty {});
        drop(client);
        let stopped = self.host.stop().await;
        assert!(stopped.is_graceful(), "{stopped:?}");
    }
}

/// A caller that says what it likes.
struct Caller {
    plugin: Plugin,
    sender: SendRequest<Bytes>,
    connection: JoinHandle<()>,
}

/// What came back.
#[derive(Debug)]
struct Reply {
    http: u16,
    /// The headers, and the trailers after them.
    headers: HeaderMap,
}

impl Reply {
    fn text(&self, key: &str) -> Option<&str> {
        self.headers.get(key).map(|value| value.to_str().unwrap())
    }

    fn code(&self) -> Option<Code> {
        self.text("grpc-status").map(|number| Code::from_number(number.parse().unwrap()))
    }

    fn says(&self, word: &str) {
        let message = self.text("grpc-message").unwrap_or_default();
        assert!(message.contains(word), "`{word}` is not in {message}");
    }
}

impl Caller {
    async fn start() -> Self {
        let plugin = Plugin::start().await;
        let (sender, connection) = h2::client::handshake(plugin.connect().await).await.unwrap();
        let connection = tokio::spawn(async move { drop(connection.await) });
        Self { plugin, sender, connection }
    }

    /// Sends a request and its whole body.
    async fn call(&self, request: Request<()>, body: &[u8]) -> Reply {
        self.ask(request, body, true).await
    }

    /// Sends a request and a body that does not end.
    async fn begin(&self, request: Request<()>, body: &[u8]) -> Reply {
        self.ask(request, body, false).await
    }

    async fn ask(&self, request: Request<()>, body: &[u8], end: bool) -> Reply {
        let what = format!("{request:?}");
        let exchange = async {
            let mut sender = self.sender.clone().ready().await?;
            let (response, mut sink) = sender.send_request(request, false)?;
            // An answer may come before the whole request is sent, and the sink be gone by then.
            let _ = sink.send_data(Bytes::copy_from_slice(body), end);
            let (head, mut body) = response.await?.into_parts();
            while let Some(data) = body.data().await {
                body.flow_control().release_capacity(data?.len())?;
            }
            let mut headers = head.headers;
            headers.extend(body.trailers().await?.unwrap_or_default());
            drop(sink);
            Ok::<_, h2::Error>(Reply { http: head.status.as_u16(), headers })
        };
        // A bound against hanging on a slow machine, not a measurement.
        let reply = tokio::time::timeout(Duration::from_secs(30), exchange).await;
        reply
            .unwrap_or_else(|_| panic!("no answer to {what}"))
            .unwrap_or_else(|error| panic!("{what}: {error}"))
    }

    /// The connection goes on, and so does the plugin.
    async fn ends_unharmed(self) {
        let reply = self.call(request(EMPTY_CALL, &[]), &prefixed(&[])).await;
        assert_eq!((reply.http, reply.code()), (200, Some(Code::Ok)), "{reply:?}");
        drop(self.sender);
        self.connection.abort();
        self.plugin.ends_unharmed().await;
    }
}

/// A request as it should be, but for these headers: one without a value is left out.
fn request(path: &str, headers: &[(&str, &str)]) -> Request<()> {
    let mut request = Request::post(format!("http://localhost{path}")).body(()).unwrap();
    for (name, value) in [("content-type", "application/grpc"), ("te", "trailers")].iter().chain(headers) {
        let name = http::HeaderName::from_bytes(name.as_bytes()).unwrap();
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    request.headers_mut().retain_with_value();
    request
}

trait Retain {
    fn retain_with_value(&mut self);
}

impl Retain for HeaderMap {
    fn retain_with_value(&mut self) {
        let empty: Vec<_> =
            self.iter().filter(|(_, value)| value.is_empty()).map(|(name, _)| name.clone()).collect();
        for name in empty {
            self.remove(name);
        }
    }
}

fn encoded(message: &impl Message) -> Vec<u8> {
    prefixed(&message.encode().unwrap())
}

#[tokio::test]
async fn a_path_that_names_no_method_is_unimplemented() {
    let caller = Caller::start().await;
    for path in [
        "/",
        "//",
        "/grpc.testing.TestService",
        "/grpc.testing.TestService/",
        "/grpc.testing.TestService/emptyCall",
        "/grpc.testing.TestService/EmptyCall/",
        "//grpc.testing.TestService/EmptyCall",
        "/grpc.testing.TestService/EmptyCall/EmptyCall",
        "/grpc.testing.TestService%2FEmptyCall",
        "/grpc.testing.testservice/EmptyCall",
        "/plugin.GRPCController/Nothing",
        "/../grpc.testing.TestService/EmptyCall",
    ] {
        let reply = caller.call(request(path, &[]), &prefixed(&[])).await;
        assert_eq!((reply.http, reply.code()), (200, Some(Code::Unimplemented)), "{path}: {reply:?}");
    }
    caller.ends_unharmed().await;
}

#[tokio::test]
async fn what_is_no_call_of_grpc_is_told_so_in_http() {
    let caller = Caller::start().await;
    for content_type in ["", "text/html", "application/json", "application/grpc-web", "application/grpcx"] {
        let reply = caller.call(request(EMPTY_CALL, &[("content-type", content_type)]), &prefixed(&[])).await;
        assert_eq!((reply.http, reply.code()), (415, None), "{content_type}: {reply:?}");
    }
    for method in ["GET", "PUT", "OPTIONS", "BREW"] {
        let mut request = request(EMPTY_CALL, &[]);
        *request.method_mut() = method.parse().unwrap();
        let reply = caller.call(request, &prefixed(&[])).await;
        assert_eq!((reply.http, reply.code()), (405, None), "{method}: {reply:?}");
    }
    caller.ends_unharmed().await;
}

#[tokio::test]
async fn what_other_clients_leave_out_or_add_is_no_mistake() {
    let caller = Caller::start().await;
    for header in [
        ("te", ""),
        ("content-type", "application/grpc+proto"),
        ("content-type", "application/grpc;charset=utf-8"),
        ("grpc-encoding", "identity"),
        ("grpc-accept-encoding", "gzip,zstd"),
        ("grpc-previous-rpc-attempts", "1"),
        ("user-agent", "\"nobody\""),
    ] {
        let reply = caller.call(request(EMPTY_CALL, &[header]), &prefixed(&[])).await;
        assert_eq!((reply.http, reply.code()), (200, Some(Code::Ok)), "{header:?}: {reply:?}");
    }
    caller.ends_unharmed().await;
}

#[tokio::test]
async fn a_time_in_every_unit_is_understood() {
    let caller = Caller::start().await;
    for timeout in ["99999999n", "99999999u", "600000m", "600S", "10M", "1H", "99999999H", "00000009M"] {
        let reply = caller.call(request(EMPTY_CALL, &[("grpc-timeout", timeout)]), &prefixed(&[])).await;
        // A tenth of a second is enough, or it is not: both are right.
        let soon = timeout == "99999999n" && reply.code() == Some(Code::DeadlineExceeded);
        assert!(soon || reply.code() == Some(Code::Ok), "{timeout}: {reply:?}");
    }
    caller.ends_unharmed().await;
}

#[tokio::test]
async fn a_time_that_grpc_does_not_write_is_refused() {
    let caller = Caller::start().await;
    for timeout in
        ["S", "5", "5s", "-5S", "+5S", "5 S", "1.5S", "123456789S", "5SS", "0x5S", "S5", "\t", "5S,5S"]
    {
        let reply = caller.call(request(EMPTY_CALL, &[("grpc-timeout", timeout)]), &prefixed(&[])).await;
        assert_eq!(reply.code(), Some(Code::Internal), "{timeout:?}: {reply:?}");
        reply.says("grpc-timeout");
    }
    caller.ends_unharmed().await;
}

#[tokio::test]
async fn time_runs_out_by_the_plugins_own_clock() {
    let caller = Caller::start().await;
    // A handler that sleeps.
    let parameters = ResponseParameters { interval_us: i32::MAX, ..ResponseParameters::of_size(1) };
    let sleeper = StreamingOutputCallRequest { response_parameters: vec![parameters], ..Default::default() };
    for timeout in ["0n", "1n", "50m"] {
        let reply = caller.call(request(OUTPUT_CALL, &[("grpc-timeout", timeout)]), &encoded(&sleeper)).await;
        assert_eq!(reply.code(), Some(Code::DeadlineExceeded), "{timeout}: {reply:?}");
    }
    // A handler that waits for the next request of its caller.
    let reply = caller.begin(request(DUPLEX_CALL, &[("grpc-timeout", "50m")]), &[]).await;
    assert_eq!(reply.code(), Some(Code::DeadlineExceeded), "{reply:?}");
    caller.ends_unharmed().await;
}

#[tokio::test]
async fn time_runs_out_before_the_one_request_is_there() {
    let caller = Caller::start().await;
    for sent in [&[][..], &[0], &[0, 0, 0, 0, 9, 1]] {
        let reply = caller.begin(request(UNARY_CALL, &[("grpc-timeout", "50m")]), sent).await;
        assert_eq!(reply.code(), Some(Code::DeadlineExceeded), "{sent:?}: {reply:?}");
    }
    caller.ends_unharmed().await;
}

#[tokio::test]
async fn an_encoding_that_is_not_known_is_unimplemented_and_the_known_ones_are_named() {
    let caller = Caller::start().await;
    for encoding in ["deflate", "br", "snappy", "identity,gzip", "IDENTITY", "\""] {
        let reply = caller.call(request(EMPTY_CALL, &[("grpc-encoding", encoding)]), &prefixed(&[])).await;
        assert_eq!(reply.code(), Some(Code::Unimplemented), "{encoding}: {reply:?}");
        assert_eq!(reply.text("grpc-accept-encoding"), Some("identity,gzip,zstd"), "{encoding}: {reply:?}");
    }
    caller.ends_unharmed().await;
}

#[tokio::test]
async fn a_message_that_is_no_gzip_or_is_cut_ends_its_own_call() {
    let caller = Caller::start().await;
    // Nothing at all, the beginning of a header, and a header without what follows it.
    for bytes in [&b""[..], b"\x1f", b"\x1f\x8b\x08\0\0\0\0\0\0\xff", b"\x1f\x8b\x08\0\0\0\0\0\0\xff\xff"] {
        let length = u32::try_from(bytes.len()).unwrap().to_be_bytes();
        let message = [&[1][..], &length, bytes].concat();
        for path in [UNARY_CALL, DUPLEX_CALL] {
            let reply = caller.call(request(path, &[("grpc-encoding", "gzip")]), &message).await;
            assert_eq!(reply.code(), Some(Code::Internal), "{path}, {bytes:?}: {reply:?}");
        }
    }
    caller.ends_unharmed().await;
}

#[tokio::test]
async fn a_message_that_says_it_is_compressed_is_refused() {
    let caller = Caller::start().await;
    for flag in [1, 2, 255] {
        for path in [UNARY_CALL, DUPLEX_CALL] {
            let reply = caller.call(request(path, &[]), &[flag, 0, 0, 0, 0]).await;
            assert_eq!(reply.code(), Some(Code::Internal), "{path}, {flag}: {reply:?}");
        }
    }
    caller.ends_unharmed().await;
}

#[tokio::test]
async fn a_request_that_says_of_itself_that_it_is_compressed_is_found_out() {
    // The probe of gRPC's cases of compression: how a client learns that there is none.
    let caller = Caller::start().await;
    let probe =
        SimpleRequest { expect_compressed: Some(BoolValue { value: true }), ..SimpleRequest::large() };
    let reply = caller.call(request(UNARY_CALL, &[]), &encoded(&probe)).await;
    assert_eq!(reply.code(), Some(Code::InvalidArgument), "{reply:?}");
    caller.ends_unharmed().await;
}

#[tokio::test]
async fn a_body_that_is_not_one_message_is_refused() {
    let caller = Caller::start().await;
    let whole = encoded(&SimpleRequest::default());
    let twice = [whole.clone(), whole.clone()].concat();
    let trailing = [whole.clone(), vec![0]].concat();
    let nonsense = prefixed(&[0xff; 8]);
    for body in [&[][..], &[0], &[0, 0, 0, 0], &[0, 0, 0, 0, 1], &twice, &trailing, &nonsense] {
        let reply = caller.call(request(UNARY_CALL, &[]), body).await;
        assert_eq!(reply.code(), Some(Code::Internal), "{body:?}: {reply:?}");
    }
    for body in [&[0][..], &[0, 0, 0, 0, 1], &trailing, &nonsense] {
        let reply = caller.call(request(DUPLEX_CALL, &[]), body).await;
        assert_eq!(reply.code(), Some(Code::Internal), "{body:?}: {reply:?}");
    }
    caller.ends_unharmed().await;
}

#[tokio::test]
async fn a_message_over_the_limit_is_refused_before_it_is_there() {
    let caller = Caller::start().await;
    for claimed in [64 * 1024 * 1024 + 1, u32::MAX] {
        for path in [UNARY_CALL, DUPLEX_CALL] {
            let prefix = [&[0], &claimed.to_be_bytes()[..]].concat();
            let reply = caller.begin(request(path, &[]), &prefix).await;
            assert_eq!(reply.code(), Some(Code::ResourceExhausted), "{path}: {reply:?}");
            reply.says(&claimed.to_string());
        }
    }
    caller.ends_unharmed().await;
}

#[tokio::test]
async fn metadata_that_is_no_base64_is_refused_and_its_key_is_named() {
    let caller = Caller::start().await;
    for value in ["*", "a", "AP8=AP8=", "====", "AP8H AP8H"] {
        let reply = caller.call(request(EMPTY_CALL, &[("trace-bin", value)]), &prefixed(&[])).await;
        assert_eq!(reply.code(), Some(Code::Internal), "{value}: {reply:?}");
        reply.says("trace-bin");
    }
    for value in ["AP8H", "AP8=", "AP8", "AP8,AP8H", "AP8, AP8="] {
        let reply = caller.call(request(EMPTY_CALL, &[("trace-bin", value)]), &prefixed(&[])).await;
        assert_eq!(reply.code(), Some(Code::Ok), "{value}: {reply:?}");
    }
    caller.ends_unharmed().await;
}

#[tokio::test]
async fn more_metadata_than_the_limit_is_refused() {
    let caller = Caller::start().await;
    let large = "x".repeat(17 * 1024);
    let reply = caller.call(request(EMPTY_CALL, &[("large", &large)]), &prefixed(&[])).await;
    assert_eq!((reply.http, reply.code()), (431, None), "{reply:?}");
    let mut many = request(EMPTY_CALL, &[]);
    for _ in 0..600 {
        many.headers_mut().append("a", "b".parse().unwrap());
    }
    let reply = caller.call(many, &prefixed(&[])).await;
    assert_eq!((reply.http, reply.code()), (431, None), "{reply:?}");
    caller.ends_unharmed().await;
}

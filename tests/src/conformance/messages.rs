//! The messages of the test service. Their names and numbers are those of the public `grpc.testing` package.

use rpcplugin::BinaryMessage;

/// Nothing.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct Empty {}

/// What a payload is made of. gRPC has one kind left.
#[derive(BinaryMessage, Clone, Copy, Debug, Default, PartialEq)]
#[binary(id_type = u32)]
pub enum PayloadType {
    /// Zeros.
    #[default]
    #[binary(id = 0)]
    Compressable,
    /// A kind of another time.
    #[binary(other)]
    Other(u32),
}

/// Bytes that make a message large.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct Payload {
    /// What the bytes are.
    #[binary(id = 1)]
    pub kind: PayloadType,
    /// The bytes.
    #[binary(id = 2)]
    pub body: Vec<u8>,
}

impl Payload {
    /// So many zeros, of which all payloads of the cases are made.
    #[must_use]
    pub fn zeros(length: usize) -> Self {
        Self { kind: PayloadType::Compressable, body: vec![0; length] }
    }
}

/// A truth value that may be absent.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct BoolValue {
    /// The value.
    #[binary(id = 1)]
    pub value: bool,
}

/// The status that a server shall answer with.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct EchoStatus {
    /// Its number.
    #[binary(id = 1)]
    pub code: i32,
    /// Its text.
    #[binary(id = 2)]
    pub message: String,
}

/// The request of a call with one answer.
#[derive(BinaryMessage, Clone, Debug, Default, PartialEq)]
pub struct SimpleRequest {
    /// What the answer's payload shall be made of.
    #[binary(id = 1)]
    pub response_type: PayloadType,
    /// How long it shall be, in bytes.
    #[binary(id = 2)]
    pub response_size: i32,
    /// Bytes that make the request large.
    #[binary(id = 3)]
    pub payload: Option<Payload>,
    /// Whether the answer shall be compressed.
    #[binary(id = 6)]
    pub response_compressed: Option<BoolValue>,
    /// The status that the server shall answer with.
    #[binary(id = 7)]
    pub response_status: Option<EchoStatus>,
    /// Whether the request says of itself that it is compressed.
    #[binary(id = 8)]
    pub expect_compressed: Option<BoolValue>,
}

impl SimpleRequest {
    /// The request of `large_unary`: both messages are longer than a window of HTTP/2 is by default.
    #[must_use]
    pub fn large() -> Self {
        Self {
            response_size: LARGE_RESPONSE_BYTES,
            payload: Some(Payload::zeros(LARGE_REQUEST_BYTES)),
            ..Self::default()
        }
    }
}

/// The answer to a [`SimpleRequest`].
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct SimpleResponse {
    /// As many bytes as were asked for.
    #[binary(id = 1)]
    pub payload: Option<Payload>,
}

/// One of many requests with one answer.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct StreamingInputCallRequest {
    /// Bytes to be counted.
    #[binary(id = 1)]
    pub payload: Option<Payload>,
    /// Whether the request says of itself that it is compressed.
    #[binary(id = 2)]
    pub expect_compressed: Option<BoolValue>,
}

/// The answer to many requests.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct StreamingInputCallResponse {
    /// How many bytes the payloads had in all.
    #[binary(id = 1)]
    pub aggregated_payload_size: i32,
}

/// One of the answers that a request asks for.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct ResponseParameters {
    /// How long its payload shall be, in bytes.
    #[binary(id = 1)]
    pub size: i32,
    /// How long after the one before it it shall be sent, in microseconds.
    #[binary(id = 2)]
    pub interval_us: i32,
    /// Whether it shall be compressed.
    #[binary(id = 3)]
    pub compressed: Option<BoolValue>,
}

impl ResponseParameters {
    /// An answer of so many bytes, at once.
    #[must_use]
    pub const fn of_size(size: i32) -> Self {
        Self { size, interval_us: 0, compressed: None }
    }
}

/// A request that asks for any number of answers.
#[derive(BinaryMessage, Clone, Debug, Default, PartialEq)]
pub struct StreamingOutputCallRequest {
    /// What the payloads of the answers shall be made of.
    #[binary(id = 1)]
    pub response_type: PayloadType,
    /// The answers, in their order.
    #[binary(id = 2)]
    pub response_parameters: Vec<ResponseParameters>,
    /// Bytes that make the request large.
    #[binary(id = 3)]
    pub payload: Option<Payload>,
    /// The status that the server shall answer with.
    #[binary(id = 7)]
    pub response_status: Option<EchoStatus>,
}

/// One answer of a stream.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct StreamingOutputCallResponse {
    /// As many bytes as were asked for.
    #[binary(id = 1)]
    pub payload: Option<Payload>,
}

/// What became of the calls with a stream of requests. It is not gRPC's, and asks for what a caller cannot see itself.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct Observed {
    /// How many handlers run.
    #[binary(id = 1)]
    pub running: u64,
    /// How many calls ended because the caller gave them up.
    #[binary(id = 2)]
    pub given_up: u64,
}

/// What `large_unary` sends, in bytes.
const LARGE_REQUEST_BYTES: usize = 271_828;

/// What `large_unary` asks for, in bytes.
pub(super) const LARGE_RESPONSE_BYTES: i32 = 314_159;

//! What host and plugin agree on: `tests/interop/kv.proto`, in Rust. In a real project this is a crate of its own that both use.
#![allow(unreachable_pub, reason = "the contract is written as it stands in a crate of its own")]

use rpcplugin::{BinaryMessage, Cookie, CookieError, Status, Streaming, rpc_protocol};

/// Host and plugin know the same cookie, in whichever language they are.
pub fn cookie() -> Result<Cookie, CookieError> {
    Cookie::new("KV_INTEROP_COOKIE", "c0ffee5eed")
}

/// A key with its value.
#[derive(BinaryMessage, Clone, Debug)]
pub struct Pair {
    /// The key.
    #[binary(id = 1)]
    pub key: String,
    /// The value.
    #[binary(id = 2)]
    pub value: Vec<u8>,
}

/// The answer to a put.
#[derive(BinaryMessage, Clone, Debug)]
pub struct PutReply {
    /// Whether the key is new.
    #[binary(id = 1)]
    pub created: bool,
}

/// A key.
#[derive(BinaryMessage, Clone, Debug)]
pub struct Key {
    /// The key.
    #[binary(id = 1)]
    pub key: String,
}

/// The beginning of keys.
#[derive(BinaryMessage, Clone, Debug)]
pub struct Prefix {
    /// The beginning; empty for all keys.
    #[binary(id = 1)]
    pub prefix: String,
}

/// What a number of puts come to.
#[derive(BinaryMessage, Clone, Debug)]
pub struct Summary {
    /// How many pairs there were.
    #[binary(id = 1)]
    pub count: u64,
    /// How many bytes their values have.
    #[binary(id = 2)]
    pub bytes: u64,
}

/// What the plugin shall say, and where.
#[derive(BinaryMessage, Clone, Debug)]
pub struct EmitRequest {
    /// To its log.
    #[binary(id = 1)]
    pub log: String,
    /// To its standard output.
    #[binary(id = 2)]
    pub standard_output: String,
    /// To its standard error.
    #[binary(id = 3)]
    pub standard_error: String,
}

/// Nothing.
#[derive(BinaryMessage, Clone, Debug)]
pub struct EmitReply {}

/// Keeps values under keys.
#[rpc_protocol(service = "kvtest.KV")]
pub trait Kv {
    /// Stores a pair.
    async fn put(&self, request: Pair) -> Result<PutReply, Status>;

    /// Reads a pair.
    async fn get(&self, request: Key) -> Result<Pair, Status>;

    /// Reads all pairs whose keys begin so, in the order of the keys.
    async fn list(&self, request: Prefix) -> Result<Streaming<Pair>, Status>;

    /// Stores many pairs.
    async fn put_all(&self, requests: Streaming<Pair>) -> Result<Summary, Status>;

    /// Answers each key with its pair, at once.
    async fn watch(&self, requests: Streaming<Key>) -> Result<Streaming<Pair>, Status>;

    /// Says something in each way that a plugin has.
    async fn emit(&self, request: EmitRequest) -> Result<EmitReply, Status>;
}

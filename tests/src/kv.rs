//! The key-value contract of `interop/kv.proto`, in Rust, with a handler that keeps the values in memory.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::StreamExt;
use rpcplugin::{BinaryMessage, Status, StdioWriter, Streaming, rpc_protocol};

use crate::orders;

/// A key with its value.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct Pair {
    /// The key.
    #[binary(id = 1)]
    pub key: String,
    /// The value.
    #[binary(id = 2)]
    pub value: Vec<u8>,
}

/// The answer to a put.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct PutReply {
    /// Whether the key is new.
    #[binary(id = 1)]
    pub created: bool,
}

/// A key.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct Key {
    /// The key.
    #[binary(id = 1)]
    pub key: String,
}

/// The beginning of keys.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct Prefix {
    /// The beginning; empty for all keys.
    #[binary(id = 1)]
    pub prefix: String,
}

/// What a number of puts come to.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct Summary {
    /// How many pairs there were.
    #[binary(id = 1)]
    pub count: u64,
    /// How many bytes their values have.
    #[binary(id = 2)]
    pub bytes: u64,
}

/// What the plugin shall say, and where.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
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
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
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

    /// Answers each key with its pair.
    async fn watch(&self, requests: Streaming<Key>) -> Result<Streaming<Pair>, Status>;

    /// Says something.
    async fn emit(&self, request: EmitRequest) -> Result<EmitReply, Status>;
}

/// With this variable in its environment a plugin prints half a line and logs to standard output before it serves.
pub const NOISE: &str = "KV_NOISE";

/// With this variable in its environment a plugin waits so many milliseconds before it says what it was asked to.
pub const EMIT_DELAY: &str = "KV_EMIT_DELAY";

/// A handler that keeps the values in memory.
#[derive(Debug)]
pub struct MemoryStore {
    values: std::sync::Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    stdio: Option<StdioWriter>,
    version: u32,
}

impl MemoryStore {
    /// An empty store. Standard error is sent through `stdio`, where there is one.
    #[must_use]
    pub fn new(stdio: Option<StdioWriter>) -> Self {
        if std::env::var_os(NOISE).is_some() {
            // What a careless program does before it serves: half a line, and a log on standard output.
            print!("half a line");
            tracing_subscriber::fmt().init();
        }
        Self { values: std::sync::Arc::default(), stdio, version: 1 }
    }

    /// This store as one of another version of the contract than the first.
    #[must_use]
    pub const fn of_version(mut self, version: u32) -> Self {
        self.version = version;
        self
    }

    fn values(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        lock(&self.values)
    }
}

fn lock(values: &Mutex<BTreeMap<String, Vec<u8>>>) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
    values.lock().unwrap_or_else(PoisonError::into_inner)
}

fn find(values: &Mutex<BTreeMap<String, Vec<u8>>>, key: String) -> Result<Pair, Status> {
    match lock(values).get(&key) {
        Some(value) => Ok(Pair { value: value.clone(), key }),
        None => Err(Status::not_found(format!("no key `{key}`; put it first"))),
    }
}

impl Kv for MemoryStore {
    async fn put(&self, request: Pair) -> Result<PutReply, Status> {
        let before = self.values().insert(request.key, request.value);
        Ok(PutReply { created: before.is_none() })
    }

    async fn get(&self, request: Key) -> Result<Pair, Status> {
        match orders::obey(&request.key, self.version).await {
            Some(obeyed) => obeyed.map(|value| Pair { key: request.key, value }),
            None => find(&self.values, request.key),
        }
    }

    async fn list(&self, request: Prefix) -> Result<Streaming<Pair>, Status> {
        let values = self.values();
        let found = values.iter().filter(|(key, _)| key.starts_with(&request.prefix));
        let pairs: Vec<_> =
            found.map(|(key, value)| Pair { key: key.clone(), value: value.clone() }).collect();
        Ok(Streaming::from_iter(pairs))
    }

    async fn put_all(&self, mut requests: Streaming<Pair>) -> Result<Summary, Status> {
        let mut summary = Summary { count: 0, bytes: 0 };
        while let Some(pair) = requests.message().await? {
            summary.count += 1;
            summary.bytes += u64::try_from(pair.value.len()).unwrap_or(u64::MAX);
            self.values().insert(pair.key, pair.value);
        }
        Ok(summary)
    }

    async fn watch(&self, requests: Streaming<Key>) -> Result<Streaming<Pair>, Status> {
        let values = std::sync::Arc::clone(&self.values);
        Ok(Streaming::new(requests.map(move |request| find(&values, request?.key))))
    }

    async fn emit(&self, request: EmitRequest) -> Result<EmitReply, Status> {
        if let Some(delay) = std::env::var(EMIT_DELAY).ok().and_then(|delay| delay.parse().ok()) {
            tokio::time::sleep(std::time::Duration::from_millis(delay)).await;
        }
        if !request.log.is_empty() {
            tracing::info!(source = "emit", "{}", request.log);
        }
        print!("{}", request.standard_output);
        std::io::Write::flush(&mut std::io::stdout())
            .map_err(|error| Status::internal(format!("failed to print: {error}")))?;
        match &self.stdio {
            Some(stdio) => stdio.stderr(&request.standard_error),
            None => eprint!("{}", request.standard_error),
        }
        Ok(EmitReply {})
    }
}

//! The key-value contract as tonic's generator makes it, with a handler that nobody wrote for this crate.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::{Stream, StreamExt as _};
use rpcplugin::{Context, ServiceSpec};
use rpcplugin_proto_first::kvtest::FILE_DESCRIPTOR_SET;
use rpcplugin_proto_first::of_tonic::kv_server::Kv;
use rpcplugin_proto_first::of_tonic::{EmitReply, EmitRequest, Key, Pair, Prefix, PutReply, Summary};
use tonic::{Request, Response, Status, Streaming};

/// The table of the service, read of the files that tonic's user has.
///
/// # Panics
///
/// If the files are not those.
#[must_use]
#[expect(clippy::expect_used, reason = "the files are a constant")]
pub fn spec() -> &'static ServiceSpec {
    static SPEC: std::sync::OnceLock<&ServiceSpec> = std::sync::OnceLock::new();
    SPEC.get_or_init(|| rpcplugin::tonic::service_spec("kvtest.KV", FILE_DESCRIPTOR_SET).expect("a constant"))
}

/// Keeps values in memory.
#[derive(Clone, Debug, Default)]
pub struct TonicStore {
    values: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
}

impl TonicStore {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, key: String) -> Result<Pair, Status> {
        let value = self.lock().get(&key).cloned();
        value
            .map(|value| Pair { key: key.clone(), value })
            .ok_or_else(|| Status::not_found(format!("no key {key}")))
    }
}

type Pairs = Pin<Box<dyn Stream<Item = Result<Pair, Status>> + Send>>;

#[tonic::async_trait]
impl Kv for TonicStore {
    async fn put(&self, request: Request<Pair>) -> Result<Response<PutReply>, Status> {
        let Pair { key, value } = request.into_inner();
        Ok(Response::new(PutReply { created: self.lock().insert(key, value).is_none() }))
    }

    /// `!context` says what the request has of its call; `!hang` never answers.
    async fn get(&self, request: Request<Key>) -> Result<Response<Pair>, Status> {
        let said =
            request.metadata().get("x-said").and_then(|value| value.to_str().ok()).unwrap_or("nothing");
        let has_time =
            request.extensions().get::<Context>().is_some_and(|context| context.time_left().is_some());
        let said = format!("{said}, {has_time}");
        let key = request.into_inner().key;
        if key == "!hang" {
            std::future::pending::<()>().await;
        }
        let pair = match key.as_str() {
            "!context" => Pair { key, value: said.into_bytes() },
            _ => self.find(key).map_err(|mut status| {
                status.metadata_mut().insert("x-refused", tonic::metadata::MetadataValue::from_static("yes"));
                status
            })?,
        };
        let mut response = Response::new(pair);
        response.metadata_mut().insert("x-answered", tonic::metadata::MetadataValue::from_static("yes"));
        Ok(response)
    }

    type ListStream = Pairs;

    async fn list(&self, request: Request<Prefix>) -> Result<Response<Pairs>, Status> {
        let prefix = request.into_inner().prefix;
        let found: Vec<_> = self
            .lock()
            .iter()
            .filter(|(key, _)| key.starts_with(&prefix))
            .map(|(key, value)| Ok(Pair { key: key.clone(), value: value.clone() }))
            .collect();
        Ok(Response::new(Box::pin(futures_util::stream::iter(found))))
    }

    async fn put_all(&self, request: Request<Streaming<Pair>>) -> Result<Response<Summary>, Status> {
        let mut pairs = request.into_inner();
        let mut summary = Summary::default();
        while let Some(Pair { key, value }) = pairs.message().await? {
            summary.count += 1;
            summary.bytes += u64::try_from(value.len()).unwrap_or(u64::MAX);
            self.lock().insert(key, value);
        }
        Ok(Response::new(summary))
    }

    type WatchStream = Pairs;

    async fn watch(&self, request: Request<Streaming<Key>>) -> Result<Response<Pairs>, Status> {
        let store = self.clone();
        let pairs = request.into_inner().map(move |key| store.find(key?.key));
        Ok(Response::new(Box::pin(pairs)))
    }

    async fn emit(&self, _request: Request<EmitRequest>) -> Result<Response<EmitReply>, Status> {
        Err(Status::unimplemented("this store is silent"))
    }
}

//! The key-value contract as `rpcplugin-build` makes it of its `.proto`, served by the handler of the contract in Rust: what
//! the two say on the wire is the same.

use futures_util::StreamExt as _;
use rpcplugin::{Message, Status, Streaming};
use rpcplugin_proto_first::kvtest::{EmitReply, EmitRequest, Key, Kv, Pair, Prefix, PutReply, Summary};

use crate::kv::{self, Kv as _, MemoryStore};

/// The store, for messages of prost.
#[derive(Debug)]
pub struct ProstStore(pub MemoryStore);

/// The same message as another type.
fn same<A: Message, B: Message>(message: A) -> Result<B, Status> {
    let bytes = message.encode().map_err(|error| Status::internal(error.to_string()))?;
    B::decode(bytes).map_err(|error| Status::internal(error.to_string()))
}

fn same_stream<A: Message, B: Message>(messages: Streaming<A>) -> Streaming<B> {
    Streaming::new(messages.map(|message| same(message?)))
}

impl Kv for ProstStore {
    async fn put(&self, request: Pair) -> Result<PutReply, Status> {
        same(self.0.put(same(request)?).await?)
    }

    async fn get(&self, request: Key) -> Result<Pair, Status> {
        same(self.0.get(same(request)?).await?)
    }

    async fn list(&self, request: Prefix) -> Result<Streaming<Pair>, Status> {
        Ok(same_stream(self.0.list(same(request)?).await?))
    }

    async fn put_all(&self, requests: Streaming<Pair>) -> Result<Summary, Status> {
        same(self.0.put_all(same_stream(requests)).await?)
    }

    async fn watch(&self, requests: Streaming<Key>) -> Result<Streaming<Pair>, Status> {
        let pairs: Streaming<kv::Pair> = self.0.watch(same_stream(requests)).await?;
        Ok(same_stream(pairs))
    }

    async fn emit(&self, request: EmitRequest) -> Result<EmitReply, Status> {
        same(self.0.emit(same(request)?).await?)
    }
}

use rpcplugin::{Status, Streaming, rpc_protocol};

pub struct Key;

pub struct Pair;

#[rpc_protocol]
pub trait Kv {
    async fn get(&self, key: Key) -> Result<Pair, Status>;

    async fn put(&self, pair: Pair) -> Result<(), Status>;

    async fn watch(&self, key: Key) -> Result<Streaming<Pair>, Status>;
}

pub struct Counter;

#[rpc_protocol]
impl Counter {
    pub async fn add(&self, key: Key) -> Result<Option<u32>, Status> {
        let _ = key;
        Ok(None)
    }
}

fn main() {}

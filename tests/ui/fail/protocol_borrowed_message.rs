use std::borrow::Cow;

use rpcplugin::{Status, Streaming, rpc_protocol};

struct Key;

#[rpc_protocol]
trait Kv {
    async fn get(&self, key: &Key) -> Result<u32, Status>;

    async fn find(&self, key: &str) -> Result<&'static [u8], Status>;

    async fn watch(&self, key: Cow<'_, str>) -> Result<Streaming<Option<&Key>>, Status>;
}

pub struct Counter;

#[rpc_protocol]
impl Counter {
    pub async fn copy(&self, other: Self) -> Result<Self, Status> {
        Ok(other)
    }
}

fn main() {}

//! A trait with parameters is refused, and its uses are not reported.

use rpcplugin::{Channel, Status, rpc_protocol};

#[rpc_protocol]
pub trait Kv<T> {
    async fn get(&self, key: String) -> Result<u32, Status>;

    async fn put(&self, value: T) -> Result<u32, Status>;
}

async fn uses(channel: Channel) -> Result<u32, Status> {
    KvClient::new(channel).get("key".to_owned()).await
}

fn main() {
    let _uses = uses;
}

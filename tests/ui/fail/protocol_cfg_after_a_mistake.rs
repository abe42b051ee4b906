//! The stand-ins are under the conditions of the contract, or a part of it that is not there would be reported.

use rpcplugin::{Channel, Status, rpc_protocol};

#[rpc_protocol(servise = "example.Kv")]
pub trait Kv {
    #[cfg(not(all()))]
    async fn get(&self, key: Nowhere) -> Result<Nowhere, Status>;

    async fn put(&self, key: String) -> Result<u32, Status>;
}

#[rpc_protocol(servise = "example.Kv")]
#[cfg(not(all()))]
pub trait Absent {
    async fn get(&self, key: Nowhere) -> Result<Nowhere, Status>;
}

async fn uses(channel: Channel) -> Result<u32, Status> {
    KvClient::new(channel).put("key".to_owned()).await
}

fn main() {
    let _uses = uses;
}

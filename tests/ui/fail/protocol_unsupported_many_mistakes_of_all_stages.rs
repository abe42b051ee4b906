//! Every stage reports what it finds, in one pass, and nothing follows.

use rpcplugin::{Channel, Context, Status, rpc_protocol};

#[rpc_protocol(name = "", version = "x")]
pub trait Kv {
    #[rpc(timeout = "5", max_len = 1k)]
    async fn get(&self, context: &Context, key: &str) -> Result<u32, Status>;

    #[rpc(aliases = ["Size"], skip)]
    async fn put(&self, key: String) -> Result<(), Status> {
        drop(key);
        Ok(())
    }

    #[rpc(aliases = ["Length"])]
    async fn size(&self) -> Result<u64, Status>;

    #[rpc(aliases = ["Length"])]
    async fn with(&self, key: String) -> Result<u64, Status>;
}

async fn uses(channel: Channel) -> Result<u64, Status> {
    KvClient::new(channel).size().await
}

fn main() {
    let _uses = uses;
}

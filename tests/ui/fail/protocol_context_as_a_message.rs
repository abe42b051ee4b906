use rpcplugin::{Context, Status, Streaming, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn get(&self, key: String) -> Result<Context, Status>;

    async fn put(&self, contexts: Streaming<Context>) -> Result<u32, Status>;

    async fn option(&self, context: Option<Context>) -> Result<u32, Status>;
}

fn main() {}

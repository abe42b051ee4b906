use rpcplugin::{Status, Streaming, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn get(&self, key: impl Into<String>) -> Result<u32, Status>;

    async fn put(&self, keys: impl futures::Stream<Item = String>) -> Result<u32, Status>;

    async fn list(&self) -> Result<Streaming<impl Sized>, Status>;
}

fn main() {}

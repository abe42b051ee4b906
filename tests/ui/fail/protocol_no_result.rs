use rpcplugin::{Status, Streaming, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn clear(&self);

    async fn get(&self, key: String) -> Option<Vec<u8>>;

    async fn watch(&self, key: String) -> Streaming<u32>;

    async fn keys(&self) -> Result<Vec<u8>, Status>;
}

fn main() {}

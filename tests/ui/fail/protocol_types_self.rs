use rpcplugin::{Status, Streaming, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn get(&self, key: Vec<Self>) -> Result<u32, Status>;

    async fn list(&self) -> Result<Streaming<Self>, Status>;
}

fn main() {}

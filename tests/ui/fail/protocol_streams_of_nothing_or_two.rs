use rpcplugin::{Status, Streaming, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn import(&self, pairs: Streaming) -> Result<u64, Status>;

    async fn list(&self) -> Result<Streaming<String, u32>, Status>;
}

fn main() {}

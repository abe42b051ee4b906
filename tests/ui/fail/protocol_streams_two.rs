use rpcplugin::{Status, Streaming, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn copy(&self, left: Streaming<u32>, right: Streaming<u32>) -> Result<u64, Status>;
}

fn main() {}

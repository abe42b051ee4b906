use rpcplugin::{Status, Streaming, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn import(&self, pairs: &mut Streaming<String>) -> Result<u64, Status>;

    async fn list(&self, prefix: String) -> Result<&Streaming<String>, Status>;
}

fn main() {}

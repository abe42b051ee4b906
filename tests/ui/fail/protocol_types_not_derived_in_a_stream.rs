use rpcplugin::{Status, Streaming, rpc_protocol};

struct Key;

#[rpc_protocol]
trait Kv {
    async fn import(&self, keys: Streaming<Key>) -> Result<u64, Status>;
}

fn main() {}

use rpcplugin::{Context, Status, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn put(&self, key: String, context: Context, value: Vec<u8>) -> Result<u32, Status>;
}

fn main() {}

use rpcplugin::{Context, Status, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn get(&self, context: Context, key: String, other: Context) -> Result<u32, Status>;
}

fn main() {}

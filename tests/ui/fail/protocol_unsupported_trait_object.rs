use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn get(&self, key: String) -> Result<u32, Status>;
}

fn take(_: &dyn Kv) {}

fn main() {}

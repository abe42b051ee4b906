use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn get(&self, key: String) -> Result<u32, Status>;

    async fn get(&self, key: u32) -> Result<u32, Status>;
}

fn main() {}

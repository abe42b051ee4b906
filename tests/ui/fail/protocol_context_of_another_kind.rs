use rpcplugin::{Status, rpc_protocol};

mod own {
    pub struct Context;
}

#[rpc_protocol]
trait Kv {
    async fn get(&self, context: own::Context, key: String) -> Result<u32, Status>;
}

fn main() {}

use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol(crate = rpcplugin)]
trait Relative {
    async fn get(&self, key: String) -> Result<u32, Status>;
}

#[rpc_protocol(crate = "::rpcplugin")]
trait Quoted {
    async fn get(&self, key: String) -> Result<u32, Status>;
}

fn main() {}

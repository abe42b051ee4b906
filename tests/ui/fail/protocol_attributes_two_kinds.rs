use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol]
trait Kv {
    #[rpc(unary_stream, unary_unary)]
    async fn get(&self, key: String) -> Result<u32, Status>;
}

fn main() {}

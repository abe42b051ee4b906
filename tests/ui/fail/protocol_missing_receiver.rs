use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn get(request: String) -> Result<u32, Status>;

    async fn clear() -> Result<(), Status>;
}

fn main() {}

use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol]
trait Kv {
    #[rpc(idempotent = true)]
    async fn get(&self, key: String) -> Result<u32, Status>;

    #[rpc(unary_unary = "yes")]
    async fn put(&self, key: String) -> Result<u32, Status>;

    #[rpc(skip(always))]
    async fn clear(&self) -> Result<u32, Status> {
        Ok(1)
    }
}

fn main() {}

use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol(name = "a", version = "1", name = "b")]
trait Kv {
    #[rpc(timeout = "5s", idempotent, timeout = "6s")]
    async fn get(&self, key: String) -> Result<u32, Status>;

    #[rpc(aliases = ["Old"])]
    #[rpc(aliases = ["Older"])]
    async fn put(&self, key: String) -> Result<u32, Status>;

    #[rpc(unary_unary, unary_stream)]
    async fn size(&self) -> Result<u64, Status>;
}

fn main() {}

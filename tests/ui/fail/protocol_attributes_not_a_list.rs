use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol("example.Kv")]
trait Kv {
    #[rpc("Get")]
    async fn get(&self, key: String) -> Result<u32, Status>;

    #[rpc = "Put"]
    async fn put(&self, key: String) -> Result<u32, Status>;

    #[rpc(idempotent timeout = "5s")]
    async fn size(&self) -> Result<u64, Status>;
}

fn main() {}

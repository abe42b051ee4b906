use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol(service = "example.Kv")]
trait Kv {
    #[rpc(aliases = ["Old", "Older", "/example.Kv/Old"])]
    async fn get(&self, key: String) -> Result<u32, Status>;

    #[rpc(aliases = ["Older", "/old.Kv/Put"])]
    async fn put(&self, key: String) -> Result<u32, Status>;

    #[rpc(aliases = ["/old.Kv/Put"])]
    async fn size(&self) -> Result<u64, Status>;
}

fn main() {}

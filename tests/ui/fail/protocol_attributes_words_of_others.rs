use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol(package = "example", protocol = "key-value", timeout = "5s")]
trait Kv {
    #[rpc(alias = "Old", deadline = "5s")]
    async fn get(&self, key: String) -> Result<u32, Status>;

    #[rpc(max_size = 4096, retry = 3)]
    async fn put(&self, key: String) -> Result<u32, Status>;

    #[rpc(idempotant, timeot = "5s", maxlen = 7)]
    async fn clear(&self) -> Result<u32, Status>;
}

fn main() {}

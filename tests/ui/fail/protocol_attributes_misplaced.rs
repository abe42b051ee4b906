use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol]
#[rpc(name = "example.Kv")]
trait Kv {
    async fn get(&self, #[rpc(name = "key")] key: String) -> Result<u32, Status>;
}

struct Counter;

#[rpc_protocol]
#[rpc(timeout = "5s")]
impl Counter {
    async fn add(&self, #[rpc(max_len = 8)] number: u32) -> Result<u32, Status> {
        Ok(number)
    }
}

fn main() {}

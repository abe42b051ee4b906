use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol]
trait Kv {
    #[rpc(skip)]
    async fn get(&self, key: String) -> Result<String, Status> {
        Ok(key)
    }
}

struct Counter;

#[rpc_protocol]
impl Counter {
    #[rpc(skip)]
    async fn add(&self, number: u32) -> Result<u32, Status> {
        Ok(number)
    }

    fn not_async(&self) {}
}

fn main() {}

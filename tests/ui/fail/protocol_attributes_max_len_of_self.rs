use rpcplugin::{Status, rpc_protocol};

struct Counter;

#[rpc_protocol]
impl Counter {
    const BYTES_MAX: usize = 64;

    #[rpc(max_len = 2 * Self::BYTES_MAX)]
    async fn add(&self, number: u32) -> Result<u32, Status> {
        Ok(number)
    }
}

#[rpc_protocol]
trait Kv {
    #[rpc(max_len = Self::BYTES_MAX)]
    async fn get(&self, key: String) -> Result<u32, Status>;
}

fn main() {}

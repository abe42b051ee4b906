use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn put(&self, key: String, value: Vec<u8>) -> Result<(), Status>;
}

struct Counter;

#[rpc_protocol]
impl Counter {
    async fn add(&self, left: u32, right: u32, carry: bool) -> Result<u32, Status> {
        Ok(left + right + u32::from(carry))
    }
}

fn main() {}

use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol]
trait Kv {
    #[cfg_attr(all(), rpc(name = "Read"))]
    async fn get(&self, key: String) -> Result<u32, Status>;

    #[cfg_attr(all(), doc = "text", rpc(idempotent))]
    async fn put(&self, key: String) -> Result<u32, Status>;
}

struct Counter;

#[rpc_protocol]
impl Counter {
    #[cfg_attr(all(), cfg_attr(all(), rpc(timeout = "5s")))]
    async fn add(&self, number: u32) -> Result<u32, Status> {
        Ok(number)
    }

    #[cfg_attr(all(), rpc(skip))]
    fn helper(&self) {}

    #[rpc(skip)]
    #[cfg_attr(all(), rpc(name = "Clear"))]
    async fn clear(&self) {}
}

fn main() {}

use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol]
trait Kv {}

struct Counter;

#[rpc_protocol]
impl Counter {
    #[rpc(skip)]
    async fn add(&self, request: u32) -> Result<u32, Status> {
        Ok(request)
    }

    async fn connect() -> Self {
        Self
    }
}

fn main() {
    let _ = Counter::connect();
}

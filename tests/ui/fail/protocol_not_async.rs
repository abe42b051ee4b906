use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol]
trait Kv {
    fn get(&self, request: String) -> Result<u32, Status>;

    /// A default body does not make a call of it.
    fn size(&self) -> Result<u64, Status> {
        Ok(0)
    }
}

struct Counter;

#[rpc_protocol]
impl Counter {
    #[rpc(name = "Add")]
    fn add(&self, request: u32) -> Result<u32, Status> {
        Ok(request)
    }

    // Left alone: it does not say that it is a call.
    fn new() -> Self {
        Self
    }
}

fn main() {
    let _counter = Counter::new();
}

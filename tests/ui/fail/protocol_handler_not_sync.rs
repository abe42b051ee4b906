use std::cell::Cell;

use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn size(&self) -> Result<u64, Status>;
}

struct Store {
    size: Cell<u64>,
}

impl Kv for Store {
    async fn size(&self) -> Result<u64, Status> {
        Ok(self.size.get())
    }
}

struct Counter {
    count: Cell<u32>,
}

#[rpc_protocol]
impl Counter {
    async fn count(&self) -> Result<u32, Status> {
        Ok(self.count.get())
    }
}

fn main() {}

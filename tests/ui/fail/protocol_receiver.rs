use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn put(&mut self, request: String) -> Result<(), Status>;

    async fn close(self) -> Result<(), Status>;

    async fn share(self: Box<Self>) -> Result<(), Status>;
}

struct Counter;

#[rpc_protocol]
impl Counter {
    async fn add(&mut self, request: u32) -> Result<u32, Status> {
        Ok(request)
    }

    async fn close(self) -> Result<(), Status> {
        Ok(())
    }
}

fn main() {}

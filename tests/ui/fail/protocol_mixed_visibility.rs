use rpcplugin::{Status, rpc_protocol};

pub struct Counter;

#[rpc_protocol]
impl Counter {
    pub async fn add(&self, request: u32) -> Result<u32, Status> {
        self.store(request).await
    }

    async fn store(&self, request: u32) -> Result<u32, Status> {
        Ok(request)
    }
}

fn main() {}

use rpcplugin::{Status, rpc_protocol};

struct Counter;

#[rpc_protocol]
impl Counter {
    async fn add(&self, number: u32) -> Result<u32, Status> {
        self.checked(number).await
    }

    #[rpc(skip, name = "Checked")]
    async fn checked(&self, number: u32) -> Result<u32, Status> {
        Ok(number)
    }

    #[rpc(timeout = "5s", idempotent)]
    #[rpc(skip)]
    async fn bounded(&self, number: u32) -> Result<u32, Status> {
        Ok(number)
    }
}

fn main() {}

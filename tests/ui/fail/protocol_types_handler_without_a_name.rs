use rpcplugin::{Status, rpc_protocol};

trait Local {}

#[rpc_protocol]
impl dyn Local {
    async fn size(&self) -> Result<u64, Status> {
        Ok(1)
    }
}

#[rpc_protocol]
impl (u32, u32) {
    async fn sum(&self) -> Result<u32, Status> {
        Ok(self.0 + self.1)
    }
}

fn main() {}

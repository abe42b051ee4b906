use rpcplugin::{Status, rpc_protocol};

struct Cache<V>(V);

#[rpc_protocol]
impl<V: Send + Sync + 'static> Cache<V> {
    async fn size(&self) -> Result<u64, Status> {
        Ok(1)
    }
}

struct Numbers<V>(V);

#[rpc_protocol]
impl Numbers<u32> {
    async fn first(&self) -> Result<u32, Status> {
        Ok(self.0)
    }
}

trait Local {}

#[rpc_protocol]
impl dyn Local {
    async fn size(&self) -> Result<u64, Status> {
        Ok(1)
    }
}

fn main() {}

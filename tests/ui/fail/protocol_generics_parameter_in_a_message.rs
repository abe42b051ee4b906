use rpcplugin::{Message, Status, Streaming, rpc_protocol};

struct Cache<V, const N: usize>([V; N]);

#[rpc_protocol]
impl<V: Message + Clone + Sync, const N: usize> Cache<V, N> {
    async fn put(&self, value: V) -> Result<u64, Status> {
        drop(value);
        Ok(1)
    }

    async fn list(&self) -> Result<Streaming<Vec<V>>, Status> {
        Ok(Streaming::empty())
    }

    async fn block(&self) -> Result<[u8; N], Status> {
        Ok([0; N])
    }

    async fn size(&self) -> Result<u64, Status> {
        Ok(self.0.len() as u64)
    }
}

/// Nothing follows: not for the client, and not for a server that names its handler's parameters.
async fn uses(client: CacheClient, server: CacheServer<u32, 4>) -> Result<u64, Status> {
    let _server: CacheServer<u32, 4> = server.clone();
    client.size().await
}

fn main() {
    let _uses = uses;
}

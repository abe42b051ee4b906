use rpcplugin::{Status, rpc_protocol};

macro_rules! more_methods {
    () => {};
}

#[rpc_protocol]
trait Kv {
    type Value;

    const LIMIT: usize;

    more_methods!();

    async fn get(&self, key: String) -> Result<u32, Status>;
}

async fn call(client: KvClient) -> Result<u32, Status> {
    client.get("key".to_owned()).await
}

fn main() {}

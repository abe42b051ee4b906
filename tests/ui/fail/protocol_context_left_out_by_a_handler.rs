use rpcplugin::{Context, Status, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn get(&self, context: Context, key: String) -> Result<u32, Status>;
}

struct Store;

impl Kv for Store {
    async fn get(&self, key: String) -> Result<u32, Status> {
        Ok(key.len() as u32)
    }
}

fn main() {
    let _server = KvServer::new(Store);
}

use rpcplugin::{Channel, Router, Status, rpc_protocol};

trait Kv {
    async fn get(&self, key: String) -> Result<u32, Status>;
}

struct Store;

#[rpc_protocol]
impl Kv for Store {
    async fn get(&self, key: String) -> Result<u32, Status> {
        let _ = key;
        Ok(1)
    }
}

fn main() {
    let router = Router::new().service(StoreServer::new(Store)).unwrap();
    let _client = StoreClient::new(Channel::local(router));
}

use rpcplugin::{Channel, Router, Status, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn get(&self, key: String) -> Result<u32, Status>;
}

struct Store;

#[rpc_protocol]
impl Kv for Store {
    #[rpc(name = "Get")]
    async fn get(&self, key: String) -> Result<u32, Status> {
        let _ = key;
        Ok(1)
    }
}

struct Empty;

#[rpc_protocol]
impl Kv for Empty {
    async fn get(&self, _key: String) -> Result<u32, Status> {
        Ok(0)
    }
}

fn main() {
    let router = Router::new().service(KvServer::new(Store)).unwrap();
    let _client = KvClient::new(Channel::local(router));
}

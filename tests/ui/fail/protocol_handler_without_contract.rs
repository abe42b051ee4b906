use rpcplugin::{Router, Status, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn size(&self) -> Result<u64, Status>;
}

struct Store;

fn main() {
    let _router = Router::new().service(KvServer::new(Store));
}

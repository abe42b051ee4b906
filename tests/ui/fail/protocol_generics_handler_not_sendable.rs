use std::rc::Rc;

use rpcplugin::{Router, Status, rpc_protocol};

struct Cache<V>(V);

#[rpc_protocol]
impl<V: Clone> Cache<V> {
    async fn size(&self) -> Result<u64, Status> {
        drop(self.0.clone());
        Ok(1)
    }
}

fn main() {
    let _router = Router::new().service(CacheServer::new(Cache(Rc::new(1))));
}

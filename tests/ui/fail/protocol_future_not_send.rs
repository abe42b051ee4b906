use std::rc::Rc;

use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn get(&self, key: String) -> Result<u32, Status>;
}

struct Store;

impl Kv for Store {
    async fn get(&self, key: String) -> Result<u32, Status> {
        let shared = Rc::new(key);
        pause().await;
        Ok(shared.len() as u32)
    }
}

async fn pause() {}

fn main() {}

use std::rc::Rc;

use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn get(&self, key: String) -> Result<u32, Status> {
        let shared = Rc::new(key);
        pause().await;
        Ok(shared.len() as u32)
    }

    #[rpc(skip)]
    async fn size(&self) -> u32 {
        let shared = Rc::new(1);
        pause().await;
        *shared
    }
}

async fn pause() {}

fn main() {}

use std::rc::Rc;

use rpcplugin::{Status, rpc_protocol};

pub struct Store;

#[rpc_protocol]
impl Store {
    pub async fn get(&self, key: String) -> Result<u32, Status> {
        let shared = Rc::new(key);
        pause().await;
        Ok(shared.len() as u32)
    }
}

async fn pause() {}

fn main() {}

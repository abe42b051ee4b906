//! What only conditional methods send is checked in their bodies, so the compiler finds it in each of them.

use rpcplugin::{Status, rpc_protocol};

pub struct Key;

#[rpc_protocol]
pub trait Kv {
    #[cfg(all())]
    async fn get(&self, key: Key) -> Result<u32, Status>;
}

fn main() {}

use std::io::Result;

use rpcplugin::rpc_protocol;

#[rpc_protocol]
pub trait Kv {
    async fn get(&self, key: String) -> Result<Vec<u8>>;
}

fn main() {}

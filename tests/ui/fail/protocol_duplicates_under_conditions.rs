//! Only two conditional methods may be two versions of one.

use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn get(&self, key: String) -> Result<u32, Status>;

    #[cfg(not(all()))]
    #[rpc(name = "Get", aliases = ["Put"])]
    async fn get_here(&self, key: String) -> Result<u32, Status>;

    #[cfg(not(all()))]
    async fn put(&self, key: String) -> Result<u32, Status>;
}

fn main() {}

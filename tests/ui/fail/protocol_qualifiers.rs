use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol]
unsafe trait Raw {
    async fn get(&self, key: String) -> Result<u32, Status>;
}

#[rpc_protocol]
trait Kv {
    async unsafe fn get(&self, key: String) -> Result<u32, Status>;

    const async fn size(&self) -> Result<u64, Status>;

    async extern "C" fn clear(&self) -> Result<(), Status>;
}

fn main() {}

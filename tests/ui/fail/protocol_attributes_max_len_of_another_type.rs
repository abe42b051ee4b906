use rpcplugin::{Status, rpc_protocol};

const BYTES_MAX: u32 = 4096;

#[rpc_protocol]
trait Kv {
    #[rpc(max_len = BYTES_MAX)]
    async fn get(&self, key: String) -> Result<u32, Status>;

    #[rpc(max_len = MISSING)]
    async fn put(&self, key: String) -> Result<u32, Status>;
}

fn main() {}

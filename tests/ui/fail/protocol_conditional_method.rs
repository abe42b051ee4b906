use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn get(&self, key: String) -> Result<u32, Status>;

    #[cfg(unix)]
    async fn path(&self) -> Result<String, Status>;
}

fn main() {}

use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn __(&self) -> Result<u32, Status>;

    async fn größe(&self) -> Result<u64, Status>;

    #[rpc(name = "Größe")]
    async fn size(&self) -> Result<u64, Status>;

    #[rpc(name = "get/all")]
    async fn get(&self) -> Result<u64, Status>;
}

fn main() {}

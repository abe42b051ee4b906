use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol(servcie = "example.Kv", name = "Kv")]
trait Kv {
    #[rpc(nam = "Get", unary)]
    async fn get(&self, key: String) -> Result<u32, Status>;

    #[rpc(rename = "Put", id = 7)]
    async fn put(&self, key: String) -> Result<(), Status>;

    #[rpc(skip)]
    async fn clear(&self) -> Result<(), Status>;

    #[rpc]
    async fn size(&self) -> Result<u64, Status>;
}

fn main() {}

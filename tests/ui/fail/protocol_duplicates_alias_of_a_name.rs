use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol(service = "example.Kv")]
trait Kv {
    #[rpc(aliases = ["Put", "Get"])]
    async fn get(&self, key: String) -> Result<u32, Status>;

    #[rpc(aliases = ["/example.Kv/Get", "/other.Kv/Get"])]
    async fn put(&self, key: String) -> Result<u32, Status>;
}

fn main() {}

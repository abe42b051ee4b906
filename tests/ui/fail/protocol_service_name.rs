use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol(service = "")]
trait Empty {
    async fn get(&self, key: String) -> Result<u32, Status>;
}

#[rpc_protocol(service = "example/Kv")]
trait Slash {
    async fn get(&self, key: String) -> Result<u32, Status>;
}

#[rpc_protocol(service = example.Kv)]
trait Bare {
    async fn get(&self, key: String) -> Result<u32, Status>;
}

#[rpc_protocol]
trait Größe {
    async fn get(&self, key: String) -> Result<u32, Status>;

    async fn größe(&self) -> Result<u64, Status>;

    #[rpc(name = "Get All")]
    async fn get_all(&self) -> Result<u64, Status>;
}

fn main() {}

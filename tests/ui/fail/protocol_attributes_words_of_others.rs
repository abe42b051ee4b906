use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol(package = "example", protocol = "key-value", timeout = "5s")]
trait Kv {
    #[rpc(alias = "Old", deadline = "5s")]
    async fn get(&self, key: String) -> Result<u32, Status>;

    #[rpc(max_size = 4096, retry = 3)]
    async fn put(&self, key: String) -> Result<u32, Status>;

    #[rpc(idempotant, timeot = "5s", maxlen = 7)]
    async fn clear(&self) -> Result<u32, Status>;
}

#[rpc_protocol]
trait Log {
    #[rpc(server_streaming, ttl = "5s", limit = 4096)]
    async fn read(&self) -> Result<u32, Status>;

    #[rpc(client_streaming, service = "example.Log", version = "1.0")]
    async fn write(&self) -> Result<u32, Status>;

    #[rpc(bidi, package = "example")]
    async fn both(&self) -> Result<u32, Status>;
}

fn main() {}

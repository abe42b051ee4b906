use rpcplugin::{Streaming, rpc_protocol};

struct KvError;

#[rpc_protocol]
trait Kv {
    async fn get(&self, key: String) -> Result<Vec<u8>, KvError>;

    async fn watch(&self, key: String) -> Result<Streaming<u32>, Box<dyn std::error::Error>>;
}

fn main() {}

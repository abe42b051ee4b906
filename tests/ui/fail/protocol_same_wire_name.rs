use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn get_value(&self, key: String) -> Result<Vec<u8>, Status>;

    async fn put(&self, value: Vec<u8>) -> Result<(), Status>;

    #[rpc(name = "GetValue")]
    async fn get(&self, key: String) -> Result<Vec<u8>, Status>;
}

fn main() {}

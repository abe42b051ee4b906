use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn get(&self, key: String) -> Result<u32, Status>;

    #[rpc(skip)]
    fn with(&self, number: u32) -> u32 {
        number
    }
}

fn main() {}

use rpcplugin::{Status, rpc_protocol};

macro_rules! get {
    () => {
        async fn get(&self, key: String) -> Result<u32, Status>;
    };
}

#[rpc_protocol]
trait Kv {
    async fn put(&self, key: String) -> Result<u32, Status>;

    get!();
}

fn main() {}

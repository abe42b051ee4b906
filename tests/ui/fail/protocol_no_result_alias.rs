use rpcplugin::{Status, Streaming, rpc_protocol};

type Answer<T> = Result<T, Status>;

#[rpc_protocol]
trait Kv {
    async fn get(&self, key: String) -> Answer<u32>;

    async fn put(&self, key: String) -> Reslt<(), Status>;

    async fn watch(&self, key: String) -> Result<Streaming<u32>, Statsu>;
}

fn main() {}

use rpcplugin::{Status, Streaming, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn watch(&self, key: String) -> Result<Streaming<Result<u32, Status>>, Status>;

    async fn import(&self, pairs: Streaming<Result<u32, Status>>) -> Result<(), Status>;

    async fn pages(&self) -> Result<Streaming<Streaming<u32>>, Status>;
}

fn main() {}

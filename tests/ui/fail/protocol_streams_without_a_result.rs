use rpcplugin::{Status, Streaming, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn list(&self, prefix: String) -> Streaming<String>;

    async fn watch(&self) -> Streaming<Result<String, Status>>;
}

fn main() {}

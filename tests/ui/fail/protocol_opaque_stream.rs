use rpcplugin::{Message, Status, rpc_protocol};

trait Stream {
    type Item;
}

#[rpc_protocol]
trait Kv {
    async fn watch(&self, key: String) -> Result<impl Stream<Item = u32>, Status>;

    async fn keys(&self) -> impl Stream<Item = u32>;

    async fn import(&self, pairs: impl Stream<Item = u32>) -> Result<(), Status>;

    async fn first(&self) -> Result<impl Message, Status>;
}

fn main() {}

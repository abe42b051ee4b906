use rpcplugin::{Status, Streaming, rpc_protocol};

#[rpc_protocol]
trait Kv {
    #[rpc(unary_stream)]
    async fn get(&self, key: String) -> Result<Vec<u8>, Status>;

    #[rpc(unary_unary, name = "WatchAll")]
    async fn watch(&self, key: String) -> Result<Streaming<u32>, Status>;

    #[rpc(stream_stream)]
    async fn clear(&self) -> Result<(), Status>;

    #[rpc(unary_unary, unary_stream)]
    async fn size(&self) -> Result<u64, Status>;
}

fn main() {}

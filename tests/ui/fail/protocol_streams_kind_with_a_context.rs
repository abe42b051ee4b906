//! The signature to write has the context where it stands.

use rpcplugin::{Context, Status, Streaming, rpc_protocol};

#[rpc_protocol]
trait Kv {
    #[rpc(unary_stream)]
    async fn list(&self, context: Context, prefix: String) -> Result<Vec<String>, Status>;

    #[rpc(stream_stream)]
    async fn echo(&self, pairs: Streaming<u32>, _: Context) -> Result<u32, Status>;

    #[rpc(stream_unary)]
    async fn import(&self, context: Context) -> Result<u32, Status>;
}

fn main() {}

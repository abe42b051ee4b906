use std::task::Context;

use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol]
trait Poll {
    async fn poll(&self, context: Context<'_>) -> Result<u32, Status>;
}

fn main() {}

use std::pin::Pin;
use std::sync::Arc;

use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn add(&mut self) -> Result<(), Status> {
        Ok(())
    }

    async fn take(self) -> Result<(), Status>;

    async fn shared(self: Arc<Self>) -> Result<(), Status>;

    async fn pinned(self: Pin<&Self>) -> Result<(), Status> {
        Ok(())
    }

    async fn make() -> Result<(), Status> {
        Ok(())
    }
}

fn main() {}

//! A method without a request sends an empty message.

use std::sync::Arc;

use rpcplugin::{MethodKind, Router, Status, Streaming, rpc_protocol};

#[rpc_protocol]
trait Clock {
    async fn now(&self) -> Result<u64, Status>;

    #[rpc(unary_stream)]
    async fn ticks(&self) -> Result<Streaming<u64>, Status>;
}

struct Stopped;

impl Clock for Stopped {
    async fn now(&self) -> Result<u64, Status> {
        Ok(0)
    }

    async fn ticks(&self) -> Result<Streaming<u64>, Status> {
        Ok(Streaming::empty())
    }
}

fn main() {
    let clock = Arc::new(Stopped);
    Router::new().service(ClockServer::from_arc(Arc::clone(&clock))).unwrap();
    let kinds: Vec<_> = ClockClient::SPEC.methods.iter().map(|method| method.kind).collect();
    assert_eq!(kinds, [MethodKind::UnaryUnary, MethodKind::UnaryStream]);
}

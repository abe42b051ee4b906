use rpcplugin::{Router, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn get(&self, key: String) -> Result<u32, Status>;

    #[cfg(all())]
    async fn watch(&self, key: Key) -> Result<Streaming<Pair>, rpcplugin::Status>;
}

struct Counter;

#[rpc_protocol]
impl Counter {
    async fn count(&self, step: Step) -> Result<u32, rpcplugin::Status> {
        Ok(step.size)
    }
}

fn main() {
    let _ = Router::new().service(CounterServer::new(Counter));
}

use rpcplugin::{Channel, Router, Status, Streaming, rpc_protocol};

pub struct Key;

pub struct Pair;

#[rpc_protocol]
pub trait Kv {
    async fn get(&self, key: Key) -> Result<Pair, Status>;

    async fn put(&self, pair: Pair) -> Result<(), Status>;

    async fn watch(&self, key: Key) -> Result<Streaming<Pair>, Status>;
}

pub struct Counter;

#[rpc_protocol]
impl Counter {
    pub async fn add(&self, key: Key) -> Result<Option<u32>, Status> {
        let _ = key;
        Ok(None)
    }
}

/// Who uses the contracts is told nothing: the mistake is not his.
async fn both(channel: Channel, kv: impl Kv) -> Result<Router, Box<dyn std::error::Error>> {
    let client = KvClient::new(channel.clone());
    client.put(Pair).await?;
    client.put(Pair).await?;
    CounterClient::new(channel).add(Key).await?;
    Ok(Router::new().service(KvServer::new(kv))?.service(CounterServer::new(Counter))?)
}

fn main() {}

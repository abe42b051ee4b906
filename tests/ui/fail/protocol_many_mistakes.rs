//! Every mistake is reported once, and the uses of what would have been generated are not reported at all.

use rpcplugin::{Channel, Router, Status, rpc_protocol};

#[rpc_protocol(servise = "example.Kv")]
pub trait Kv {
    async fn get(&self, key: &str) -> Result<u32, Status>;

    async fn put(&self, key: String, value: u32) -> Result<(), Status>;

    async fn size(&self) -> u64 {
        0
    }
}

struct Store;

impl Kv for Store {
    async fn get(&self, key: &str) -> Result<u32, Status> {
        Ok(key.len() as u32)
    }

    async fn put(&self, _key: String, _value: u32) -> Result<(), Status> {
        Ok(())
    }
}

pub struct Counter;

#[rpc_protocol]
impl Counter {
    pub async fn add(&self, left: u32, right: u32) -> Result<u32, Status> {
        Ok(left + right)
    }
}

async fn calls(channel: Channel) -> Result<u32, Status> {
    let client = KvClient::new(channel.clone());
    client.put("key".to_owned(), 1).await?;
    let _size: u64 = client.size().await;
    CounterClient::new(channel).add(1, 2).await?;
    client.get("key").await
}

fn main() {
    let router = Router::new().service(KvServer::new(Store)).unwrap();
    let router = router.service(CounterServer::new(Counter)).unwrap();
    assert_eq!(KvServer::<Store>::SPEC.name, KvClient::SPEC.name);
    drop(calls(Channel::local(router)));
}

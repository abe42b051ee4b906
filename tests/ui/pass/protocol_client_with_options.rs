//! A client with options is a client of the same type, which implements the contract as well.

use std::time::Duration;

use rpcplugin::{CallOptions, Channel, Router, Status, rpc_protocol};

#[rpc_protocol]
pub trait Kv {
    async fn get(&self, key: String) -> Result<String, Status>;
}

pub struct Counter;

#[rpc_protocol]
impl Counter {
    pub async fn add(&self, number: u32) -> Result<u32, Status> {
        Ok(number)
    }
}

fn main() {
    let channel = Channel::local(Router::new());
    let options = CallOptions::new().timeout(Duration::from_secs(1));
    let client: KvClient = KvClient::new(channel.clone()).with(options.clone());
    fn takes_contract(_: &impl Kv) {}
    takes_contract(&client);
    let counter: CounterClient = CounterClient::new(channel).with(options);
    drop(counter.add(1));
}

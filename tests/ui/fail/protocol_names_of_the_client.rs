use rpcplugin::{Channel, Status, rpc_protocol};

struct Counter;

#[rpc_protocol]
impl Counter {
    async fn new(&self) -> Result<u32, Status> {
        Ok(1)
    }

    #[rpc(name = "Filter")]
    async fn with(&self, number: u32) -> Result<u32, Status> {
        Ok(number)
    }

    #[allow(non_snake_case)]
    async fn SPEC(&self) -> Result<String, Status> {
        Ok("2.1".to_owned())
    }
}

#[rpc_protocol]
trait Kv {
    async fn new(&self) -> Result<u32, Status>;

    async fn with(&self, key: String) -> Result<u32, Status>;
}

fn use_clients(channel: Channel) {
    let _counter = CounterClient::new(channel.clone());
    let _kv = KvClient::new(channel);
    let _spec = CounterClient::SPEC;
}

fn main() {
    let _call = use_clients;
}

use rpcplugin::{Channel, Status, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn get(&self, key: String) -> Result<u32, Status>;

    #[rpc(skip)]
    fn version(&self) -> u32;
}

fn use_client(channel: Channel) -> u32 {
    KvClient::new(channel).version()
}

fn main() {
    let _call = use_client;
}

use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol(name = "", version = "two")]
trait One {
    async fn get(&self, key: String) -> Result<u32, Status>;
}

#[rpc_protocol(name = trading_data, version = 2.1)]
trait Two {
    async fn get(&self, key: String) -> Result<u32, Status>;
}

#[rpc_protocol(name = " data\n", version = "2.1 beta")]
trait Three {
    async fn get(&self, key: String) -> Result<u32, Status>;
}

fn main() {
    assert_eq!(OneClient::SPEC, TwoClient::SPEC);
}

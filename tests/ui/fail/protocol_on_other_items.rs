use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol]
struct Kv;

#[rpc_protocol]
enum Kind {
    Get,
}

#[rpc_protocol(service = "example.Kv")]
async fn get(key: String) -> Result<u32, Status> {
    let _ = key;
    Ok(1)
}

#[rpc_protocol]
mod contract {}

fn main() {
    let _ = (Kv, Kind::Get, get("key".to_owned()));
}

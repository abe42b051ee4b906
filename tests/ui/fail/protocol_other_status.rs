use rpcplugin::rpc_protocol;

/// A type of the same name: only the compiler knows that it is another one.
pub struct Status;

#[rpc_protocol]
pub trait Kv {
    async fn get(&self, key: String) -> Result<Vec<u8>, Status>;
}

fn main() {}

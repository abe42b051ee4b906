use rpcplugin::{Context, Status, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn get(&self, context: &Context, key: String) -> Result<u32, Status>;

    async fn put(&self, key: String, context: &mut rpcplugin::Context) -> Result<u32, Status>;
}

struct Store;

impl Kv for Store {
    async fn get(&self, _context: &Context, _key: String) -> Result<u32, Status> {
        Ok(1)
    }

    async fn put(&self, _key: String, _context: &mut Context) -> Result<u32, Status> {
        Ok(2)
    }
}

fn main() {}

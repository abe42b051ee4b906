use rpcplugin::{Context, Status, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn get(&self, #[cfg(all())] context: Context, key: String) -> Result<u32, Status>;

    async fn put(&self, #[cfg_attr(all(), cfg(all()))] key: String) -> Result<u32, Status>;
}

fn main() {}

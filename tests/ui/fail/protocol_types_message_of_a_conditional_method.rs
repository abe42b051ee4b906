use rpcplugin::{Context, Status, rpc_protocol};

pub struct Key;

mod own {
    pub struct Context;

    pub struct Status;
}

#[rpc_protocol]
pub trait Kv {
    #[cfg(all())]
    async fn get(&self, key: Key) -> Result<u32, Status>;

    #[cfg_attr(all(), cfg(all()))]
    async fn put(&self, context: own::Context, key: Key) -> Result<u32, own::Status>;

    #[cfg(not(all()))]
    async fn nowhere(&self, context: Context, key: Nothing) -> Result<Nothing, Status>;
}

fn main() {}

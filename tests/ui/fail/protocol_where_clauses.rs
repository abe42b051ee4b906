use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol]
trait Cache
where
    Self: Clone,
{
    async fn get(&self, key: String) -> Result<u32, Status>;

    async fn put(&self, key: String) -> Result<(), Status>
    where
        Self: Sized;
}

#[rpc_protocol]
trait Kv
where
{
    async fn get(&self, key: String) -> Result<u32, Status>
    where;
}

fn main() {}

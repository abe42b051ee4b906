use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol]
trait Kv {
    async fn get<T: Into<String>>(&self, key: T) -> Result<u32, Status> {
        drop(key);
        Ok(1)
    }

    async fn put<'a>(&'a self, key: String) -> Result<u32, Status>;

    async fn size(&self) -> Result<u64, Status>
    where
        Self: Sized;
}

fn main() {}

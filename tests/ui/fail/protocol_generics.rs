use rpcplugin::{Message, Status, rpc_protocol};

#[rpc_protocol]
trait Store<V> {
    async fn get(&self, key: String) -> Result<u32, Status>;
}

#[rpc_protocol]
trait Cache
where
    Self: Clone,
{
    async fn get(&self, key: String) -> Result<u32, Status>;
}

#[rpc_protocol]
trait Kv {
    async fn get<K: Message>(&self, key: K) -> Result<u32, Status>;

    async fn put<'a>(&'a self, key: String) -> Result<(), Status>;

    async fn drop_all(&self) -> Result<(), Status>
    where
        Self: Clone;

    async fn find(&self, key: impl Message) -> Result<u32, Status>;
}

fn main() {}

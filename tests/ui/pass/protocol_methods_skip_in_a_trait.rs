//! A method of a trait that is no call has a default body, which the client has as well.

#![deny(warnings)]

use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol]
pub trait Kv {
    async fn get(&self, key: String) -> Result<String, Status>;

    /// Not `async`, not a `Result`, with generics: everything is allowed that a trait allows.
    #[rpc(skip)]
    fn quoted<T: std::fmt::Debug>(&self, value: T) -> String {
        format!("{value:?}")
    }

    /// Its future may be sent to another thread, as those of the calls.
    #[rpc(skip)]
    async fn get_all(&self, keys: Vec<String>) -> Result<Vec<String>, Status> {
        let mut values = Vec::new();
        for key in keys {
            values.push(self.get(key).await?);
        }
        Ok(values)
    }

    #[rpc(skip)]
    fn version() -> u32 {
        2
    }
}

struct Store;

impl Kv for Store {
    async fn get(&self, key: String) -> Result<String, Status> {
        Ok(key)
    }

    fn version() -> u32 {
        3
    }
}

fn main() {
    fn is_send(_: impl Send) {}
    is_send(Store.get_all(Vec::new()));
    assert_eq!(Store.quoted(1), "1");
    assert_eq!((KvClient::version(), Store::version()), (2, 3));
    let names: Vec<_> = KvClient::SPEC.methods.iter().map(|method| method.name).collect();
    assert_eq!(names, ["Get"]);
    let _server = KvServer::new(Store);
}

//! A contract may require more of its handlers than the macro does.

use std::fmt::Debug;

use rpcplugin::{Status, rpc_protocol};

pub trait Named {
    fn name(&self) -> &'static str;
}

#[rpc_protocol]
pub trait Kv: Debug + Named {
    async fn get(&self, key: String) -> Result<String, Status> {
        Ok(format!("{key} of {} {self:?}", self.name()))
    }
}

/// What the macro does not write, its user does.
impl Named for KvClient {
    fn name(&self) -> &'static str {
        "client"
    }
}

#[derive(Debug)]
struct Store;

impl Named for Store {
    fn name(&self) -> &'static str {
        "store"
    }
}

impl Kv for Store {}

fn main() {
    let _server = KvServer::new(Store);
}

//! A condition of a contract may stand above or below the macro: everything that is made of the contract is under it.

use rpcplugin::{Status, rpc_protocol};

#[cfg(not(all()))]
#[rpc_protocol]
trait Above {
    async fn get(&self, key: Nowhere) -> Result<Nowhere, Status>;
}

#[rpc_protocol]
#[cfg(not(all()))]
trait Below {
    async fn get(&self, key: Nowhere) -> Result<Nowhere, Status>;
}

#[rpc_protocol]
#[cfg_attr(all(), cfg(not(all())))]
impl Nowhere {
    async fn get(&self, key: Nowhere) -> Result<Nowhere, Status> {
        Ok(key)
    }
}

#[rpc_protocol]
#[cfg(all())]
trait There {
    async fn get(&self, key: u32) -> Result<u32, Status>;
}

fn main() {
    assert_eq!(ThereClient::SPEC.methods.len(), 1);
}

//! The client and the server are as visible as the contract, and nothing warns where only one of them is used.

#![deny(warnings, unreachable_pub)]

mod contracts {
    use rpcplugin::{BinaryMessage, Status, rpc_protocol};

    #[derive(BinaryMessage)]
    pub(crate) struct Key {
        name: String,
    }

    #[rpc_protocol]
    pub(crate) trait Inner {
        async fn get(&self, key: Key) -> Result<Key, Status>;
    }

    #[rpc_protocol]
    trait Unused {
        async fn get(&self, key: Key) -> Result<Key, Status>;
    }

    struct Private;

    #[rpc_protocol]
    impl Private {
        async fn get(&self, key: Key) -> Result<Key, Status> {
            Ok(key)
        }
    }

    pub(crate) fn names() -> [&'static str; 2] {
        [UnusedClient::SPEC.name, PrivateServer::new(Private).clone().name()]
    }

    impl PrivateServer {
        fn name(&self) -> &'static str {
            Self::SPEC.name
        }
    }
}

fn main() {
    assert_eq!(contracts::InnerClient::SPEC.name, "Inner");
    assert_eq!(contracts::names(), ["Unused", "Private"]);
}

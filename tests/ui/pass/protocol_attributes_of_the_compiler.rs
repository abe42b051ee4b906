//! What is deprecated, allowed or expected in a contract stays so, and what is generated does not warn.

#![deny(warnings)]

use rpcplugin::{Status, Streaming, rpc_protocol};

#[deprecated = "use `New`"]
#[rpc_protocol]
pub trait Old {
    #[deprecated(since = "1.0.0", note = "use `put`")]
    async fn get(&self, key: String) -> Result<String, Status>;

    #[must_use]
    async fn put(&self, key: String) -> Result<(), Status>;

    #[allow(non_snake_case)]
    async fn Clear(&self) -> Result<(), Status> {
        Ok(())
    }

    #[expect(unused_variables, reason = "the body knows the answer")]
    #[rpc(skip)]
    async fn answer(&self, question: String) -> Result<u32, Status> {
        Ok(42)
    }
}

mod messages {
    #[deprecated]
    #[derive(rpcplugin::BinaryMessage)]
    pub struct Old {
        #[binary(id = 1)]
        pub number: u32,
    }
}

/// What a contract is allowed is allowed in what is made of it.
#[allow(deprecated, non_snake_case, reason = "they have their old names")]
#[rpc_protocol]
pub trait Names {
    async fn Get(&self, Key: String) -> Result<messages::Old, Status>;

    #[cfg(all())]
    async fn Put(&self, Pair: messages::Old) -> Result<(), Status>;
}

#[rpc_protocol]
pub trait OfMethods {
    #[allow(non_snake_case)]
    async fn Get(&self, Key: String) -> Result<(), Status>;

    #[allow(deprecated)]
    #[cfg(all())]
    async fn put(&self, pair: messages::Old) -> Result<(), Status>;
}

pub struct Camel;

#[rpc_protocol]
#[expect(non_snake_case, reason = "its old names")]
impl Camel {
    pub async fn Get(&self, Key: String) -> Result<String, Status> {
        Ok(Key)
    }
}

pub struct Calculator;

#[rpc_protocol]
impl Calculator {
    #[deprecated = "use `subtract`"]
    pub async fn add(&self, number: u32) -> Result<u32, Status> {
        Ok(number)
    }

    #[expect(non_snake_case, reason = "its old name")]
    pub async fn Subtract(&self, number: u32) -> Result<u32, Status> {
        Ok(number)
    }

    #[expect(unused_variables, reason = "nothing is counted")]
    #[inline]
    #[must_use]
    #[doc(hidden)]
    #[doc(alias = "enumerate")]
    pub async fn count(&self, #[allow(unused_mut)] mut end: u32) -> Result<Streaming<u32>, Status> {
        Ok(Streaming::empty())
    }
}

#[allow(deprecated)]
mod uses {
    use super::*;

    pub struct Handler;

    impl Old for Handler {
        async fn get(&self, key: String) -> Result<String, Status> {
            Ok(key)
        }

        async fn put(&self, _key: String) -> Result<(), Status> {
            Ok(())
        }
    }

    pub fn server() -> OldServer<Handler> {
        OldServer::new(Handler)
    }
}

fn main() {
    let _server = uses::server();
    assert_eq!(OldClient::SPEC.methods.len(), 3);
    assert_eq!(CalculatorClient::SPEC.method_type("Subtract"), Some("unary_unary"));
}

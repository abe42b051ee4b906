//! A contract may be made by a macro, with names, types and whole methods that are handed to it.

use rpcplugin::{Status, Streaming, rpc_protocol};

macro_rules! contract {
    ($name:ident, $service:literal, $method:ident: $request:ty => $response:ty) => {
        #[rpc_protocol(service = $service)]
        pub trait $name {
            #[rpc(timeout = "5s", max_len = 64 * 1024)]
            async fn $method(&self, context: rpcplugin::Context, request: $request) -> Result<$response, Status>;

            async fn ready(&self) -> Result<bool, Status> {
                Ok(true)
            }
        }
    };
}

contract!(Get, "example.Get", get: String => u32);
contract!(Watch, "example.Watch", watch: Streaming<u32> => Streaming<String>);

macro_rules! block {
    ($name:ident { $($body:tt)* }) => {
        pub struct $name;

        #[rpc_protocol]
        impl $name {
            $($body)*
        }
    };
}

block!(Counter {
    pub async fn add(&self, number: u32) -> Result<u32, Status> {
        Ok(number + 1)
    }
});

fn main() {
    assert_eq!(GetClient::SPEC.method_type("Get"), Some("unary_unary"));
    assert_eq!(WatchClient::SPEC.method_type("Watch"), Some("stream_stream"));
    assert_eq!(CounterClient::SPEC.methods.len(), 1);
}

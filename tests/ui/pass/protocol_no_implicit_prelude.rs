//! Nothing that is generated relies on a name of its surroundings.

#![no_implicit_prelude]
#![deny(warnings, missing_docs, missing_debug_implementations, unused_qualifications, elided_lifetimes_in_paths)]
#![allow(clippy::all)]

extern crate rpcplugin as renamed;

/// Names that generated code could stumble over.
#[allow(missing_docs, missing_debug_implementations, non_camel_case_types)]
pub mod contract {
    pub use ::renamed::{Status, Streaming, rpc_protocol};
    pub use ::std::result::Result;

    pub struct Send;
    pub struct Future;
    pub struct Arc;
    pub struct Ok;
    pub struct core;
    pub struct std;
    pub struct Service;
    pub struct Channel;

    /// A contract that finds the runtime under another name.
    #[rpc_protocol(service = "example.Plain", crate = ::renamed)]
    pub trait Plain {
        /// One.
        async fn get(&self, request: u32) -> Result<u32, Status>;

        /// Many, by a name that is a keyword.
        async fn r#type(&self, requests: Streaming<u32>) -> Result<Streaming<u32>, Status>;

        /// None.
        async fn clear(&self) -> Result<(), Status> {
            Result::Ok(())
        }
    }

    /// Contract and handler in one.
    #[derive(::std::fmt::Debug)]
    pub struct Fixed;

    /// The calls.
    #[rpc_protocol(crate = ::renamed)]
    impl Fixed {
        /// One.
        pub async fn get(&self, request: u32) -> Result<u32, Status> {
            Result::Ok(request)
        }
    }

    /// A crate that hands the runtime on may hide it from the one that uses it.
    macro_rules! hidden_runtime {
        ($name:ident) => {
            /// Made by a macro.
            #[rpc_protocol(crate = $crate::renamed)]
            pub trait $name {
                /// None.
                async fn clear(&self) -> Result<(), Status>;
            }
        };
    }

    hidden_runtime!(Hidden);
}

fn main() {
    let spec = contract::PlainClient::SPEC;
    ::std::assert_eq!(spec.methods[1].path, "/example.Plain/Type");
    ::std::assert_eq!(contract::HiddenClient::SPEC.name, "Hidden");
}

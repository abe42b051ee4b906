//! Contracts that began with a `.proto`, as `rpcplugin-build` makes them.
#![allow(
    missing_docs,
    missing_debug_implementations,
    reason = "what has no comment in the file has none here"
)]

/// The contract of the interop tests.
pub mod kvtest {
    include!(concat!(env!("OUT_DIR"), "/kvtest.rs"));
}

pub mod every {
    pub mod v1 {
        include!(concat!(env!("OUT_DIR"), "/every.v1.rs"));
    }
}

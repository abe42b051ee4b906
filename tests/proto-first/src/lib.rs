//! Contracts that began with a `.proto`, as `rpcplugin-build` makes them, and what tonic's generator makes of one.
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

/// The same, by tonic's generator.
#[allow(warnings, reason = "another generator has other habits")]
pub mod of_tonic {
    include!(concat!(env!("OUT_DIR"), "/tonic/kvtest.rs"));
}

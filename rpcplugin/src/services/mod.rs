//! What every plugin offers unasked.
//!
//! Each file holds both ends of one service: the contract, whose client the host uses, and the plugin's handler.
//! The messages under `generated/` come from the texts in `proto/`; a test makes them anew and compares.

#[cfg(feature = "broker")]
pub(crate) mod broker;
pub(crate) mod controller;
pub(crate) mod health;
pub(crate) mod reflection;
pub(crate) mod stdio;
pub(crate) mod versions;

/// The messages of `proto/plugin.proto`.
#[cfg_attr(not(feature = "broker"), allow(dead_code, reason = "some of them are the broker's"))]
#[allow(missing_docs, unreachable_pub, clippy::all, reason = "written by prost's generator")]
pub(crate) mod plugin {
    include!("generated/plugin.rs");
}

/// The messages of `proto/health.proto`.
#[allow(
    missing_docs,
    unreachable_pub,
    clippy::all,
    clippy::use_self,
    reason = "written by prost's generator"
)]
pub(crate) mod grpc_health {
    include!("generated/grpc.health.v1.rs");
}

/// The messages of `proto/reflection.proto`.
#[allow(missing_docs, unreachable_pub, clippy::all, reason = "written by prost's generator")]
pub(crate) mod grpc_reflection {
    include!("generated/grpc.reflection.v1.rs");
}

/// The messages of `proto/versions.proto`.
#[allow(missing_docs, unreachable_pub, clippy::all, reason = "written by prost's generator")]
pub(crate) mod rpcplugin {
    include!("generated/rpcplugin.rs");
}

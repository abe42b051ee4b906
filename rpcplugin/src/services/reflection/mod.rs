//! Hosts and tools ask which services, methods and messages the plugin has.
//!
//! Here are the two names under which they ask: the same questions and answers, in the same bytes. `index` is what a plugin
//! knows of itself, `answers` what it says of that.

use crate::contract::Status;
use crate::limits::REFLECTION_MESSAGE_BYTES_MAX;
use crate::rpc::Streaming;
use crate::services::grpc_reflection::{ServerReflectionRequest, ServerReflectionResponse};

#[cfg(feature = "server")]
mod answers;
#[cfg(feature = "server")]
mod index;

#[cfg(feature = "server")]
pub(crate) use answers::with_reflection;

/// Describes the services of the plugin.
#[rpcplugin::rpc_protocol(service = "grpc.reflection.v1.ServerReflection")]
#[allow(dead_code, reason = "a host uses the client, a plugin the server")]
pub(crate) trait Reflection {
    /// Answers each question.
    #[rpc(max_len = REFLECTION_MESSAGE_BYTES_MAX)]
    async fn server_reflection_info(
        &self,
        requests: Streaming<ServerReflectionRequest>,
    ) -> Result<Streaming<ServerReflectionResponse>, Status>;
}

/// Describes the services of the plugin, under the name that reflection had before 2023.
#[rpcplugin::rpc_protocol(service = "grpc.reflection.v1alpha.ServerReflection")]
#[allow(dead_code, reason = "a host uses the client, a plugin the server")]
pub(crate) trait ReflectionAlpha {
    /// Answers each question.
    #[rpc(max_len = REFLECTION_MESSAGE_BYTES_MAX)]
    async fn server_reflection_info(
        &self,
        requests: Streaming<ServerReflectionRequest>,
    ) -> Result<Streaming<ServerReflectionResponse>, Status>;
}

#[cfg(all(test, feature = "server"))]
mod tests;

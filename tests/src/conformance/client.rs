//! The client of the test service: runs a case by its name.

use std::fmt;
use std::time::Duration;

use rpcplugin::{Channel, MetadataError, PluginClientBuilder, StartError, Status};

use super::{
    Iterations, MissingMethodClient, MissingServiceClient, ObserverClient, TestServiceClient, cases, soaks,
};

/// A case that is not over by then hangs. The soaks take as long as they were asked to, and so have no bound.
const CASE_TIMEOUT: Duration = Duration::from_secs(60);

/// Why a case does not hold.
#[derive(Debug)]
pub struct Fault(String);

impl Fault {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<MetadataError> for Fault {
    fn from(error: MetadataError) -> Self {
        Self(error.to_string())
    }
}

impl From<Status> for Fault {
    fn from(status: Status) -> Self {
        Self(format!("a call failed: {status}"))
    }
}

impl From<StartError> for Fault {
    fn from(error: StartError) -> Self {
        Self(format!("the server did not start: {error}"))
    }
}

/// A server that is judged, and the ways to it.
pub struct Peer {
    pub(super) channel: Channel,
    pub(super) test: TestServiceClient,
    pub(super) observer: ObserverClient,
    pub(super) missing_method: MissingMethodClient,
    pub(super) missing_service: MissingServiceClient,
    /// Starts another one like it.
    pub(super) another: Box<dyn Fn() -> PluginClientBuilder + Send + Sync>,
    pub(super) iterations: Iterations,
}

impl Peer {
    /// A server behind a channel; `another` says how to start one more.
    #[must_use]
    pub fn new(
        channel: Channel,
        another: impl Fn() -> PluginClientBuilder + Send + Sync + 'static,
        iterations: Iterations,
    ) -> Self {
        Self {
            test: TestServiceClient::new(channel.clone()),
            observer: ObserverClient::new(channel.clone()),
            missing_method: MissingMethodClient::new(channel.clone()),
            missing_service: MissingServiceClient::new(channel.clone()),
            channel,
            another: Box::new(another),
            iterations,
        }
    }
}

impl fmt::Debug for Peer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Peer").field("iterations", &self.iterations).finish_non_exhaustive()
    }
}

/// Runs the case with this name.
///
/// # Errors
///
/// What does not hold.
pub async fn run(case: &str, peer: &Peer) -> Result<(), Fault> {
    let outcome = async {
        match case {
            "rpc_soak" => soaks::rpc_soak(peer).await,
            "channel_soak" => soaks::channel_soak(peer).await,
            "long_lived_channel" => soaks::long_lived_channel(peer).await,
            _ => tokio::time::timeout(CASE_TIMEOUT, short(case, peer))
                .await
                .unwrap_or_else(|_| Err(Fault::new(format!("not over after {CASE_TIMEOUT:?}")))),
        }
    };
    Box::pin(outcome).await
}

async fn short(case: &str, peer: &Peer) -> Result<(), Fault> {
    match case {
        "empty_unary" => cases::empty_unary(peer).await,
        "large_unary" => cases::large_unary(&peer.test).await,
        "client_streaming" => cases::client_streaming(peer).await,
        "server_streaming" => cases::server_streaming(peer).await,
        "ping_pong" => cases::ping_pong(peer).await,
        "empty_stream" => cases::empty_stream(peer).await,
        "status_code_and_message" => cases::status_code_and_message(peer).await,
        "special_status_message" => cases::special_status_message(peer).await,
        "unimplemented_method" => cases::unimplemented_method(peer).await,
        "unimplemented_service" => cases::unimplemented_service(peer).await,
        "custom_metadata" => cases::custom_metadata(peer).await,
        "timeout_on_sleeping_server" => cases::timeout_on_sleeping_server(peer).await,
        "cancel_after_begin" => cases::cancel_after_begin(peer).await,
        "cancel_after_first_response" => cases::cancel_after_first_response(peer).await,
        _ => Err(Fault::new("there is no such case")),
    }
}

//! Peers that speak HTTP/2 or gRPC badly, or well in ways that are rare. Nothing of it may break more than its own call.
//!
//! `negative` has gRPC's own cases of this kind, with their names; `resets`, `answers`, `streams` and `broken_plugins` go further against our
//! client,
//! `requests` and `raw_requests` against our server.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what fails here is what the test is about"
)]

mod frames;

mod server;

mod negative;

mod resets;

mod answers;

mod streams;

mod broken_plugins;

mod requests;

mod raw_requests;

use std::future::Future;
use std::time::Duration;

use rpcplugin::{Code, PluginClient, Status};
use rpcplugin_tests::conformance::{SimpleRequest, SimpleResponse, TestService, TestServiceClient};

use self::server::RESPONSE_BYTES;

/// Runs a client opposite a server that goes on for as long as the client needs it.
async fn opposite<T>(client: impl Future<Output = T>, server: impl Future<Output = ()>) -> T {
    let server = async {
        server.await;
        std::future::pending::<()>().await;
    };
    let both = async {
        tokio::select! {
            outcome = client => outcome,
            () = server => unreachable!("it waits for ever"),
        }
    };
    // A bound against hanging on a slow machine, not a measurement.
    tokio::time::timeout(Duration::from_secs(60), both).await.expect("the client is not kept waiting")
}

async fn large_call(plugin: &PluginClient) -> Result<SimpleResponse, Status> {
    TestServiceClient::new(plugin.channel()).unary_call(SimpleRequest::large()).await
}

async fn good_call(plugin: &PluginClient) {
    let response = large_call(plugin).await.unwrap();
    assert_eq!(response.payload.unwrap().body.len(), RESPONSE_BYTES);
}

/// A call that fails, and what it leaves: a connection that goes on.
async fn bad_call(plugin: &PluginClient, what: &str) -> Status {
    let status = large_call(plugin).await.expect_err(what);
    assert_ne!(status.code(), Code::Ok, "{what}: {status}");
    good_call(plugin).await;
    status
}

//! Against pyvider-rpcplugin, in both roles, in a virtual environment of the test's own.

use std::path::Path;
use std::time::Duration;

use rpcplugin::{CallOptions, Code, KeepAlive, PluginClient, PluginClientBuilder, Security, Status};
use rpcplugin_tests::conformance::{
    Empty, ResponseParameters, StreamingOutputCallRequest, TestService, TestServiceClient,
};

use crate::interop::{Peer, host_plugin, idle_host, run_host, run_host_of_ours};
use crate::python::{Python, python};
use crate::supervision::a_foreign_plugin_is_supervised;
use crate::support::kv_plugin;
use crate::wires::{named, speaks_grpc_and_is_refused_without};

/// The steps of the Python host that must have been checked, whatever the options.
const STEPS: [&str; 13] = [
    "start",
    "put",
    "put-again",
    "put-second",
    "get",
    "get-missing",
    "list",
    "put-all",
    "watch",
    "watch-missing",
    "large-value",
    "emit",
    "close",
];

async fn a_python_host_with_our_plugin(mutual_tls: bool, tcp: bool) {
    let Some(python) = python() else { return };
    let mut command = python.command("kv_host.py");
    command.env("PLUGIN_AUTO_MTLS", mutual_tls.to_string()).arg(kv_plugin()).args(tcp.then_some("--tcp"));
    run_host(command, &STEPS).await;
}

#[tokio::test]
async fn a_python_host_with_our_plugin_in_plaintext_over_unix() {
    a_python_host_with_our_plugin(false, false).await;
}

#[tokio::test]
async fn a_python_host_with_our_plugin_with_mutual_tls_over_unix() {
    a_python_host_with_our_plugin(true, false).await;
}

#[tokio::test]
async fn a_python_host_with_our_plugin_in_plaintext_over_tcp() {
    a_python_host_with_our_plugin(false, true).await;
}

#[tokio::test]
async fn a_python_host_with_our_plugin_with_mutual_tls_over_tcp() {
    a_python_host_with_our_plugin(true, true).await;
}

/// Options for the Python plugin.
fn python_plugin(python: &Python) -> PluginClientBuilder {
    let modules: &Path = &python.modules;
    PluginClient::builder(&python.interpreter, rpcplugin_tests::cookie())
        .env("PYTHONPATH", modules)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .arg(python.program("kv_plugin.py"))
}

async fn our_host_with_a_python_plugin(security: Security, tcp: bool, mark: &str) {
    let Some(python) = python() else { return };
    let builder = python_plugin(&python).args(tcp.then_some("--tcp"));
    // Its logger writes a format of its own, and its stdio stream stays empty: everything is on the pipes.
    let peer = Peer { log_level: "DEBUG", stderr_is_streamed: false };
    host_plugin(builder, security, &peer, mark).await;
}

#[tokio::test]
async fn our_host_with_a_python_plugin_in_plaintext_over_unix() {
    our_host_with_a_python_plugin(Security::Plaintext, false, "of python in plaintext over unix").await;
}

#[tokio::test]
async fn our_host_with_a_python_plugin_with_tls_over_unix() {
    our_host_with_a_python_plugin(Security::AutoMtls, false, "of python with tls over unix").await;
}

#[tokio::test]
async fn our_host_with_a_python_plugin_in_plaintext_over_tcp() {
    our_host_with_a_python_plugin(Security::Plaintext, true, "of python in plaintext over tcp").await;
}

#[tokio::test]
async fn our_host_with_a_python_plugin_with_tls_over_tcp() {
    our_host_with_a_python_plugin(Security::AutoMtls, true, "of python with tls over tcp").await;
}

#[tokio::test]
async fn a_python_plugin_is_kept_by_an_idle_host() {
    let Some(python) = python() else { return };
    idle_host(python_plugin(&python)).await;
}

#[tokio::test]
async fn a_python_plugin_is_supervised() {
    let Some(python) = python() else { return };
    a_foreign_plugin_is_supervised(move || python_plugin(&python), false).await;
}

/// A call that holds a thread of the plugin for this long, and is answered then.
async fn busy(service: &TestServiceClient, work: Duration) -> Result<(), Status> {
    let interval_us = i32::try_from(work.as_micros()).unwrap();
    let response_parameters = vec![ResponseParameters { size: 1, interval_us, compressed: None }];
    let request = StreamingOutputCallRequest { response_parameters, ..Default::default() };
    let mut responses = service.streaming_output_call(request).await?;
    while responses.message().await?.is_some() {}
    Ok(())
}

/// Its health waits behind the work, and so does everything else that it could say.
#[tokio::test]
async fn a_python_plugin_whose_only_worker_is_busy_is_kept_by_a_host() {
    let Some(python) = python() else { return };
    for tcp in [false, true] {
        let moment = Duration::from_millis(50);
        let plugin = PluginClient::builder(&python.interpreter, rpcplugin_tests::cookie())
            .env("PYTHONPATH", &python.modules)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .arg(python.program("conformance_server.py"))
            .args(["--threads", "1"])
            .args(tcp.then_some("--tcp"))
            .security(Security::Plaintext)
            .keep_alive(Some(KeepAlive::new(moment, 2 * moment)))
            .start()
            .await
            .unwrap();
        let service = TestServiceClient::new(plugin.channel());
        busy(&service, 40 * moment).await.unwrap();
        // A call that is given up leaves its handler at work; the next call waits for it.
        let hurried = service.with(CallOptions::new().timeout(10 * moment));
        assert_eq!(busy(&hurried, 40 * moment).await.unwrap_err().code(), Code::DeadlineExceeded);
        tokio::time::sleep(20 * moment).await;
        service.empty_call(Empty {}).await.unwrap();
        let stopped = plugin.stop().await;
        assert!(stopped.is_graceful(), "{stopped:?}");
    }
}

#[tokio::test]
async fn a_python_plugin_speaks_grpc_with_a_host_that_leaves_the_choice_open() {
    let Some(python) = python() else { return };
    let name = "python_under_auto";
    let program = python.program("kv_plugin.py");
    let command = format!(
        "env PYTHONPATH={} PYTHONDONTWRITEBYTECODE=1 {} {}",
        python.modules.display(),
        python.interpreter.display(),
        program.display()
    );
    let (_directory, builder) = named(name, &command);
    speaks_grpc_and_is_refused_without(builder, name).await;
}

#[tokio::test]
async fn a_python_host_that_was_started_by_a_host_of_ours_speaks_grpc_with_our_plugin() {
    let Some(python) = python() else { return };
    for mutual_tls in [false, true] {
        let mut command = python.command("kv_host.py");
        command.env("PLUGIN_AUTO_MTLS", mutual_tls.to_string()).arg(kv_plugin());
        run_host_of_ours(command, &STEPS).await;
    }
}

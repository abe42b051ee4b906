//! Against a binary wire in Python that was written from the page, not from the code: the vectors, and conversations in both
//! roles.

mod faults;
mod our_host;

use std::path::Path;

use rpcplugin::compression::{Compression, Encoding};
use rpcplugin::{PluginClient, PluginClientBuilder, Security, Wire};
use tokio::process::Command;

use crate::interop::run_host;
use crate::python::{Python, python};

/// The four ways to a plugin: with TLS or without, over TCP or a unix socket.
const WAYS: [(bool, bool); 4] = [(false, false), (false, true), (true, false), (true, true)];

/// What the Python host must have checked, in whatever plugin.
const STEPS: [&str; 21] = [
    "table",
    "health",
    "unary_unary",
    "unary_stream",
    "stream_unary",
    "stream_stream",
    "empty_messages",
    "several_messages",
    "many_calls",
    "large_message_beside_small_calls",
    "metadata",
    "status_with_details",
    "status_of_a_stream",
    "cancellation",
    "deadline",
    "layout",
    "ping",
    "second_connection",
    "violations",
    "shutdown",
    "exit",
];

#[tokio::test]
async fn the_wire_in_python_agrees_with_the_vectors() {
    let Some(python) = python() else { return };
    let output = python.command("test_binary_wire.py").output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The Python host, and behind it what it starts.
fn host(python: &Python, mutual_tls: bool, plugin: &Path) -> Command {
    let mut command = python.command("binary_host.py");
    command.args(mutual_tls.then_some("--tls")).arg(plugin);
    command
}

/// A fault that both programs share is not the crate's.
#[tokio::test]
async fn the_programs_in_python_hold_opposite_each_other() {
    let Some(python) = python() else { return };
    for (mutual_tls, tcp) in WAYS {
        let mut command = host(&python, mutual_tls, &python.interpreter);
        command.arg(python.program("binary_plugin.py")).arg("--twin").args(tcp.then_some("--tcp"));
        run_host(command, &STEPS).await;
    }
}

#[tokio::test]
async fn a_python_host_with_our_plugin() {
    let Some(python) = python() else { return };
    for (mutual_tls, tcp) in WAYS {
        let mut command = host(&python, mutual_tls, Path::new(env!("CARGO_BIN_EXE_probe_plugin")));
        command.args(tcp.then_some("--tcp"));
        run_host(command, &STEPS).await;
    }
}

fn python_plugin(python: &Python) -> PluginClientBuilder {
    python_plugin_named(python, "binary_plugin.py")
}

fn python_plugin_named(python: &Python, name: &str) -> PluginClientBuilder {
    PluginClient::builder(&python.interpreter, rpcplugin_tests::cookie())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONUTF8", "1")
        .arg(python.program(name))
}

#[tokio::test]
async fn our_host_with_a_python_plugin() {
    let Some(python) = python() else { return };
    for (mutual_tls, tcp) in WAYS {
        let security = if mutual_tls { Security::AutoMtls } else { Security::Plaintext };
        let builder = python_plugin(&python).args(tcp.then_some("--tcp")).security(security);
        let plugin = builder.wire(Wire::Binary).start().await.unwrap();
        assert_eq!(plugin.wire(), Wire::Binary);
        our_host::converse(&plugin.channel()).await;
        let stopped = plugin.stop().await;
        assert!(stopped.is_graceful(), "{stopped:?}");
    }
}

/// It was written before messages could be compressed, and skips what the host says of that.
#[tokio::test]
async fn a_python_plugin_that_reads_nothing_compressed_is_sent_nothing_compressed() {
    let Some(python) = python() else { return };
    let zstd = Compression::new().accept(Encoding::Zstd).send(Encoding::Zstd).message_bytes_min(1);
    let plugin = python_plugin(&python).wire(Wire::Binary).compression(zstd).start().await.unwrap();
    our_host::converse(&plugin.channel()).await;
    assert!(plugin.stop().await.is_graceful());
}

#[tokio::test]
async fn our_host_finds_out_that_a_plugin_speaks_the_binary_wire() {
    let Some(python) = python() else { return };
    for security in [Security::AutoMtls, Security::Plaintext] {
        let plugin = python_plugin(&python).security(security).wire(Wire::Auto).start().await.unwrap();
        assert_eq!(plugin.wire(), Wire::Binary);
        assert!(plugin.stop().await.is_graceful());
    }
}

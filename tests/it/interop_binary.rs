//! Against a binary wire in Python that was written from the page, not from the code: the vectors, and conversations in both
//! roles.

use std::path::Path;

use tokio::process::Command;

use crate::interop::run_host;
use crate::python::{Python, python};

/// What the Python host must have checked, in whatever plugin.
const STEPS: [&str; 20] = [
    "table",
    "health",
    "unary_unary",
    "unary_stream",
    "stream_unary",
    "stream_stream",
    "empty_messages",
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
    for (mutual_tls, tcp) in [(false, false), (false, true), (true, false), (true, true)] {
        let mut command = host(&python, mutual_tls, &python.interpreter);
        command.arg(python.program("binary_plugin.py")).arg("--twin").args(tcp.then_some("--tcp"));
        run_host(command, &STEPS).await;
    }
}

//! What the tests against peers in other languages share.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use rpcplugin::{KeepAlive, PluginClientBuilder, Security, Wire};
use rpcplugin_tests::conversation::{converse, eventually};
use rpcplugin_tests::kv::{EmitRequest, Kv, KvClient};
use tokio::io::AsyncReadExt;

use crate::root;
use crate::support::{listen, log};

/// A host of another language that is not done by then hangs.
const HOST_TIMEOUT: Duration = Duration::from_secs(120);

/// The directory of the peers' sources.
pub(crate) fn sources() -> PathBuf {
    root().join("tests/interop")
}

/// A directory for what is built from them, kept between runs.
pub(crate) fn built(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("interop").join(name);
    std::fs::create_dir_all(&directory).unwrap();
    directory
}

/// Runs a step of a peer's build; its output is the panic's text when it fails.
pub(crate) fn build(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?} failed:\n{}", said(&output));
}

/// Whether a tool answers.
pub(crate) fn answers(tool: &str, argument: &str) -> bool {
    Command::new(tool).arg(argument).output().is_ok_and(|output| output.status.success())
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Runs a host of another language as `run_host` does, with a variable that a host of ours left in its environment.
pub(crate) async fn run_host_of_ours(mut command: tokio::process::Command, steps: &[&str]) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("wires");
    command.env("RPCPLUGIN_WIRES", &file);
    run_host(command, steps).await;
    // The variable has reached our plugin, and nobody else has looked at what it wrote.
    let said = std::fs::read_to_string(&file).unwrap();
    assert!(said.starts_with("binary/1|unix|/"), "{said}");
}

/// Runs a host of another language to its end. Its exit status is its verdict, its steps are what it checked.
pub(crate) async fn run_host(mut command: tokio::process::Command, steps: &[&str]) {
    command.kill_on_drop(true);
    let output =
        tokio::time::timeout(HOST_TIMEOUT, command.output()).await.expect("the host ends in time").unwrap();
    let text = said(&output);
    assert!(output.status.success(), "{command:?} says:\n{text}");
    for step in steps {
        // Behind the step may stand what it found.
        let holds = |line: &str| {
            line.strip_prefix("ok ")
                .and_then(|line| line.strip_prefix(step))
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        assert!(text.lines().any(holds), "{command:?} did not check `{step}`:\n{text}");
    }
}

/// What a plugin does with its output.
pub(crate) struct Peer {
    /// The level at which the plugin's log line arrives.
    pub(crate) log_level: &'static str,
    /// Whether standard error comes over the stdio stream; otherwise it is in the log.
    pub(crate) stderr_is_streamed: bool,
}

/// Our host with a plugin of another language: all calls, all outputs, a graceful end.
pub(crate) async fn host_plugin(builder: PluginClientBuilder, security: Security, peer: &Peer, mark: &str) {
    listen();
    let (stdout, mut from_stdout) = tokio::io::duplex(4096);
    let (stderr, mut from_stderr) = tokio::io::duplex(4096);
    let plugin = builder.security(security).stdout(stdout).stderr(stderr).start().await.unwrap();
    assert_eq!(plugin.is_mutual_tls(), security == Security::AutoMtls);
    // The host has left the choice open.
    assert_eq!(plugin.wire(), Wire::Grpc);
    let store = KvClient::new(plugin.channel());
    converse(&store).await.unwrap();

    let request = EmitRequest {
        log: format!("log {mark}"),
        standard_output: format!("stdout {mark}\n"),
        standard_error: format!("stderr {mark}\n"),
    };
    store.emit(request).await.unwrap();
    expect(&mut from_stdout, &format!("stdout {mark}\n")).await;
    if peer.stderr_is_streamed {
        expect(&mut from_stderr, &format!("stderr {mark}\n")).await;
    } else {
        logged("DEBUG", &format!("stderr {mark}")).await;
    }
    logged(peer.log_level, &format!("log {mark}")).await;
    let stopped = plugin.stop().await;
    assert!(stopped.is_graceful(), "{stopped:?}");
}

/// A host of ours that does nothing for a while asks the plugin for signs of life, and keeps its connection.
pub(crate) async fn idle_host(builder: PluginClientBuilder) {
    // Servers in Go and C close a connection on which the third ping comes: here are some fifty questions. A plugin that
    // did not answer them would be given up in half of the time.
    let (interval, silence) = (Duration::from_millis(100), Duration::from_secs(3));
    let keep_alive = KeepAlive::new(interval, silence).with_patience(silence);
    let plugin = builder.keep_alive(Some(keep_alive)).start().await.unwrap();
    tokio::time::sleep(2 * silence).await;
    converse(&KvClient::new(plugin.channel())).await.unwrap();
    let stopped = plugin.stop().await;
    assert!(stopped.is_graceful(), "{stopped:?}");
}

/// Reads what a plugin's output must be.
pub(crate) async fn expect(from: &mut tokio::io::DuplexStream, expected: &str) {
    let mut bytes = vec![0; expected.len()];
    let all = from.read_exact(&mut bytes);
    tokio::time::timeout(Duration::from_secs(10), all).await.expect("the output arrives").unwrap();
    assert_eq!(String::from_utf8_lossy(&bytes), expected);
}

/// Waits until a line with this level and text is in the log.
async fn logged(level: &str, text: &str) {
    eventually(text, || log().lines().any(|line| line.contains(level) && line.contains(text))).await;
}

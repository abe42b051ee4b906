//! What a plugin prints: all of it arrives, and none of it gets in the way of the handshake.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use rpcplugin::ExitReason;
use rpcplugin_tests::conversation::eventually;
use rpcplugin_tests::kv::{EMIT_DELAY, EmitRequest, Kv, KvClient, NOISE};
use tokio::io::{AsyncReadExt, DuplexStream};

use crate::outlive::Lifeline;
use crate::support::{builder, kv_plugin, listen, log, script};

/// A request to print.
fn print(text: impl Into<String>) -> EmitRequest {
    EmitRequest { log: String::new(), standard_output: text.into(), standard_error: String::new() }
}

/// So much output as is expected, as text.
async fn read(from: &mut DuplexStream, length: usize) -> String {
    let mut bytes = vec![0; length];
    let all = from.read_exact(&mut bytes);
    tokio::time::timeout(Duration::from_secs(20), all).await.expect("output in time").unwrap();
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn many_lines_arrive_complete_and_in_order() {
    let (stdout, mut from_stdout) = tokio::io::duplex(1024);
    let plugin = builder().stdout(stdout).start().await.unwrap();
    let lines: String = (0..20_000).map(|number| format!("line {number}\n")).collect();
    KvClient::new(plugin.channel()).emit(print(lines.as_str())).await.unwrap();
    assert!(read(&mut from_stdout, lines.len()).await == lines, "the lines differ");
    assert!(plugin.stop().await.is_graceful());
}

#[test]
fn what_a_plugin_prints_before_it_serves_does_not_break_its_line() {
    let directory = tempfile::tempdir().unwrap();
    let lifeline = Lifeline::new();
    let mut plugin = Command::new(kv_plugin())
        .envs([lifeline.variable()])
        .env("TMPDIR", directory.path())
        .env("KV_INTEROP_COOKIE", "c0ffee5eed")
        // A version that is none is worth a warning, and the plugin's log is on standard output.
        .env("PLUGIN_PROTOCOL_VERSIONS", "1,none")
        .env(NOISE, "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(plugin.stdout.take().unwrap()).read_line(&mut line).unwrap();
    plugin.kill().unwrap();
    plugin.wait().unwrap();
    assert!(line.starts_with("1|1|unix|"), "{line}");
}

#[tokio::test]
async fn what_a_plugin_prints_before_it_serves_arrives_with_its_output() {
    let (stdout, mut from_stdout) = tokio::io::duplex(1024);
    let plugin = builder().env(NOISE, "1").stdout(stdout).start().await.unwrap();
    KvClient::new(plugin.channel()).emit(print("and its end\n")).await.unwrap();
    let expected = "half a lineand its end\n";
    assert_eq!(read(&mut from_stdout, expected.len()).await, expected);
    plugin.stop().await;
}

#[tokio::test]
async fn what_a_call_prints_after_the_plugin_was_asked_to_end_arrives() {
    let (stdout, mut from_stdout) = tokio::io::duplex(1024);
    let (stderr, mut from_stderr) = tokio::io::duplex(1024);
    let builder = builder().env(EMIT_DELAY, "500").stdout(stdout).stderr(stderr);
    let plugin = builder.start().await.unwrap();
    let store = KvClient::new(plugin.channel());
    let request = EmitRequest { standard_error: "and written\n".to_owned(), ..print("printed at the end\n") };
    let call = tokio::spawn(async move { store.emit(request).await });
    // The call must have begun; half of its delay is time enough.
    tokio::time::sleep(Duration::from_millis(250)).await;
    let id = plugin.id().unwrap().to_string();
    Command::new("kill").args(["-TERM", &id]).status().unwrap();
    assert_eq!(read(&mut from_stdout, 19).await, "printed at the end\n");
    // This has no other way than the stream.
    assert_eq!(read(&mut from_stderr, 12).await, "and written\n");
    call.await.unwrap().unwrap();
    eventually("the end of the plugin", || plugin.exited().is_some()).await;
    assert!(plugin.exited().is_some_and(|exit| exit.reason() == ExitReason::Code(0)));
}

#[tokio::test]
async fn a_last_line_without_an_end_reaches_the_log() {
    listen();
    let plugin = builder().start().await.unwrap();
    KvClient::new(plugin.channel()).emit(print("the stream ends within this line")).await.unwrap();
    plugin.stop().await;
    assert!(log().contains("the stream ends within this line"));

    // The same on the pipe, which is read beside the stream.
    let text = format!("{}; printf 'the pipe ends within this line'", kv_plugin().display());
    let plugin = script(&text).start().await.unwrap();
    plugin.stop().await;
    assert!(log().contains("the pipe ends within this line"));
}

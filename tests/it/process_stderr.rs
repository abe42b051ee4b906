//! The copy of what a plugin's process writes to its standard error: all of it, byte for byte, and in nobody's way.

use std::io;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use rpcplugin::{PluginClient, StartError};
use rpcplugin_tests::conversation::{converse, eventually};
use rpcplugin_tests::kv::{EmitRequest, Kv, KvClient};
use tokio::io::{AsyncReadExt, AsyncWrite, DuplexStream};

use crate::interop_go::programs;
use crate::support::{kv_plugin, listen, log, script};

/// More than all that waits for a writer.
const ROOM: usize = 4 * 1024 * 1024;

/// What comes until the writer is closed.
async fn all(mut from: DuplexStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(20), from.read_to_end(&mut bytes)).await;
    read.expect("the writer is closed").unwrap();
    bytes
}

/// Our plugin behind a shell that does something first.
fn behind(text: &str) -> String {
    format!("{text}; exec '{}'", kv_plugin().display())
}

/// Has the plugin log a line, which it does on the standard error of its process.
async fn say(plugin: &PluginClient, line: &str) {
    let request =
        EmitRequest { log: line.to_owned(), standard_output: String::new(), standard_error: String::new() };
    KvClient::new(plugin.channel()).emit(request).await.unwrap();
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn the_copy_has_every_byte_from_before_the_handshake_and_behind_it() {
    listen();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("bytes");
    // No text, no lines, and less than waits for a writer at once.
    let bytes: Vec<u8> =
        (0..500_000_u32).map(|number| number.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    std::fs::write(&file, &bytes).unwrap();
    let (copy, from_copy) = tokio::io::duplex(ROOM);
    let text = behind(&format!("cat '{}' >&2; echo >&2", file.display()));
    let plugin = script(&text).process_stderr(copy).start().await.unwrap();
    say(&plugin, "copied behind the handshake").await;
    assert!(plugin.stop().await.is_graceful());
    let found = all(from_copy).await;
    assert!(found.starts_with(&bytes), "{} of {} bytes came, or others", found.len(), bytes.len());
    // As the plugin wrote it, and not as the log shows it.
    let record = String::from_utf8_lossy(found.get(bytes.len()..).unwrap()).into_owned();
    assert!(record.contains(r#""@message":"copied behind the handshake""#), "{record}");
    // A copy takes nothing from the log.
    assert!(log().contains("copied behind the handshake"));
}

#[tokio::test]
async fn a_writer_that_takes_nothing_stops_neither_the_plugin_nor_the_log() {
    listen();
    let (copy, held) = tokio::io::duplex(1);
    // Far more than a pipe holds, and more than waits for a writer.
    let text = behind("head -c 3000000 /dev/zero | tr '\\0' x >&2; echo >&2; echo 'the flood is over' >&2");
    let plugin = script(&text).process_stderr(copy).start().await.unwrap();
    converse(&KvClient::new(plugin.channel())).await.unwrap();
    eventually("the log", || log().contains("the flood is over")).await;
    assert!(plugin.stop().await.is_graceful());
    drop(held);
    let said = log();
    assert!(said.lines().any(|line| line.contains("process stderr") && line.contains("too slow")), "{said}");
}

/// A writer that fails at once.
struct Full;

impl AsyncWrite for Full {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(Err(io::Error::other("the disk of the copies is full")))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn a_writer_that_fails_is_reported_once_and_stops_nobody() {
    listen();
    let text = behind("head -c 3000000 /dev/zero >&2; echo >&2");
    let plugin = script(&text).process_stderr(Full).start().await.unwrap();
    say(&plugin, "said behind a writer that failed").await;
    eventually("the log", || log().contains("said behind a writer that failed")).await;
    assert!(plugin.stop().await.is_graceful());
    assert_eq!(log().matches("the disk of the copies is full").count(), 1);
}

#[tokio::test]
async fn what_a_plugin_said_that_did_not_start_is_in_the_copy() {
    let (copy, from_copy) = tokio::io::duplex(ROOM);
    let error =
        script("printf 'its last \\377 words' >&2; exit 3").process_stderr(copy).start().await.unwrap_err();
    assert!(matches!(error, StartError::Exited { .. }), "{error}");
    assert_eq!(all(from_copy).await, b"its last \xff words");
    // One that goes on, and is killed.
    let (copy, from_copy) = tokio::io::duplex(ROOM);
    let text = "echo 'its words' >&2; echo '1|7|unix|/none|grpc'; exec sleep 1000";
    let error = script(text).process_stderr(copy).start().await.unwrap_err();
    assert!(matches!(error, StartError::Handshake { .. }), "{error}");
    assert_eq!(all(from_copy).await, b"its words\n");
}

#[tokio::test]
async fn a_start_that_fails_does_not_wait_for_a_writer_that_takes_nothing() {
    let (copy, held) = tokio::io::duplex(1);
    let start = Box::pin(script("echo 'its words' >&2; exit 3").process_stderr(copy).start());
    let ended = tokio::time::timeout(Duration::from_secs(20), start).await;
    ended.expect("it waits for the writer").unwrap_err();
    drop(held);
}

async fn a_go_plugin_is_copied(programs: &Path) {
    let (copy, from_copy) = tokio::io::duplex(ROOM);
    let plugin = PluginClient::builder(programs.join("kv-plugin"), rpcplugin_tests::cookie());
    let plugin = plugin.process_stderr(copy).start().await.unwrap();
    say(&plugin, "copied from Go").await;
    assert!(plugin.stop().await.is_graceful());
    let found = all(from_copy).await;
    // go-plugin's own line from before the handshake, and the record of the call.
    assert!(holds(&found, r#""@message":"plugin address""#), "{}", String::from_utf8_lossy(&found));
    assert!(holds(&found, r#""@message":"copied from Go""#), "{}", String::from_utf8_lossy(&found));
}

#[tokio::test]
async fn what_a_go_plugin_writes_is_in_the_copy() {
    let Some(programs) = programs() else { return };
    a_go_plugin_is_copied(&programs).await;
}

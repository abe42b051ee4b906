//! The plugin's door from outside: what a process does that has too many peers, or too few descriptors.

use std::process::Command;
use std::time::Duration;

use rpcplugin::{Address, Code, KeepAlive, PluginClient, Security};
use rpcplugin_tests::conversation::{converse, eventually};
use rpcplugin_tests::kv::{Key, Kv, KvClient, Prefix};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

use crate::support::{builder, kv_plugin, listen, log};

/// What a client of HTTP/2 says first: the preface and an empty SETTINGS frame.
const HTTP2_OPENING: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

/// File descriptors of a plugin that is short of them: it needs about twenty for itself.
const DESCRIPTORS: usize = 40;

/// No limit of time that a test is about: only against hanging.
async fn in_time<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), what).await.expect("it ends in time")
}

/// A plugin with few descriptors, whose log is kept under this name.
async fn poor_plugin(name: &str) -> PluginClient {
    listen();
    // A plugin is called by the name of its program.
    let directory = tempfile::tempdir().unwrap();
    let shell = directory.path().join(name);
    std::os::unix::fs::symlink("/bin/sh", &shell).unwrap();
    let text = format!("ulimit -n {DESCRIPTORS}; exec {}", kv_plugin().display());
    let builder = PluginClient::builder(shell, rpcplugin_tests::cookie()).arg("-c").arg(text);
    builder.security(Security::Plaintext).start().await.unwrap()
}

/// What the plugin with this name has logged with this text in it.
fn lines(name: &str, text: &str) -> Vec<String> {
    log().lines().filter(|line| line.contains(name) && line.contains(text)).map(str::to_owned).collect()
}

/// A peer that says this. The plugin's queue may be full: then it is tried again.
async fn peer(plugin: &PluginClient, words: &[u8]) -> UnixStream {
    let Address::Unix(path) = plugin.address() else { panic!("not unix") };
    let mut stream = loop {
        match UnixStream::connect(path).await {
            Ok(stream) => break stream,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            Err(error) => panic!("{error}"),
        }
    };
    stream.write_all(words).await.unwrap();
    stream
}

/// The type of the first frame that the plugin sends.
async fn first_frame(stream: &mut UnixStream) -> u8 {
    let mut head = [0; 9];
    stream.read_exact(&mut head).await.unwrap();
    head[3]
}

#[tokio::test]
async fn silent_peers_do_not_cost_the_last_descriptor() {
    let name = "silent_peers";
    let plugin = poor_plugin(name).await;
    let mut silent = Vec::new();
    in_time(async {
        for _ in 0..5 * DESCRIPTORS {
            silent.push(peer(&plugin, b"").await);
        }
        let mut good = peer(&plugin, HTTP2_OPENING).await;
        assert_eq!(first_frame(&mut good).await, 4, "SETTINGS is what a server says first");
        converse(&KvClient::new(plugin.channel())).await.unwrap();
    })
    .await;
    eventually("the reason in the log", || !lines(name, "to get a file descriptor back").is_empty()).await;
    drop(silent);
    assert!(plugin.stop().await.is_graceful());
}

#[tokio::test]
async fn a_plugin_without_descriptors_waits_for_them_and_does_not_spin() {
    let name = "without_descriptors";
    let plugin = poor_plugin(name).await;
    let store = KvClient::new(plugin.channel());
    // They speak, so none of them is closed to make room.
    let mut speaking = Vec::new();
    for _ in 0..DESCRIPTORS {
        speaking.push(peer(&plugin, HTTP2_OPENING).await);
    }
    eventually("a failed attempt", || !lines(name, "failed to accept").is_empty()).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    converse(&store).await.unwrap();
    let told = lines(name, "failed to accept");
    // Each line is a second at least; it says how many attempts it stands for. A listener that spins makes ten thousand.
    for line in &told {
        let left_out: String =
            line.split("left_out=").nth(1).unwrap().chars().take_while(char::is_ascii_digit).collect();
        assert!(left_out.parse::<u64>().unwrap() < 200, "{line}");
    }
    drop(speaking);
    let mut good = in_time(peer(&plugin, HTTP2_OPENING)).await;
    assert_eq!(in_time(first_frame(&mut good)).await, 4);
    assert!(plugin.stop().await.is_graceful());
}

#[tokio::test]
async fn calls_to_a_plugin_that_was_stopped_end_and_stopping_it_as_well() {
    // Far from the time that a plugin has which runs: that one would not end in time.
    let moment = Duration::from_millis(200);
    let builder = builder().keep_alive(Some(KeepAlive::new(moment, moment)));
    let plugin = builder.start().await.unwrap();
    let store = KvClient::new(plugin.channel());
    converse(&store).await.unwrap();
    // It is kept while it runs, in use or not.
    tokio::time::sleep(10 * moment).await;
    drop(store.list(Prefix { prefix: String::new() }).await.unwrap());
    signal("STOP", plugin.id().unwrap());
    let get = async || store.get(Key { key: "any".to_owned() }).await.unwrap_err();
    // Its threads take a moment to stop.
    let first = in_time(async {
        loop {
            let status = get().await;
            if status.code() != Code::NotFound {
                break status;
            }
        }
    });
    assert_eq!(first.await.code(), Code::Unavailable);
    assert_eq!(in_time(get()).await.code(), Code::Unavailable);
    assert!(in_time(plugin.stop()).await.killed);
}

#[tokio::test]
async fn a_plugin_whose_keep_alive_is_off_may_be_stopped_and_goes_on() {
    let plugin = builder().keep_alive(None).start().await.unwrap();
    let store = KvClient::new(plugin.channel());
    signal("STOP", plugin.id().unwrap());
    // Longer than a plugin is waited for by default.
    tokio::time::sleep(Duration::from_secs(12)).await;
    signal("CONT", plugin.id().unwrap());
    in_time(converse(&store)).await.unwrap();
    assert!(plugin.stop().await.is_graceful());
}

fn signal(name: &str, process: u32) {
    let status = Command::new("kill").args(["-s", name, &process.to_string()]).status().unwrap();
    assert!(status.success());
}

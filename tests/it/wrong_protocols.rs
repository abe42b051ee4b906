//! Who speaks something else: peers at a plugin's socket, and sockets that a plugin announces.

use std::time::Duration;

use rpcplugin::{Address, PluginClient, PluginClientBuilder, Security, StartError, Wire};
use rpcplugin_tests::conversation::{converse, eventually};
use rpcplugin_tests::kv::KvClient;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

use crate::support::{kv_plugin, listen, log, script};
use crate::wires::named;

/// The beginning of a ClientHello.
const HELLO: &[u8] = &[22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3];

/// No limit of time that a test is about: only against hanging.
async fn in_time<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), what).await.expect("it ends in time")
}

/// What the plugin answers to a peer that says this, up to the end of the connection.
async fn answer(plugin: &PluginClient, words: &[u8]) -> String {
    let Address::Unix(path) = plugin.address() else { panic!("not unix") };
    let mut peer = UnixStream::connect(path).await.unwrap();
    peer.write_all(words).await.unwrap();
    let mut answer = Vec::new();
    // A connection that is closed while bytes of ours wait there is reset.
    drop(in_time(peer.read_to_end(&mut answer)).await);
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_peer_that_speaks_something_else_is_named_in_the_log_and_harms_nobody() {
    listen();
    for (number, (words, named_as)) in [
        (HELLO, "the peer speaks TLS"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "the peer speaks SSH"),
        (b"EHLO localhost\r\n", "the peer speaks text that is no wire's"),
        (b"\x89rpcb\n\x1a", "first bytes that were changed on their way"),
        (b"GET / HTTP/1.1\r\nhost: plugin\r\n\r\n", "the peer speaks HTTP/1"),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("wrong_protocol_{number}");
        let (_directory, builder) = named(&name, &kv_plugin().display().to_string());
        let plugin = builder().security(Security::Plaintext).start().await.unwrap();
        let answer = answer(&plugin, words).await;
        assert_eq!(answer.starts_with("HTTP/1.1 400 "), words.starts_with(b"GET"), "{answer}");
        eventually(named_as, || {
            log().lines().any(|line| line.contains("WARN") && line.contains(&name) && line.contains(named_as))
        })
        .await;
        converse(&KvClient::new(plugin.channel())).await.unwrap();
        assert!(plugin.stop().await.is_graceful());
    }
}

/// A plugin whose socket is the test's, and which claims to speak both wires.
fn plugin_at(path: &std::path::Path) -> PluginClientBuilder {
    let path = path.display();
    script(&format!(
        "[ -z \"$RPCPLUGIN_WIRES\" ] || echo 'binary/1|unix|{path}' > $RPCPLUGIN_WIRES;
         echo '1|1|unix|{path}|grpc|'; exec sleep 60"
    ))
    .security(Security::Plaintext)
    // It is not the process of the plugin that listens there.
    .allow_address(|_| true)
}

#[tokio::test]
async fn what_a_plugins_socket_answers_in_is_named_in_the_error_of_its_start() {
    let directory = tempfile::tempdir().unwrap();
    for wire in [Wire::Grpc, Wire::Binary] {
        for (number, (words, named_as)) in [
            (&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], "the plugin's socket answers in HTTP/1"),
            (b"\x15\x03\x01\0\x02\x02\x46", "the plugin's socket answers in TLS"),
            (b"SSH-2.0-OpenSSH_9.6\r\n", "the plugin's socket answers in SSH"),
            (b"hi", "the plugin's socket answers in text"),
        ]
        .into_iter()
        .enumerate()
        {
            let path = directory.path().join(format!("{wire:?}-{number}"));
            let listener = UnixListener::bind(&path).unwrap();
            let answer = async {
                let mut connection = listener.accept().await.unwrap().0;
                connection.write_all(words).await.unwrap();
                // It stays open: nobody needs its end to see what it is.
                std::future::pending::<()>().await;
            };
            let error = tokio::select! {
                started = in_time(plugin_at(&path).wire(wire).start()) => started.unwrap_err(),
                () = answer => unreachable!("it waits for ever"),
            };
            assert!(matches!(error, StartError::Protocol { .. }), "{wire:?}: {error}");
            assert!(error.to_string().contains(named_as), "{wire:?}: {error}");
        }
    }
}

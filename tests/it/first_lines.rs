//! What a plugin prints before its handshake line, whose end the host waits for.

use std::time::Duration;

use rpcplugin::{Address, HandshakeError, Security, StartError};
use rpcplugin_tests::conversation::converse;
use rpcplugin_tests::kv::KvClient;
use tokio::io::AsyncReadExt;

use crate::support::{kv_plugin, listen, log, script};

/// The error of a start that waits for no timeout.
async fn handshake_error(builder: rpcplugin::PluginClientBuilder) -> HandshakeError {
    let start = Box::pin(builder.start_timeout(Duration::from_secs(3600)).start());
    let error = tokio::time::timeout(Duration::from_secs(20), start).await.expect("it waits").unwrap_err();
    let StartError::Handshake { source, .. } = error else { panic!("{error}") };
    source
}

#[tokio::test]
async fn other_lines_before_the_line_are_output_and_do_not_stop_the_plugin() {
    listen();
    let (stdout, mut from_stdout) = tokio::io::duplex(1024);
    let text = format!("for n in $(seq 64); do echo \"a banner $n\"; done; exec {}", kv_plugin().display());
    let plugin = script(&text).stdout(stdout).start().await.unwrap();
    converse(&KvClient::new(plugin.channel())).await.unwrap();
    let mut banners = vec![0; (1..=64).map(|n| format!("a banner {n}\n").len()).sum()];
    let all = from_stdout.read_exact(&mut banners);
    tokio::time::timeout(Duration::from_secs(20), all).await.expect("output in time").unwrap();
    assert!(banners.starts_with(b"a banner 1\na banner 2\n") && banners.ends_with(b"a banner 64\n"));
    assert!(plugin.stop().await.is_graceful());
    let warned = |line: &str| {
        line.contains("WARN") && line.contains("before its handshake line") && line.contains("lines=64")
    };
    assert!(log().lines().any(warned), "nobody was warned");
}

#[tokio::test]
async fn other_lines_without_a_writer_go_to_the_log_as_lines_of_the_plugin() {
    listen();
    let text = format!("printf 'a banner for the log\\033[2J\\n'; exec {}", kv_plugin().display());
    let plugin = script(&text).start().await.unwrap();
    plugin.stop().await;
    let line = "a banner for the log\\u{1b}[2J";
    assert!(log().lines().any(|logged| logged.contains("rpcplugin::plugin") && logged.contains(line)));
}

#[tokio::test]
async fn more_lines_than_are_allowed_are_refused_with_the_first() {
    let plugin = kv_plugin();
    let text = |lines: usize| {
        format!("for n in $(seq {lines}); do echo \"a banner $n\"; done; exec {}", plugin.display())
    };
    let error = handshake_error(script(&text(65))).await;
    assert_eq!(error, HandshakeError::StrayLines { lines: 65, first: "a banner 1".to_owned() });
    let error = handshake_error(script(&text(1)).stray_lines_max(0)).await;
    assert_eq!(error, HandshakeError::Unrecognized { line: "a banner 1".to_owned() });
    let plugin = script(&text(65)).stray_lines_max(65).start().await.unwrap();
    assert!(plugin.stop().await.is_graceful());
}

#[tokio::test]
async fn what_was_printed_instead_of_a_line_is_quoted_when_the_time_is_up() {
    let script = script("echo ready to serve; printf 'on port 80'; exec sleep 600");
    let error = script.start_timeout(Duration::from_millis(500)).start().await.unwrap_err();
    let StartError::Timeout { printed, .. } = &error else { panic!("{error}") };
    assert_eq!(printed, "ready to serve\non port 80");
    assert!(error.to_string().contains("printed `ready to serve\\non port 80`"), "{error}");
}

#[tokio::test]
async fn a_line_with_windows_line_ends_or_a_byte_order_mark_is_read() {
    for edit in ["s/$/\\r/", "s/^/\\xef\\xbb\\xbf/", "s/^/  /"] {
        let text = format!("{} | sed -u '{edit}'", kv_plugin().display());
        let plugin = script(&text).start().await.unwrap();
        converse(&KvClient::new(plugin.channel())).await.unwrap();
        plugin.stop().await;
    }
}

#[tokio::test]
async fn a_line_that_wants_to_be_the_handshake_is_not_skipped() {
    for (line, field) in [("1|1|udp|/a|grpc|", 3), ("one|1|unix|/a|grpc|", 1), ("1|1|unix", 4)] {
        let error = handshake_error(script(&format!("echo '{line}'; exec sleep 600"))).await;
        assert_eq!(error.field(), Some(field), "{line}: {error}");
    }
}

#[tokio::test]
async fn an_address_of_another_machine_is_refused_unless_the_user_allows_it() {
    let text = "echo '1|1|tcp|192.0.2.7:80|grpc|'; exec sleep 600";
    let error = handshake_error(script(text).security(Security::Plaintext)).await;
    assert_eq!(error, HandshakeError::ForeignAddress { found: "192.0.2.7:80".to_owned() });
    // The user is asked for this address, and what they say counts.
    let (asked, was_asked) = std::sync::mpsc::channel();
    let builder = script(text).allow_address(move |address| {
        asked.send(address.clone()).unwrap();
        false
    });
    let error = handshake_error(builder).await;
    assert!(matches!(error, HandshakeError::ForeignAddress { .. }), "{error}");
    assert_eq!(was_asked.recv().unwrap(), Address::Tcp("192.0.2.7:80".parse().unwrap()));
    // What is wrong next: nobody connects without the certificate.
    let error = handshake_error(script(text).allow_address(|_| true)).await;
    assert_eq!(error, HandshakeError::MissingCertificate);
}

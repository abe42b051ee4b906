//! Which wire a host and its plugin speak: our own on both, and plugins that know of one.

use rpcplugin::{Code, PluginClient, PluginClientBuilder, Security, StartError, Wire};
use rpcplugin_tests::conformance::{CASES, Iterations, Peer, run};
use rpcplugin_tests::conversation::converse;
use rpcplugin_tests::kv::{Key, Kv, KvClient};

use crate::support::{builder, kv_plugin, listen, log, script};

const SECURITIES: [Security; 2] = [Security::Plaintext, Security::AutoMtls];

/// What a host wants, and what it gets of a plugin that speaks both.
const WISHES: [(Wire, Wire); 3] =
    [(Wire::Auto, Wire::Binary), (Wire::Binary, Wire::Binary), (Wire::Grpc, Wire::Grpc)];

#[tokio::test]
async fn each_wire_carries_a_conversation_over_every_way_there_is() {
    for (wished, spoken) in WISHES {
        for security in SECURITIES {
            for tcp in [false, true] {
                let builder = builder().wire(wished).security(security).args(tcp.then_some("--tcp"));
                let plugin = builder.start().await.unwrap();
                assert_eq!(plugin.wire(), spoken, "{wished:?} {security:?}");
                assert_eq!(plugin.is_mutual_tls(), security == Security::AutoMtls);
                converse(&KvClient::new(plugin.channel())).await.unwrap();
                let stopped = plugin.stop().await;
                assert!(stopped.is_graceful(), "{wished:?} {security:?}: {stopped:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_host_that_says_nothing_speaks_the_binary_wire_with_a_plugin_that_does() {
    let plugin = builder().start().await.unwrap();
    assert_eq!(plugin.wire(), Wire::Binary);
    plugin.stop().await;
}

/// What implementations of gRPC are judged by holds of our two sides, whatever is between them.
#[tokio::test]
async fn the_cases_of_grpc_hold_between_our_own_sides_on_each_wire() {
    for wire in [Wire::Binary, Wire::Grpc] {
        let start = move || {
            let program = env!("CARGO_BIN_EXE_conformance_plugin");
            PluginClient::builder(program, rpcplugin_tests::cookie()).wire(wire)
        };
        let plugin = start().start().await.unwrap();
        let peer = Peer::new(plugin.channel(), start, Iterations::from_env(5));
        for case in CASES.iter().filter(|case| case.pending.is_none()) {
            run(case.name, &peer)
                .await
                .unwrap_or_else(|fault| panic!("{} over {wire:?}: {fault}", case.name));
        }
        drop(peer);
        let stopped = plugin.stop().await;
        assert!(stopped.is_graceful(), "{wire:?}: {stopped:?}");
    }
}

/// A plugin that speaks both, and whose host is told so as this says. `$RPCPLUGIN_WIRES` is where to write.
fn plugin_that_says(words: &str) -> PluginClientBuilder {
    let plugin = kv_plugin().display().to_string();
    script(&format!("wires=$RPCPLUGIN_WIRES; unset RPCPLUGIN_WIRES; {words}; exec {plugin}"))
}

#[tokio::test]
async fn a_plugin_that_says_nothing_gets_grpc_and_one_that_must_not_is_refused() {
    // The last is the word of another plugin, such as one that was started by ours and got its variables.
    let word = "printf 'binary/1|unix|/tmp/plugin-of-another/socket\\n' > $wires";
    for words in ["true", ": > $wires", "echo grpc > $wires", "mkfifo $wires", word] {
        let plain = plugin_that_says(words).security(Security::Plaintext);
        let plugin = plain.start().await.unwrap();
        assert_eq!(plugin.wire(), Wire::Grpc, "{words}");
        converse(&KvClient::new(plugin.channel())).await.unwrap();
        plugin.stop().await;

        let error = plugin_that_says(words).wire(Wire::Binary).start().await.unwrap_err();
        assert!(matches!(error, StartError::NoBinaryWire { .. }), "{words}: {error}");
    }
    // Within TLS both sides say what they speak, and no file is needed.
    let plugin = plugin_that_says("true").start().await.unwrap();
    assert_eq!(plugin.wire(), Wire::Binary);
    plugin.stop().await;
}

#[tokio::test]
async fn a_plugin_writes_to_no_file_that_is_there_and_serves_all_the_same() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("precious");
    std::fs::write(&file, "precious").unwrap();
    for path in [file.as_path(), &directory.path().join("no/such/directory")] {
        let text = format!("RPCPLUGIN_WIRES={} exec {}", path.display(), kv_plugin().display());
        let plugin = script(&text).security(Security::Plaintext).start().await.unwrap();
        assert_eq!(plugin.wire(), Wire::Grpc);
        plugin.stop().await;
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "precious");
}

#[tokio::test]
async fn a_call_that_fails_is_told_in_the_same_words_on_each_wire() {
    let mut told = Vec::new();
    for wire in [Wire::Binary, Wire::Grpc] {
        let plugin = builder().wire(wire).start().await.unwrap();
        let status = KvClient::new(plugin.channel()).get(Key { key: "none".to_owned() }).await.unwrap_err();
        assert_eq!(status.code(), Code::NotFound);
        told.push(status.message().to_owned());
        plugin.stop().await;
    }
    assert_eq!(told[0], told[1]);
}

/// The plugins of other languages: what a host gets that leaves the choice open, and what one is told that does not.
pub(crate) async fn speaks_grpc_and_is_refused_without(
    builder: impl Fn() -> PluginClientBuilder,
    name: &str,
) {
    listen();
    for security in SECURITIES {
        let plugin = builder().security(security).wire(Wire::Auto).start().await.unwrap();
        assert_eq!(plugin.wire(), Wire::Grpc);
        converse(&KvClient::new(plugin.channel())).await.unwrap();
        plugin.stop().await;
        let error = builder().security(security).wire(Wire::Binary).start().await.unwrap_err();
        assert!(matches!(error, StartError::NoBinaryWire { .. }), "{error}");
        assert!(error.to_string().contains("`Wire::Auto`"), "{error}");
    }
    // What the plugin itself says is its own: grpcio shows a call that a stop cuts off as a traceback.
    let complaints: Vec<String> = log()
        .lines()
        .filter(|line| line.contains(name) && (line.contains("WARN") || line.contains("ERROR")))
        .filter(|line| !line.contains("stream=\"stderr\""))
        .map(str::to_owned)
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// A program under a name of its own, by which its lines are found in the log.
pub(crate) fn named(
    name: &str,
    command: &str,
) -> (tempfile::TempDir, impl Fn() -> PluginClientBuilder + use<>) {
    let directory = tempfile::tempdir().unwrap();
    let shell = directory.path().join(name);
    std::os::unix::fs::symlink("/bin/sh", &shell).unwrap();
    let text = format!("exec {command}");
    let builder = move || PluginClient::builder(&shell, rpcplugin_tests::cookie()).arg("-c").arg(&text);
    (directory, builder)
}

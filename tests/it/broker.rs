//! go-plugin's broker: services beside those of the plugin, served by either side and called by the other. Opposite Go:
//! `matrix.rs`.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use rpcplugin::{HandshakeError, HandshakeLine, PluginClient, ReattachConfig, Security, StartError, Wire};
use rpcplugin_tests::desk::converse;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use crate::interop::run_host;
use crate::interop_go::programs;
use crate::outlive::{MARK, Reaper};
use crate::own_tls::{ORIGINS, certificates, of_host};
use crate::support::script;

/// The steps of the Go host that must have been checked, whatever the options.
pub(crate) const STEPS: [&str; 10] = [
    "start",
    "dispense",
    "callback",
    "call",
    "late",
    "many",
    "nobody",
    "callback-again",
    "call-again",
    "kill",
];

pub(crate) fn broker_plugin() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_broker_plugin"))
}

fn host_of(program: &Path) -> rpcplugin::PluginClientBuilder {
    PluginClient::builder(program, rpcplugin_tests::cookie())
}

/// All that host and plugin do with each other, and an end in order.
pub(crate) async fn holds(builder: rpcplugin::PluginClientBuilder) {
    let plugin = builder.start().await.unwrap();
    converse(&plugin.broker(), plugin.channel()).await.unwrap();
    let stopped = plugin.stop().await;
    assert!(stopped.is_graceful(), "{stopped:?}");
}

#[tokio::test]
async fn our_host_with_our_plugin() {
    for security in [Security::Plaintext, Security::AutoMtls] {
        for wire in [Wire::Binary, Wire::Grpc] {
            for multiplex in [false, true] {
                holds(host_of(&broker_plugin()).security(security).wire(wire).multiplex(multiplex)).await;
            }
        }
    }
}

#[tokio::test]
async fn our_host_with_our_plugin_that_it_has_attached_to() {
    for wire in [Wire::Binary, Wire::Grpc] {
        for multiplex in [false, true] {
            let mark = tempfile::tempdir().unwrap();
            let _reaper = Reaper::of(mark.path());
            let host = || host_of(&broker_plugin()).env(MARK, mark.path()).wire(wire).multiplex(multiplex);
            let detached = host().start().await.unwrap().detach().unwrap();
            let host = host().secret(detached.secret.unwrap());
            let plugin = host.attach(&detached.config).await.unwrap();
            converse(&plugin.broker(), plugin.channel()).await.unwrap();
            let stopped = plugin.stop().await;
            assert!(!stopped.killed && stopped.exit.is_some(), "{stopped:?}");
        }
    }
}

/// A Go plugin sends its word of what it serves to any one of those who have called it: the host that started it is none here.
#[tokio::test]
async fn our_host_with_a_go_plugin_that_it_has_attached_to() {
    let Some(programs) = programs() else { return };
    for multiplex in [false, true] {
        let directory = tempfile::tempdir().unwrap();
        let mut process = Command::new(programs.join("broker-plugin"))
            .env("KV_INTEROP_COOKIE", "c0ffee5eed")
            .env("PLUGIN_MULTIPLEX_GRPC", multiplex.to_string())
            .env("TMPDIR", directory.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut line).await.unwrap();
        let line: HandshakeLine = line.parse().unwrap();
        // Where there are certificates, a Go plugin has them for one host alone.
        let host = host_of(&programs.join("broker-plugin")).security(Security::Plaintext);
        let host = host.wire(Wire::Grpc).multiplex(multiplex);
        let plugin = host.attach(&ReattachConfig::new(line.address)).await.unwrap();
        converse(&plugin.broker(), plugin.channel()).await.unwrap();
        let (stopped, status) = tokio::join!(plugin.stop(), process.wait());
        assert!(!stopped.killed && status.unwrap().success(), "{stopped:?}");
    }
}

/// go-plugin's own plugin has one broker for all of its hosts, and none once the first of them is gone. Where there are
/// certificates or streams share the connection, go-plugin's hosts attach to nobody.
#[tokio::test]
async fn each_go_host_that_attaches_to_our_plugin_has_a_broker() {
    let Some(programs) = programs() else { return };
    let mut command = Command::new(programs.join("broker-host"));
    command.arg("-reattach").arg(broker_plugin());
    let mut steps = STEPS.map(str::to_owned).to_vec();
    steps.extend(["attach", "leave", "attach-again", "end"].map(str::to_owned));
    for host in ["beside", "first", "alone", "again"] {
        steps.extend([format!("{host}-callback"), format!("{host}-call")]);
    }
    run_host(command, &steps.iter().map(String::as_str).collect::<Vec<_>>()).await;
}

#[tokio::test]
async fn our_host_with_our_plugin_over_tcp() {
    for security in [Security::Plaintext, Security::AutoMtls] {
        for multiplex in [false, true] {
            holds(host_of(&broker_plugin()).arg("--tcp").security(security).multiplex(multiplex)).await;
        }
    }
}

#[tokio::test]
async fn a_plugin_that_does_not_share_its_connection_is_refused_by_a_host_that_wants_it() {
    for line in ["1|1|unix|/tmp/none|grpc|", "1|1|unix|/tmp/none|grpc||false"] {
        let builder = script(&format!("echo '{line}'; sleep 60")).security(Security::Plaintext);
        let error = builder.multiplex(true).start().await.unwrap_err();
        let StartError::Handshake { source, .. } = &error else { panic!("{error}") };
        assert_eq!(*source, HandshakeError::MultiplexUnsupported);
    }
}

#[tokio::test]
async fn a_broker_secures_what_it_brokers_with_certificates_of_the_users_own() {
    for origin in ORIGINS {
        let directory = certificates(origin);
        for multiplex in [false, true] {
            let builder = host_of(&broker_plugin()).arg("--tls").arg(directory.path());
            holds(builder.tls(of_host(directory.path())).multiplex(multiplex)).await;
        }
    }
}

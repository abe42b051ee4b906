//! go-plugin's broker: services beside those of the plugin, served by either side and called by the other.

use std::path::{Path, PathBuf};

use rpcplugin::{PluginClient, Security, Wire};
use rpcplugin_tests::desk::converse;

use crate::interop::run_host;
use crate::interop_go::programs;

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
            holds(host_of(&broker_plugin()).security(security).wire(wire)).await;
        }
    }
}

#[tokio::test]
async fn our_host_with_our_plugin_over_tcp() {
    for security in [Security::Plaintext, Security::AutoMtls] {
        holds(host_of(&broker_plugin()).arg("--tcp").security(security)).await;
    }
}

#[tokio::test]
async fn our_host_with_a_go_plugin() {
    let Some(programs) = programs() else { return };
    for security in [Security::Plaintext, Security::AutoMtls] {
        holds(host_of(&programs.join("broker-plugin")).security(security)).await;
    }
}

#[tokio::test]
async fn a_go_host_with_our_plugin() {
    let Some(programs) = programs() else { return };
    for mutual_tls in [false, true] {
        let mut command = tokio::process::Command::new(programs.join("broker-host"));
        command.args(mutual_tls.then_some("-auto-mtls")).arg(broker_plugin());
        run_host(command, &STEPS).await;
    }
}

#[tokio::test]
async fn a_go_host_with_a_go_plugin_holds_the_same_conversation() {
    // What we are held against: if this fails, the programs are wrong, not we.
    let Some(programs) = programs() else { return };
    for mutual_tls in [false, true] {
        let mut command = tokio::process::Command::new(programs.join("broker-host"));
        command.args(mutual_tls.then_some("-auto-mtls")).arg(programs.join("broker-plugin"));
        run_host(command, &STEPS).await;
    }
}

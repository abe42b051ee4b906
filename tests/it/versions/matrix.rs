//! Old and new hosts before old and new plugins, ours and go-plugin's, where each version is another contract.

use std::path::PathBuf;

use super::*;
use crate::interop::run_host;
use crate::interop_go::programs;

/// The versions of a side: the old one's, those of one that speaks both, and those of one that has left the old one behind.
const SIDES: [&[u32]; 3] = [&[1], &[1, 2], &[2]];

fn listed(versions: &[u32]) -> String {
    versions.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
}

/// What is agreed on; `None` if the host refuses what the plugin then chooses.
fn agreed(host: &[u32], plugin: &[u32]) -> Option<u32> {
    host.iter().filter(|version| plugin.contains(version)).max().copied()
}

/// Our host before this plugin, in all versions of both.
async fn our_host(plugin: PathBuf, wire: Wire) {
    for (host, served) in SIDES.iter().flat_map(|host| SIDES.map(|plugin| (*host, plugin))) {
        let clients = AnyStore::clients(host);
        let builder =
            PluginClient::builder(&plugin, rpcplugin_tests::cookie()).arg(listed(served)).wire(wire);
        let started = builder.protocol_versions(clients.versions()).start().await;
        let Some(version) = agreed(host, served) else {
            let error = started.unwrap_err();
            let StartError::Handshake {
                source: HandshakeError::VersionMismatch { found, supported }, ..
            } = &error
            else {
                panic!("{host:?} before {served:?}: {error}")
            };
            assert_eq!((Some(found), supported.as_slice()), (served.iter().min(), host));
            continue;
        };
        let plugin = started.unwrap_or_else(|error| panic!("{host:?} before {served:?}: {error}"));
        assert_eq!(plugin.protocol_version(), version, "{host:?} before {served:?}");
        let store = clients.client(&plugin).unwrap();
        assert!(matches!((&store, version), (AnyStore::First(_), 1) | (AnyStore::Second(_), 2)), "{store:?}");
        assert_eq!(store.converse().await.unwrap(), b"1");
        // The contract of the other version is not there, although the plugin has it.
        let other = AnyStore::clients(&[3 - version]).of_version(3 - version, plugin.channel()).unwrap();
        assert_eq!(other.converse().await.unwrap_err().code(), Code::Unimplemented);
        assert!(plugin.stop().await.is_graceful());
    }
}

/// A Go host before this plugin, in all versions of both.
async fn go_host(programs: PathBuf, plugin: PathBuf) {
    for (host, served) in SIDES.iter().flat_map(|host| SIDES.map(|plugin| (*host, plugin))) {
        let mut command = tokio::process::Command::new(programs.join("versions-host"));
        command.args(["-auto-mtls", "-versions", &listed(host)]);
        let steps: &[&str] = match agreed(host, served) {
            Some(version) => {
                command.args(["-expect-version", &version.to_string()]);
                &["version", "conversation"]
            }
            None => {
                command.args(["-expect-refusal", "incompatible API version with plugin"]);
                &["refused"]
            }
        };
        command.arg(&plugin).arg(listed(served));
        run_host(command, steps).await;
    }
}

#[tokio::test]
async fn our_hosts_and_our_plugins_meet_in_the_highest_version_over_both_wires() {
    for wire in [Wire::Binary, Wire::Grpc] {
        our_host(versions_plugin(), wire).await;
    }
}

#[tokio::test]
async fn our_hosts_and_go_plugins_meet_in_the_highest_version() {
    let Some(programs) = programs() else { return };
    our_host(programs.join("versions-plugin"), Wire::Auto).await;
}

#[tokio::test]
async fn go_hosts_and_our_plugins_meet_in_the_highest_version() {
    let Some(programs) = programs() else { return };
    go_host(programs, versions_plugin()).await;
}

#[tokio::test]
async fn go_hosts_and_go_plugins_do_the_same() {
    let Some(programs) = programs() else { return };
    go_host(programs.clone(), programs.join("versions-plugin")).await;
}

//! Versions of one contract, for which a host asks a plugin that runs.

use rpcplugin::{ContractVersion, NegotiateError, PluginPool, Supervisor, VersionError};
use rpcplugin_tests::versions::{NAME, known};

use super::*;
use crate::interop_go::programs;

fn versions(list: &str) -> Vec<ContractVersion> {
    list.split(',').map(|version| version.parse().unwrap()).collect()
}

fn of_contract(list: &str) -> PluginClientBuilder {
    PluginClient::builder(versions_plugin(), rpcplugin_tests::cookie()).args(["1", list])
}

#[tokio::test]
async fn a_host_asks_a_plugin_for_the_version_that_both_keep_to() {
    for wire in [Wire::Binary, Wire::Grpc] {
        let plugin = of_contract("1.0,1.1,2.0").wire(wire).start().await.unwrap();
        for (host, found) in [
            ("1.0", Some("1.0")),
            ("1.1", Some("1.1")),
            ("1.7", Some("1.1")),
            ("2.0,1.0", Some("2.0")),
            ("3.0,2.4", Some("2.0")),
            ("3.0,4.0", None),
            ("0.1", None),
        ] {
            let host = known(&versions(host)).unwrap();
            let negotiated = host.negotiate_over(&plugin.channel()).await;
            match (found, negotiated) {
                (Some(found), Ok(version)) => assert_eq!(version.to_string(), found, "{host:?}"),
                (None, Err(NegotiateError::Version(error))) => {
                    let VersionError::Unsupported { protocol, supported, .. } = &error else {
                        panic!("{error}")
                    };
                    assert_eq!((protocol.as_str(), supported), (NAME, &versions("1.0,1.1,2.0")));
                    assert!(error.to_string().contains("supported are 1.0, 1.1, 2.0"), "{error}");
                }
                (found, negotiated) => panic!("{host:?}: {negotiated:?} in place of {found:?}"),
            }
        }
        // Of another contract nothing is said.
        let other = rpcplugin::VersionedProtocol::new("kvtest.Other", versions("1.0")).unwrap();
        let error = other.negotiate_over(&plugin.channel()).await.unwrap_err();
        assert!(
            matches!(&error, NegotiateError::NotOffered { protocol } if protocol == "kvtest.Other"),
            "{error}"
        );
        // And the plugin is what it was.
        assert_eq!(AnyStore::clients(&[1]).client(&plugin).unwrap().converse().await.unwrap(), b"1");
        assert!(plugin.stop().await.is_graceful());
    }
}

#[tokio::test]
async fn plugins_that_say_nothing_of_versions_are_told_from_those_that_have_none_in_common() {
    let ours = PluginClient::builder(versions_plugin(), rpcplugin_tests::cookie()).arg("1");
    let go = programs().map(|programs| {
        PluginClient::builder(programs.join("versions-plugin"), rpcplugin_tests::cookie()).arg("1")
    });
    for builder in [Some(ours), go].into_iter().flatten() {
        let plugin = builder.start().await.unwrap();
        let error = known(&versions("1.0")).unwrap().negotiate_over(&plugin.channel()).await.unwrap_err();
        assert!(matches!(error, NegotiateError::NotOffered { .. }), "{error}");
        assert_eq!(AnyStore::clients(&[1]).client(&plugin).unwrap().converse().await.unwrap(), b"1");
        assert!(plugin.stop().await.is_graceful());
    }
}

#[tokio::test]
async fn plugins_that_are_supervised_or_pooled_are_asked_over_the_same_channel() {
    let host = known(&versions("1.0,1.3")).unwrap();
    let supervisor = Supervisor::builder(|| of_contract("1.1")).start().await.unwrap();
    assert_eq!(host.negotiate_over(&supervisor.channel()).await.unwrap().to_string(), "1.1");
    let pool = PluginPool::builder(|_member| of_contract("1.2")).size(2).start().await.unwrap();
    assert_eq!(host.negotiate_over(&pool.channel()).await.unwrap().to_string(), "1.2");
    supervisor.stop().await;
    pool.stop().await;
    let error = host.negotiate_over(&pool_channel_that_is_gone().await).await.unwrap_err();
    assert!(matches!(error, NegotiateError::Failed { .. }), "{error}");
}

async fn pool_channel_that_is_gone() -> rpcplugin::Channel {
    let pool = PluginPool::builder(|_member| of_contract("1.2")).size(1).start().await.unwrap();
    let channel = pool.channel();
    pool.stop().await;
    channel
}

//! Versions of a contract, each with services of its own.

use std::path::PathBuf;

use rpcplugin::{Code, HandshakeError, PluginClient, PluginClientBuilder, StartError, Wire};
use rpcplugin_tests::conversation::converse;
use rpcplugin_tests::kv::KvClient;
use rpcplugin_tests::versions::AnyStore;
use rpcplugin_tests::voice::{Voice, VoiceClient};

use crate::plugin_logs::voice_plugin;

mod matrix;
mod of_contracts;
mod side_by_side;

fn versions_plugin() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_versions_plugin"))
}

async fn start(versions: &[u32]) -> Result<PluginClient, StartError> {
    let builder = PluginClient::builder(voice_plugin(), rpcplugin_tests::cookie()).arg("--versions");
    builder.protocol_versions(versions.iter().copied()).start().await
}

#[tokio::test]
async fn a_plugin_serves_the_services_of_the_version_that_was_agreed_on() {
    for (offered, agreed) in [(&[1][..], 1), (&[2], 2), (&[1, 2], 2), (&[2, 1, 7], 2)] {
        let plugin = start(offered).await.unwrap();
        assert_eq!(plugin.protocol_version(), agreed, "{offered:?}");
        let voice = VoiceClient::new(plugin.channel()).log("of a version".to_owned()).await;
        if agreed == 2 {
            assert_eq!(voice.unwrap(), "of a version");
        } else {
            assert_eq!(voice.unwrap_err().code(), Code::Unimplemented);
            converse(&KvClient::new(plugin.channel())).await.unwrap();
        }
        assert!(plugin.stop().await.is_graceful());
    }
}

#[tokio::test]
async fn a_host_that_speaks_none_of_them_is_told_which_there_are() {
    let error = start(&[3, 4]).await.unwrap_err();
    let StartError::Handshake { source: HandshakeError::VersionMismatch { found, supported }, .. } = &error
    else {
        panic!("{error}")
    };
    assert_eq!((*found, supported.as_slice()), (1, &[3, 4][..]));
}

#[tokio::test]
async fn a_plugin_in_a_version_without_a_client_is_named() {
    let plugin = start(&[1, 2]).await.unwrap();
    let error = AnyStore::clients(&[1, 7]).client(&plugin).unwrap_err();
    assert_eq!((error.version(), error.versions()), (2, &[1, 7][..]));
    assert!(error.to_string().contains("no client for version 2"), "{error}");
    plugin.stop().await;
}

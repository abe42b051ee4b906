//! Versions of a contract, each with services of its own.

use rpcplugin::{Code, HandshakeError, PluginClient, StartError};
use rpcplugin_tests::conversation::converse;
use rpcplugin_tests::kv::KvClient;
use rpcplugin_tests::voice::{Voice, VoiceClient};

use crate::plugin_logs::voice_plugin;

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

//! Attacks on a plugin that proves itself by a certificate of its user's, and has no roots: its host alone gets in.

use tokio_rustls::rustls::AlertDescription;

use super::forge::{Credentials, NOT_ANNOUNCED, NOT_PROVED, VERSIONS, client, key, parameters, self_signed};
use super::plugin::assert_refused;
use super::target::{Attacked, knock};
use crate::configuration::by_environment;
use crate::own_tls::{Origin, certificates};

#[tokio::test]
async fn a_plugin_that_announces_a_certificate_of_its_own_lets_in_its_host_alone() {
    let directory = certificates(Origin::Itself);
    let file = |name: &str| format!("file://{}", directory.path().join(name).display());
    let (certificate, secret) = (file("plugin.pem"), file("plugin-key.pem"));
    let plugin = by_environment(&[("PLUGIN_SERVER_CERT", &certificate), ("PLUGIN_SERVER_KEY", &secret)]);
    let plugin = Attacked::of(plugin).await;
    let (host, key) = (plugin.host_certificate(), key());
    let other = self_signed(&parameters(), &key);
    for version in VERSIONS {
        for (credentials, reason) in [
            (None, AlertDescription::CertificateRequired),
            (Some(Credentials::new([&other], &key)), NOT_ANNOUNCED),
            (Some(Credentials::new([&host], &key)), NOT_PROVED),
        ] {
            let answer = knock(plugin.connect().await, client(version, credentials.as_ref())).await;
            assert_refused(answer, reason, version);
            plugin.still_serves_its_host().await;
        }
    }
    plugin.ends_unharmed().await;
}

//! Attacks on a plugin with whole TLS clients: every certificate but the host's, and the host's without its key.

use std::fmt::Debug;
use std::io;
use std::sync::{Arc, Mutex};

use rpcplugin::Security;
use tokio::io::AsyncReadExt;
use tokio_rustls::rustls::client::{
    ClientSessionStore, Resumption, Tls12ClientSessionValue, Tls13ClientSessionValue,
};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{AlertDescription, HandshakeKind, NamedGroup};

use super::forge::{
    Credentials, NOT_ANNOUNCED, NOT_PROVED, VERSIONS, alert, authority, client, expired, issued, key,
    parameters, self_signed,
};
use super::in_time;
use super::target::{Attacked, KeyHolder, knock, shake_hands};

/// The plugin said no, with its reason, and not one byte else.
pub(super) fn assert_refused(answer: io::Result<Vec<u8>>, reason: AlertDescription, case: impl Debug) {
    match answer {
        Err(error) => assert_eq!(alert(&error), Some(reason), "{case:?}: {error}"),
        Ok(answer) => panic!("{case:?}: the plugin answered {answer:?}"),
    }
}

/// Attacks a plugin in both versions of TLS with what the attacker makes of the certificate of the host.
async fn attack(forge: impl Fn(&CertificateDer<'static>) -> Credentials, reason: AlertDescription) {
    let plugin = Attacked::start(Security::AutoMtls).await;
    let credentials = forge(&plugin.host_certificate());
    for version in VERSIONS {
        let answer = knock(plugin.connect().await, client(version, Some(&credentials))).await;
        assert_refused(answer, reason, version);
        plugin.still_serves_its_host().await;
    }
    plugin.ends_unharmed().await;
}

/// Somebody else with these credentials is refused in both versions of TLS, and the host is served.
pub(super) async fn refuses(plugin: &KeyHolder, credentials: &Credentials, reason: AlertDescription) {
    for version in VERSIONS {
        let answer = knock(plugin.connect().await, client(version, Some(credentials))).await;
        assert_refused(answer, reason, version);
    }
    plugin.serves_its_host().await;
}

#[tokio::test]
async fn the_client_of_the_attackers_is_served_when_it_is_the_host() {
    // Without this, every refusal here could have a reason of its own.
    KeyHolder::start(parameters()).await.serves_its_host().await;
}

#[tokio::test]
async fn a_client_without_a_certificate_is_refused() {
    let plugin = Attacked::start(Security::AutoMtls).await;
    for version in VERSIONS {
        let answer = knock(plugin.connect().await, client(version, None)).await;
        assert_refused(answer, AlertDescription::CertificateRequired, version);
        plugin.still_serves_its_host().await;
    }
    plugin.ends_unharmed().await;
}

#[tokio::test]
async fn another_certificate_with_the_same_names_is_refused() {
    let key = key();
    let other = self_signed(&parameters(), &key);
    attack(|_host| Credentials::new([&other], &key), NOT_ANNOUNCED).await;
}

#[tokio::test]
async fn the_certificate_of_the_host_without_its_key_is_refused() {
    // The heart of it: the certificate is public, the key is what proves the host.
    let key = key();
    attack(|host| Credentials::new([host], &key), NOT_PROVED).await;
}

#[tokio::test]
async fn the_key_of_another_certificate_in_the_chain_proves_nothing() {
    let key = key();
    let other = self_signed(&parameters(), &key);
    attack(|host| Credentials::new([host, &other], &key), NOT_PROVED).await;
}

#[tokio::test]
async fn a_chain_that_ends_in_the_certificate_of_the_host_is_refused() {
    // Signed by a stranger who calls himself as the host does.
    let (key, stranger) = (key(), key());
    let leaf = issued(&key, &stranger);
    attack(|host| Credentials::new([&leaf, host], &key), NOT_ANNOUNCED).await;
}

#[tokio::test]
async fn a_certificate_of_another_authority_is_refused() {
    let (key, stranger) = (key(), key());
    let leaf = issued(&key, &stranger);
    let root = self_signed(&authority(), &stranger);
    attack(|_host| Credentials::new([&leaf, &root], &key), NOT_ANNOUNCED).await;
}

#[tokio::test]
async fn an_expired_certificate_is_refused() {
    let key = key();
    let old = self_signed(&expired(), &key);
    attack(|_host| Credentials::new([&old], &key), NOT_ANNOUNCED).await;
}

#[tokio::test]
async fn a_certificate_that_the_host_signed_is_not_the_host() {
    // go-plugin's certificates are authorities: whoever checks a chain to them lets this one in.
    let holder = KeyHolder::start(authority()).await;
    let key = key();
    let leaf = issued(&key, &holder.key);
    refuses(&holder, &Credentials::new([&leaf], &key), NOT_ANNOUNCED).await;
    let chain = [&leaf, &holder.certificate];
    refuses(&holder, &Credentials::new(chain, &key), NOT_ANNOUNCED).await;
}

#[tokio::test]
async fn the_key_of_the_host_in_another_certificate_is_refused() {
    let holder = KeyHolder::start(parameters()).await;
    let signed_anew = self_signed(&parameters(), &holder.key);
    assert_ne!(signed_anew, holder.certificate);
    for other in [signed_anew, self_signed(&expired(), &holder.key)] {
        refuses(&holder, &Credentials::new([&other], &holder.key), NOT_ANNOUNCED).await;
    }
}

#[tokio::test]
async fn a_host_that_wants_another_protocol_than_http2_is_refused() {
    let holder = KeyHolder::start(parameters()).await;
    for version in VERSIONS {
        let mut config = client(version, Some(&holder.credentials()));
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let answer = knock(holder.connect().await, config).await;
        assert_refused(answer, AlertDescription::NoApplicationProtocol, version);
    }
    holder.serves_its_host().await;
}

#[tokio::test]
async fn no_connection_can_be_resumed() {
    // A ticket would open a connection without the proof of the key.
    let holder = KeyHolder::start(parameters()).await;
    for version in VERSIONS {
        let sessions = Arc::new(Sessions::default());
        let store: Arc<dyn ClientSessionStore> = sessions.clone();
        let mut config = client(version, Some(&holder.credentials()));
        config.resumption = Resumption::store(store);
        for _ in 0..2 {
            let mut stream = in_time(shake_hands(holder.connect().await, config.clone())).await.unwrap();
            // A ticket would come before the first bytes of the answer.
            in_time(stream.read_u8()).await.unwrap();
            let kind = stream.get_ref().1.handshake_kind();
            // A second round for the key exchange does not make a handshake less full.
            assert!(matches!(kind, Some(HandshakeKind::Full | HandshakeKind::FullWithHelloRetryRequest)));
        }
        assert_eq!(*sessions.offered.lock().unwrap(), 0, "{version:?}");
    }
}

#[tokio::test]
async fn tls_to_a_plugin_in_plaintext_is_an_error_and_harms_nobody() {
    let plugin = Attacked::start(Security::Plaintext).await;
    for version in VERSIONS {
        let error = knock(plugin.connect().await, client(version, None)).await.unwrap_err();
        assert_eq!(alert(&error), None, "somebody speaks TLS: {error}");
        plugin.still_serves_its_host().await;
    }
    plugin.ends_unharmed().await;
}

/// Counts the sessions that a server offers to resume, and keeps none.
#[derive(Debug, Default)]
struct Sessions {
    offered: Mutex<usize>,
}

impl ClientSessionStore for Sessions {
    fn set_kx_hint(&self, _server: ServerName<'static>, _group: NamedGroup) {}

    fn kx_hint(&self, _server: &ServerName<'_>) -> Option<NamedGroup> {
        None
    }

    fn set_tls12_session(&self, _server: ServerName<'static>, _session: Tls12ClientSessionValue) {
        *self.offered.lock().unwrap() += 1;
    }

    fn tls12_session(&self, _server: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        None
    }

    fn remove_tls12_session(&self, _server: &ServerName<'static>) {}

    fn insert_tls13_ticket(&self, _server: ServerName<'static>, _ticket: Tls13ClientSessionValue) {
        *self.offered.lock().unwrap() += 1;
    }

    fn take_tls13_ticket(&self, _server: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        None
    }
}

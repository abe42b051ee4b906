//! Sessions that somebody else began, names that nobody asked for, and words before the proof.

use std::io::{Read, Write};
use std::sync::Arc;

use rpcplugin::Security;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::Resumption;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::version::TLS13;
use tokio_rustls::rustls::{
    AlertDescription, ClientConfig, ClientConnection, HandshakeKind, ServerConfig, ServerConnection, Stream,
};

use super::forge::{Credentials, VERSIONS, client, key, parameters, self_signed, server};
use super::target::{Attacked, HTTP2_OPENING, KeyHolder, knock};
use super::{host, in_time, plugin};

/// Names that a client may ask for.
const NAMES: [&str; 4] = ["localhost", "elsewhere.example", "127.0.0.1", "::1"];

/// Begins a session with a server that takes words before the proof, on a connection in memory. Says how, and which words.
fn visit(client: &Arc<ClientConfig>, server: &Arc<ServerConfig>) -> (Option<HandshakeKind>, Vec<u8>) {
    let mut near = with_first_words(client);
    let mut far = ServerConnection::new(Arc::clone(server)).unwrap();
    let mut early = Vec::new();
    // Each round carries what both have to say: more are never needed.
    for _ in 0..10 {
        let (mut sent, mut answered) = (Vec::new(), Vec::new());
        while near.wants_write() {
            near.write_tls(&mut sent).unwrap();
        }
        let mut sent = sent.as_slice();
        while !sent.is_empty() {
            far.read_tls(&mut sent).unwrap();
            far.process_new_packets().unwrap();
        }
        if let Some(mut words) = far.early_data() {
            words.read_to_end(&mut early).unwrap();
        }
        while far.wants_write() {
            far.write_tls(&mut answered).unwrap();
        }
        let mut answered = answered.as_slice();
        while !answered.is_empty() {
            near.read_tls(&mut answered).unwrap();
            near.process_new_packets().unwrap();
        }
    }
    (far.handshake_kind(), early)
}

/// A client that sends its first words before its proof, if it has a ticket.
fn with_first_words(config: &Arc<ClientConfig>) -> ClientConnection {
    let name = ServerName::try_from("localhost").unwrap();
    let mut client = ClientConnection::new(Arc::clone(config), name).unwrap();
    if let Some(mut early) = client.early_data() {
        early.write_all(HTTP2_OPENING).unwrap();
    }
    client
}

/// A client that has a ticket of somebody else.
fn with_a_ticket() -> Arc<ClientConfig> {
    let key = key();
    let shown = Credentials::new([&self_signed(&parameters(), &key)], &key);
    let mut stranger = server(&TLS13, &shown, false);
    stranger.max_early_data_size = 16_384;
    let stranger = Arc::new(stranger);
    let mut config = client(&TLS13, None);
    config.resumption = Resumption::in_memory_sessions(8);
    config.enable_early_data = true;
    let config = Arc::new(config);
    assert_ne!(visit(&config, &stranger).0, Some(HandshakeKind::Resumed));
    // Who gave it takes it, and the words with it: the attack is a real one.
    let (kind, early) = visit(&config, &stranger);
    assert_eq!((kind, early.as_slice()), (Some(HandshakeKind::Resumed), HTTP2_OPENING));
    config
}

#[tokio::test]
async fn the_session_of_a_stranger_and_words_before_the_proof_open_nothing() {
    let plugin = Attacked::start(Security::AutoMtls).await;
    let mut client = with_first_words(&with_a_ticket());
    let mut stream = plugin.connect().await.into_std().unwrap();
    stream.set_nonblocking(false).unwrap();
    let knock = tokio::task::spawn_blocking(move || {
        assert!(client.early_data().is_some(), "nothing is said early");
        let mut stream = Stream::new(&mut client, &mut stream);
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).map(|_| answer)
    });
    plugin::assert_refused(
        in_time(knock).await.unwrap(),
        AlertDescription::CertificateRequired,
        "with a ticket",
    );
    plugin.ends_unharmed().await;
}

/// The same as [`knock`] with a name that the client asks for.
async fn knock_for(name: &str, stream: UnixStream, config: ClientConfig) -> std::io::Result<Vec<u8>> {
    in_time(async {
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
        let _ = stream.write_all(HTTP2_OPENING).await;
        let mut answer = vec![0; 64];
        let length = stream.read(&mut answer).await?;
        answer.truncate(length);
        Ok(answer)
    })
    .await
}

#[tokio::test]
async fn no_name_that_is_asked_for_opens_the_door_or_closes_it() {
    let holder = KeyHolder::start(parameters()).await;
    let key = key();
    let stranger = Credentials::new([&self_signed(&parameters(), &key)], &key);
    for version in VERSIONS {
        for (number, name) in NAMES.into_iter().chain([""]).enumerate() {
            let ask = |credentials: &Credentials| {
                let mut config = client(version, Some(credentials));
                // Without a name at all.
                config.enable_sni = !name.is_empty();
                config
            };
            let name = if name.is_empty() { "localhost" } else { name };
            let answer = knock_for(name, holder.connect().await, ask(&stranger)).await;
            plugin::assert_refused(answer, super::forge::NOT_ANNOUNCED, (version, number));
            let answer = knock_for(name, holder.connect().await, ask(&holder.credentials())).await.unwrap();
            assert!(!answer.is_empty(), "{version:?} {name}: the host is not served");
        }
    }
    holder.serves_its_host().await;
}

#[tokio::test]
async fn words_recorded_on_a_rightful_connection_open_no_other() {
    let holder = KeyHolder::start(parameters()).await;
    for version in VERSIONS {
        let (near, far) = tokio::io::duplex(64 * 1024);
        let (mut plugin, mut taken) = (holder.connect().await, Vec::new());
        let listen = async {
            let (mut from_host, mut to_host) = tokio::io::split(far);
            let (mut from_plugin, mut to_plugin) = plugin.split();
            let mut block = [0; 4096];
            let record = async {
                loop {
                    let length = from_host.read(&mut block).await.unwrap_or(0);
                    if length == 0 {
                        break;
                    }
                    taken.extend_from_slice(&block[..length]);
                    to_plugin.write_all(&block[..length]).await.unwrap();
                }
            };
            tokio::select! {
                () = record => {}
                _ = tokio::io::copy(&mut from_plugin, &mut to_host) => {}
            }
        };
        let call = async {
            let name = ServerName::try_from("localhost").unwrap();
            let connector = TlsConnector::from(Arc::new(client(version, Some(&holder.credentials()))));
            let mut stream = connector.connect(name, near).await.unwrap();
            stream.write_all(HTTP2_OPENING).await.unwrap();
            stream.flush().await.unwrap();
            stream.read_u8().await.unwrap();
        };
        Box::pin(in_time(async { tokio::join!(listen, call) })).await;
        assert!(taken.len() > 500, "{version:?}: nothing was recorded");
        let mut again = holder.connect().await;
        let _ = again.write_all(&taken).await;
        let mut answer = Vec::new();
        let _ = in_time(again.read_to_end(&mut answer)).await;
        // A new first message with another random number, and then an alert: what was recorded fits neither.
        let types = host::record_types(&answer);
        assert!(types.last() == Some(&21) || version == &TLS13 && types.len() < 8, "{version:?}: {types:?}");
        holder.serves_its_host().await;
    }
    let _ = knock(holder.connect().await, client(&TLS13, Some(&holder.credentials()))).await.unwrap();
}

//! The plugins that are attacked, and the attackers' way to knock at them.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use rpcplugin::{Address, HandshakeLine, PluginClient, PluginClientBuilder, Security};
use rpcplugin_tests::kv::{Key, Kv, KvClient, Pair};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::process::{Child, Command};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};

use super::forge::{Credentials, VERSIONS, client, key, pem, self_signed};
use super::in_time;
use crate::outlive::Lifeline;
use crate::support::{builder, kv_plugin};

/// What a client of HTTP/2 says first: the preface and an empty SETTINGS frame.
pub(super) const HTTP2_OPENING: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

/// The type of a SETTINGS frame, with which a server of HTTP/2 answers. It is the fourth byte.
const SETTINGS: u8 = 4;

/// A plugin that its rightful host is connected to while others attack it.
pub(super) struct Attacked {
    plugin: PluginClient,
    store: KvClient,
}

impl Attacked {
    pub(super) async fn start(security: Security) -> Self {
        Self::of(builder().security(security)).await
    }

    pub(super) async fn of(builder: PluginClientBuilder) -> Self {
        let plugin = builder.start().await.unwrap();
        let store = KvClient::new(plugin.channel());
        let attacked = Self { plugin, store };
        attacked.still_serves_its_host().await;
        attacked
    }

    /// Opens a connection of an attacker, who runs as the same user: the socket lets nobody else in.
    pub(super) async fn connect(&self) -> UnixStream {
        UnixStream::connect(path(self.plugin.address())).await.unwrap()
    }

    pub(super) fn socket(&self) -> PathBuf {
        path(self.plugin.address())
    }

    /// The certificate of its host, as anybody can read it who may look at the processes of this user.
    pub(super) fn host_certificate(&self) -> CertificateDer<'static> {
        let id = self.plugin.id().unwrap();
        let environment = std::fs::read(format!("/proc/{id}/environ")).unwrap();
        let pem = environment
            .split(|byte| *byte == 0)
            .find_map(|variable| variable.strip_prefix(b"PLUGIN_CLIENT_CERT="))
            .expect("the host announced a certificate");
        CertificateDer::from_pem_slice(pem).unwrap()
    }

    pub(super) async fn still_serves_its_host(&self) {
        let key = "held".to_owned();
        let value = b"by its host".to_vec();
        let pair = Pair { key: key.clone(), value };
        in_time(self.store.put(pair.clone())).await.unwrap();
        assert_eq!(in_time(self.store.get(Key { key })).await.unwrap(), pair);
    }

    /// The host is served to the end, and the plugin ends in order.
    pub(super) async fn ends_unharmed(self) {
        self.still_serves_its_host().await;
        assert!(self.plugin.exited().is_none());
        assert!(in_time(self.plugin.stop()).await.is_graceful());
    }
}

/// A plugin whose host is this test, which so has the host's key: for attacks that come close to the real thing, and for
/// the proof that the attackers' client is one that can be served.
pub(super) struct KeyHolder {
    pub(super) key: KeyPair,
    pub(super) certificate: CertificateDer<'static>,
    path: PathBuf,
    _plugin: Child,
    _lifeline: Lifeline,
    _directory: TempDir,
}

impl KeyHolder {
    pub(super) async fn start(parameters: CertificateParams) -> Self {
        let key = key();
        let certificate = self_signed(&parameters, &key);
        // The plugin is killed at the end and cannot tidy up after itself.
        let directory = tempfile::tempdir().unwrap();
        let lifeline = Lifeline::new();
        let mut plugin = Command::new(kv_plugin())
            .envs([lifeline.variable()])
            .env("KV_INTEROP_COOKIE", "c0ffee5eed")
            .env("PLUGIN_PROTOCOL_VERSIONS", "1")
            .env("PLUGIN_CLIENT_CERT", pem(&certificate))
            .env("TMPDIR", directory.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(plugin.stdout.take().unwrap());
        in_time(output.read_line(&mut line)).await.unwrap();
        let line: HandshakeLine = line.parse().unwrap();
        assert!(line.certificate.is_some(), "the plugin takes part in mutual TLS");
        Self {
            key,
            certificate,
            path: path(&line.address),
            _plugin: plugin,
            _lifeline: lifeline,
            _directory: directory,
        }
    }

    /// What the rightful host shows.
    pub(super) fn credentials(&self) -> Credentials {
        Credentials::new([&self.certificate], &self.key)
    }

    pub(super) async fn connect(&self) -> UnixStream {
        UnixStream::connect(&self.path).await.unwrap()
    }

    pub(super) fn socket(&self) -> &Path {
        &self.path
    }

    pub(super) async fn serves_its_host(&self) {
        for version in VERSIONS {
            let answer =
                knock(self.connect().await, client(version, Some(&self.credentials()))).await.unwrap();
            assert_eq!(answer.get(3), Some(&SETTINGS), "{version:?}: {answer:?}");
        }
    }
}

fn path(address: &Address) -> PathBuf {
    let Address::Unix(path) = address else { panic!("not unix: {address}") };
    path.clone()
}

/// Makes a handshake, says the first words of HTTP/2 and returns the first bytes of the answer.
pub(super) async fn knock(stream: UnixStream, config: ClientConfig) -> io::Result<Vec<u8>> {
    in_time(async {
        let mut stream = shake_hands(stream, config).await?;
        let mut answer = vec![0; 64];
        let length = stream.read(&mut answer).await?;
        answer.truncate(length);
        Ok(answer)
    })
    .await
}

/// Makes a handshake and says the first words of HTTP/2.
///
/// In TLS 1.3 a client is done before the server has looked at its certificate: only a read shows what came of it.
pub(super) async fn shake_hands(
    stream: UnixStream,
    config: ClientConfig,
) -> io::Result<TlsStream<UnixStream>> {
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
    // The server may be gone already. What it said before is read all the same.
    let _ = stream.write_all(HTTP2_OPENING).await;
    let _ = stream.flush().await;
    Ok(stream)
}

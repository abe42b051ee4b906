//! The socket behind which an attacker waits for a host.

use std::io;
use std::os::unix::net::UnixListener;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rpcplugin::{PluginClientBuilder, StartError};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;

use super::forge::{key, parameters, self_signed};
use super::in_time;
use crate::support::script;

/// A socket that a plugin may announce.
pub(super) struct Trap {
    directory: TempDir,
    listener: UnixListener,
}

impl Trap {
    pub(super) fn set() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(directory.path().join("socket")).unwrap();
        listener.set_nonblocking(true).unwrap();
        Self { directory, listener }
    }

    pub(super) fn socket(&self) -> PathBuf {
        self.directory.path().join("socket")
    }

    /// A plugin that announces this socket with a sixth field, and leaves the certificate of its host beside the socket.
    pub(super) fn plugin(&self, field: &str) -> PluginClientBuilder {
        let directory = self.directory.path().display();
        script(&format!(
            "printenv PLUGIN_CLIENT_CERT > {directory}/host.pem;
             echo '1|1|unix|{directory}/socket|grpc|{field}'; exec sleep 30"
        ))
    }

    pub(super) fn announcing(&self, certificate: &CertificateDer<'static>) -> PluginClientBuilder {
        self.plugin(&STANDARD_NO_PAD.encode(certificate))
    }

    pub(super) fn host_certificate(&self) -> CertificateDer<'static> {
        CertificateDer::from_pem_file(self.directory.path().join("host.pem")).unwrap()
    }

    pub(super) async fn accept(&self) -> UnixStream {
        let listener = tokio::net::UnixListener::from_std(self.listener.try_clone().unwrap()).unwrap();
        listener.accept().await.unwrap().0
    }

    /// Whether the host has connected, served or not.
    pub(super) fn was_touched(&self) -> bool {
        match self.listener.accept() {
            Ok(_) => true,
            Err(error) => {
                assert_eq!(error.kind(), io::ErrorKind::WouldBlock, "{error}");
                false
            }
        }
    }
}

/// Starts a host whose plugin's socket is served by somebody who does not speak TLS as we do.
/// Returns why the start failed and everything that the host sent.
pub(super) async fn start_against(answer: &[u8]) -> (StartError, Vec<u8>) {
    let announced = self_signed(&parameters(), &key());
    let trap = Trap::set();
    let serve = async {
        let mut stream = trap.accept().await;
        let mut sent = vec![0; 5];
        // Wait for the host's first words, as a server does that reads before it speaks.
        stream.read_exact(&mut sent).await.unwrap();
        // The host may hang up in the middle of it. What it said before is read all the same.
        let _ = stream.write_all(answer).await;
        let _ = stream.shutdown().await;
        let _ = stream.read_to_end(&mut sent).await;
        sent
    };
    let start = Box::pin(trap.announcing(&announced).start());
    let (start, sent) = in_time(async { tokio::join!(start, serve) }).await;
    assert!(!trap.was_touched(), "the host tried again");
    (start.unwrap_err(), sent)
}

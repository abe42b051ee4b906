//! The same from outside: what OpenSSL's own programs get to see.

use std::path::Path;
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use rcgen::KeyPair;
use rpcplugin::{Security, StartError, TransportError};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};

use super::forge::{expired, key, parameters, self_signed};
use super::in_time;
use super::target::{Attacked, KeyHolder};
use crate::support::{absent, script};

/// Whether there is an OpenSSL; it is said loudly where there is none.
fn is_there() -> bool {
    let found = Command::new("openssl").arg("version").stdout(Stdio::null()).status();
    let is_there = found.is_ok_and(|status| status.success());
    if !is_there {
        absent("OpenSSL");
    }
    is_there
}

/// A certificate and its key as files.
fn files(directory: &TempDir, certificate: &[u8], key: &KeyPair) -> [String; 2] {
    let write = |name: &str, kind: &str, der: &[u8]| {
        let path = directory.path().join(name);
        let body = STANDARD.encode(der);
        let lines: Vec<_> = body.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
        let text = format!("-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n", lines.join("\n"));
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    [
        write("certificate.pem", "CERTIFICATE", certificate),
        write("key.pem", "PRIVATE KEY", &key.serialize_der()),
    ]
}

/// What `openssl s_client` says of a socket, with these arguments.
async fn s_client(socket: &Path, arguments: &[&str]) -> String {
    let mut client = tokio::process::Command::new("openssl");
    client
        .args(["s_client", "-ign_eof", "-msg", "-servername", "localhost", "-alpn", "h2", "-unix"])
        .arg(socket);
    client.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    let output = in_time(client.output()).await.unwrap();
    [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat()
}

#[tokio::test]
async fn openssl_is_let_in_by_a_plugin_only_with_the_certificate_and_key_of_its_host() {
    if !is_there() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let own_key = key();
    let own = self_signed(&parameters(), &own_key);
    let plugin = Attacked::start(Security::AutoMtls).await;
    let socket = plugin.socket();
    let [certificate, key_file] = files(&directory, &own, &own_key);
    for version in ["-tls1_3", "-tls1_2"] {
        let said = s_client(&socket, &[version]).await;
        assert!(
            said.contains("certificate required")
                || said.contains("CertificateRequired")
                || said.contains("alert"),
            "{said}"
        );
        assert!(!said.contains("SETTINGS") && said.contains("fatal"), "{said}");
        let said = s_client(&socket, &[version, "-cert", &certificate, "-key", &key_file]).await;
        assert!(said.contains("fatal access_denied"), "{said}");
        plugin.still_serves_its_host().await;
    }
    for version in ["-tls1_1", "-tls1"] {
        let said = s_client(&socket, &[version, "-cipher", "ALL:@SECLEVEL=0"]).await;
        assert!(
            said.contains("fatal") && said.contains("no peer certificate available"),
            "{version}: {said}"
        );
        plugin.still_serves_its_host().await;
    }
    plugin.ends_unharmed().await;
}

#[tokio::test]
async fn a_host_does_not_talk_to_a_server_of_openssl_with_another_certificate() {
    if !is_there() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let (announced_key, other_key) = (key(), key());
    let announced = self_signed(&parameters(), &announced_key);
    let other = self_signed(&parameters(), &other_key);
    let [certificate, key_file] = files(&directory, &other, &other_key);
    let socket = directory.path().join("socket");
    let mut server = tokio::process::Command::new("openssl");
    server.args(["s_server", "-cert", &certificate, "-key", &key_file, "-alpn", "h2", "-unix"]).arg(&socket);
    let mut server = server
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    while !in_time(lines.next_line()).await.unwrap().expect("it ended").starts_with("ACCEPT") {}
    let field = STANDARD_NO_PAD.encode(&announced);
    let text = format!("echo '1|1|unix|{}|grpc|{field}'; exec sleep 30", socket.display());
    let error = in_time(script(&text).start()).await.unwrap_err();
    let refused = matches!(error, StartError::Connect { source: TransportError::TlsHandshake { .. }, .. });
    assert!(refused && error.to_string().contains("ApplicationVerificationFailure"), "{error}");
    server.kill().await.unwrap();
}

#[tokio::test]
async fn a_host_whose_clock_is_far_away_is_served_all_the_same() {
    // Its certificate was over long ago by the clock of the plugin. What counts is that it is the announced one.
    KeyHolder::start(expired()).await.serves_its_host().await;
}

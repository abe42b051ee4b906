//! The same from outside: what OpenSSL's own programs get to see.

use std::path::Path;
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use rcgen::KeyPair;
use rpcplugin::{Security, StartError, TransportError};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};

use super::forge::{expired, key, parameters, self_signed};
use super::in_time;
use super::target::{Attacked, HTTP2_OPENING, KeyHolder};
use crate::support::{absent, script, skipped};

/// What a client of HTTP/2 says first, before anything else goes through TLS.
const PREFACE: &str = "PRI * HTTP/2.0";

/// Whether there is an OpenSSL; it is said loudly where there is none.
fn is_there() -> bool {
    let found = Command::new("openssl").arg("version").stdout(Stdio::null()).status();
    let is_there = found.is_ok_and(|status| status.success());
    if !is_there {
        absent("OpenSSL");
    }
    is_there
}

/// Those of these versions that this OpenSSL still speaks, whatever its makers think of them; the others are named loudly.
fn spoken(versions: &[&'static str]) -> Vec<&'static str> {
    let is_spoken = |version: &&str| {
        let listed = Command::new("openssl").args(["ciphers", "-s", version, OLD_CIPHERS]).output();
        let is_spoken = listed.is_ok_and(|output| output.status.success() && output.stdout.len() > 1);
        if !is_spoken {
            skipped(&format!("this OpenSSL knows no {version}"));
        }
        is_spoken
    };
    versions.iter().copied().filter(is_spoken).collect()
}

/// All that old versions need.
const OLD_CIPHERS: &str = "ALL:@SECLEVEL=0";

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

/// What `openssl s_client` has seen of a socket.
struct Seen {
    said: String,
    /// Whether the first words of a server of HTTP/2 came through TLS: a SETTINGS frame of the whole connection.
    was_served: bool,
}

/// Has `openssl s_client` say the first words of HTTP/2 to a socket, with these arguments, and waits until it ends.
async fn s_client(socket: &Path, arguments: &[&str]) -> Seen {
    let mut client = tokio::process::Command::new("openssl");
    client.args(["s_client", "-ign_eof", "-msg", "-servername", "localhost", "-unix"]).arg(socket);
    client.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut client = client.kill_on_drop(true).spawn().unwrap();
    let mut words = client.stdin.take().unwrap();
    // What follows the first words is no frame, so that a server which has let us in hangs up as well. Whoever was not let in
    // may be gone before all is written.
    let _ = words.write_all(&[HTTP2_OPENING, &[0xff; 64]].concat()).await;
    drop(words);
    let output = in_time(client.wait_with_output()).await.unwrap();
    let was_served = output.stdout.windows(9).any(|frame| matches!(frame, [0, 0, _, 4, 0, 0, 0, 0, 0]));
    let said = [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
    Seen { said: said.concat(), was_served }
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
        let Seen { said, was_served } = s_client(&socket, &[version, "-alpn", "h2"]).await;
        assert!(
            said.contains("fatal certificate_required") || said.contains("fatal handshake_failure"),
            "{said}"
        );
        assert!(!was_served, "{said}");
        let shown = [version, "-alpn", "h2", "-cert", &certificate, "-key", &key_file];
        let Seen { said, was_served } = s_client(&socket, &shown).await;
        assert!(said.contains("fatal access_denied") && !was_served, "{said}");
        plugin.still_serves_its_host().await;
    }
    for version in spoken(&["-tls1_1", "-tls1"]) {
        let Seen { said, was_served } = s_client(&socket, &[version, "-cipher", OLD_CIPHERS]).await;
        assert!(
            said.contains("fatal") && said.contains("no peer certificate available"),
            "{version}: {said}"
        );
        assert!(!was_served, "{version}: {said}");
        plugin.still_serves_its_host().await;
    }
    plugin.ends_unharmed().await;
}

#[tokio::test]
async fn openssl_with_the_certificate_and_key_of_the_host_is_served() {
    if !is_there() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let plugin = KeyHolder::start(parameters()).await;
    let [certificate, key_file] = files(&directory, &plugin.certificate, &plugin.key);
    for (version, name) in [("-tls1_3", "New, TLSv1.3"), ("-tls1_2", "New, TLSv1.2")] {
        let shown = [version, "-alpn", "h2", "-cert", &certificate, "-key", &key_file];
        let Seen { said, was_served } = s_client(plugin.socket(), &shown).await;
        assert!(said.contains(name) && said.contains("ALPN protocol: h2"), "{said}");
        assert!(was_served, "{said}");
        // The same with what it may not be.
        let old = spoken(&["-tls1_1"]).into_iter().map(|old| [old, "h2"]);
        for [of_version, of_alpn] in old.chain([[version, "http/1.1"]]) {
            let shown = [of_version, "-alpn", of_alpn, "-cert", &certificate, "-key", &key_file];
            let shown = [&shown[..], &["-cipher", OLD_CIPHERS]].concat();
            let Seen { said, was_served } = s_client(plugin.socket(), &shown).await;
            assert!(said.contains("fatal") && !was_served, "{of_version} {of_alpn}: {said}");
        }
    }
    plugin.serves_its_host().await;
}

/// What a host of ours makes of `openssl s_server`, and it of the host.
struct Met {
    error: StartError,
    said: String,
}

/// Starts a host whose plugin announces a certificate, and a socket at which `openssl s_server` waits with these arguments.
async fn s_server(announced: &[u8], arguments: &[&str]) -> Met {
    let directory = tempfile::tempdir().unwrap();
    let socket = directory.path().join("socket");
    let mut server = tokio::process::Command::new("openssl");
    // It asks for the certificate of the host, and goes on whatever it thinks of that.
    server.args(["s_server", "-naccept", "1", "-verify", "1", "-unix"]).arg(&socket).args(arguments);
    server.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut server = server.kill_on_drop(true).spawn().unwrap();
    let mut words = server.stdin.take().unwrap();
    let mut output = BufReader::new(server.stdout.take().unwrap()).split(b'\n');
    while !in_time(output.next_segment()).await.unwrap().expect("it ended").starts_with(b"ACCEPT") {}
    let hears = async {
        let mut heard = String::new();
        while let Some(line) = output.next_segment().await.unwrap() {
            if line.starts_with(PREFACE.as_bytes()) {
                // The host is past TLS, and is answered with what is no frame of HTTP/2.
                words.write_all(b"this is a server of OpenSSL, and no plugin\n").await.unwrap();
            }
            heard = heard + &String::from_utf8_lossy(&line) + "\n";
        }
        heard
    };
    let field = STANDARD_NO_PAD.encode(announced);
    let text = format!("echo '1|1|unix|{}|grpc|{field}'; exec sleep 30", socket.display());
    let start = Box::pin(script(&text).start());
    let (error, mut said) = in_time(async { tokio::join!(start, hears) }).await;
    server.stderr.take().unwrap().read_to_string(&mut said).await.unwrap();
    Met { error: error.unwrap_err(), said }
}

/// The handshake of TLS has failed, for this cause.
fn assert_refused(met: &Met, cause: &str) {
    let Met { error, said } = met;
    let refused = matches!(error, StartError::Connect { source: TransportError::TlsHandshake { .. }, .. });
    assert!(refused && error.to_string().contains(cause), "{error}: {said}");
    assert!(!said.contains(PREFACE), "{said}");
}

#[tokio::test]
async fn a_host_talks_to_a_server_of_openssl_only_with_the_announced_certificate() {
    if !is_there() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let (announced_key, other_key) = (key(), key());
    let announced = self_signed(&parameters(), &announced_key);
    let other = self_signed(&parameters(), &other_key);
    let [certificate, key_file] = files(&directory, &other, &other_key);
    let shown = ["-cert", &certificate, "-key", &key_file];
    let with = |more: &[&'static str]| [&shown[..], more].concat();
    for version in ["-tls1_3", "-tls1_2"] {
        let met = s_server(&announced, &with(&[version, "-alpn", "h2"])).await;
        assert_refused(&met, "ApplicationVerificationFailure");
    }

    // The same server with the announced certificate, as the plugin would be.
    let [certificate, key_file] = files(&directory, &announced, &announced_key);
    let shown = ["-cert", &certificate, "-key", &key_file];
    let with = |more: &[&'static str]| [&shown[..], more].concat();
    for (version, cipher) in [("-tls1_3", "CIPHER is TLS_"), ("-tls1_2", "CIPHER is ECDHE-ECDSA-")] {
        // Who names no protocol is older than the names, and is spoken to in gRPC.
        for (protocol, chosen) in [(&["-alpn", "h2"][..], "ALPN protocols selected: h2"), (&[], cipher)] {
            let met = s_server(&announced, &with(&[&[version], protocol].concat())).await;
            for says in [PREFACE, chosen, cipher, "Client certificate\n-----BEGIN CERTIFICATE-----"] {
                assert!(met.said.contains(says), "{says}: {}", met.said);
            }
            assert!(matches!(met.error, StartError::Protocol { .. }), "{}", met.error);
        }
        let met = s_server(&announced, &with(&[version, "-alpn", "http/1.1"])).await;
        assert_refused(&met, "NoApplicationProtocol");
    }
    for old in spoken(&["-tls1_1"]) {
        let met = s_server(&announced, &with(&[old, "-cipher", OLD_CIPHERS, "-alpn", "h2"])).await;
        assert_refused(&met, "ProtocolVersion");
    }
}

#[tokio::test]
async fn a_host_whose_clock_is_far_away_is_served_all_the_same() {
    // Its certificate was over long ago by the clock of the plugin. What counts is that it is the announced one.
    KeyHolder::start(expired()).await.serves_its_host().await;
}

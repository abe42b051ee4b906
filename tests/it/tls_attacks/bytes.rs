//! Attacks on a plugin with bytes of our own: what no TLS library would send, or would not stop sending at this place.

use std::io::{self, Read};

use rpcplugin::Security;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio_rustls::rustls::ClientConnection;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::version::TLS13;

use super::forge::{client, parameters};
use super::in_time;
use super::target::{Attacked, HTTP2_OPENING, KeyHolder};

/// The first bytes of records of TLS, which say what is in them.
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;

/// The first byte of the message of a server that goes on with a handshake.
const SERVER_HELLO: u8 = 2;

/// The second byte of an alert that ends the connection, and the third of one that names the version as its reason.
const FATAL: u8 = 2;
const PROTOCOL_VERSION: u8 = 70;

/// Sends bytes, stays there, and reads until the other side hangs up.
async fn send(mut stream: UnixStream, bytes: &[u8]) -> Vec<u8> {
    let mut answer = Vec::new();
    in_time(async {
        // It may hang up in the middle of it. What it said before is read all the same.
        let _ = stream.write_all(bytes).await;
        let _ = stream.read_to_end(&mut answer).await;
    })
    .await;
    answer
}

/// The reason in an answer that is an alert and nothing else. A peer that was given up for its silence gets none.
fn only_alert(answer: &[u8]) -> Option<u8> {
    match answer {
        [ALERT, 3, _, 0, 2, FATAL, reason] => Some(*reason),
        _ => None,
    }
}

/// A first message of TLS, with a cipher, a curve and a signature that the plugin takes.
fn client_hello(version: [u8; 2]) -> Vec<u8> {
    let extensions: &[&[u8]] = &[
        // Curves: P-256. Forms of their points: uncompressed.
        &[0, 10, 0, 4, 0, 2, 0, 23],
        &[0, 11, 0, 2, 1, 0],
        // Signatures: ECDSA with P-256 and SHA-256. There is no extension with versions: the field below is all.
        &[0, 13, 0, 4, 0, 2, 4, 3],
    ];
    let extensions = extensions.concat();
    let mut message = version.to_vec();
    message.extend([7; 32]);
    // No session. Ciphers: ECDHE with ECDSA, in the AES of TLS 1.2 and the one of TLS 1.0 and 1.1. No compression.
    message.extend([0, 0, 4, 0xc0, 0x2b, 0xc0, 0x09, 1, 0]);
    message.extend(u16::try_from(extensions.len()).unwrap().to_be_bytes());
    message.extend(extensions);
    let length = u16::try_from(message.len()).unwrap().to_be_bytes();
    let record = u16::try_from(message.len() + 4).unwrap().to_be_bytes();
    let mut bytes = vec![HANDSHAKE, 3, 1, record[0], record[1], 1, 0, length[0], length[1]];
    bytes.extend(message);
    bytes
}

/// The first message of a whole client of TLS 1.3.
fn modern_hello() -> Vec<u8> {
    let name = ServerName::try_from("localhost").unwrap();
    let mut connection = ClientConnection::new(client(&TLS13, None).into(), name).unwrap();
    let mut bytes = Vec::new();
    connection.write_tls(&mut bytes).unwrap();
    bytes
}

#[tokio::test]
async fn http2_in_plaintext_gets_no_answer() {
    let plugin = Attacked::start(Security::AutoMtls).await;
    let answer = send(plugin.connect().await, HTTP2_OPENING).await;
    assert_ne!(only_alert(&answer), None, "{answer:?}");
    plugin.ends_unharmed().await;
}

#[tokio::test]
async fn a_client_of_tls_before_1_2_is_told_that_its_version_is_the_reason() {
    let plugin = Attacked::start(Security::AutoMtls).await;
    for (name, version) in [("SSL 3.0", [3, 0]), ("TLS 1.0", [3, 1]), ("TLS 1.1", [3, 2])] {
        let answer = send(plugin.connect().await, &client_hello(version)).await;
        assert_eq!(only_alert(&answer), Some(PROTOCOL_VERSION), "{name}: {answer:?}");
        plugin.still_serves_its_host().await;
    }
    // The same bytes with another version are answered, so the version was the reason.
    let mut stream = plugin.connect().await;
    stream.write_all(&client_hello([3, 3])).await.unwrap();
    let mut answer = [0; 6];
    in_time(stream.read_exact(&mut answer)).await.unwrap();
    assert_eq!((answer[0], answer[5]), (HANDSHAKE, SERVER_HELLO));
    plugin.ends_unharmed().await;
}

#[tokio::test]
async fn garbage_gets_no_answer() {
    let plugin = Attacked::start(Security::AutoMtls).await;
    let mut broken_hello = modern_hello();
    // Behind the nine bytes that say what it is and how long.
    broken_hello[9..].fill(0xff);
    let cases = [
        ("zeros", vec![0; 100_000]),
        ("ones", vec![0xff; 100_000]),
        ("a line of HTTP/1.1", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec()),
        ("a record larger than any", [HANDSHAKE, 3, 1, 0xff, 0xff].repeat(10_000)),
        ("records without content", [HANDSHAKE, 3, 1, 0, 0].repeat(10_000)),
        ("a first message with nothing right in it", broken_hello),
        ("data before any handshake", [&[23, 3, 3, 0, 64][..], &[7; 64]].concat()),
        ("the message of a server", vec![HANDSHAKE, 3, 3, 0, 4, SERVER_HELLO, 0, 0, 0]),
    ];
    for (name, bytes) in cases {
        let answer = send(plugin.connect().await, &bytes).await;
        assert_ne!(only_alert(&answer), None, "{name}: {answer:?}");
        plugin.still_serves_its_host().await;
    }
    // The library has no last word for a message that says that it is larger than any.
    let answer = send(plugin.connect().await, &[HANDSHAKE, 3, 1, 0, 4, 1, 0xff, 0xff, 0xff]).await;
    assert_eq!(answer, b"");
    plugin.ends_unharmed().await;
}

#[tokio::test]
async fn peers_that_do_not_finish_keep_nobody_waiting() {
    let plugin = Attacked::start(Security::AutoMtls).await;
    let holder = KeyHolder::start(parameters()).await;
    let hello = modern_hello();
    let mut hanging = Vec::new();
    for length in [hello.len(), hello.len() - 1, hello.len() / 2, 5, 1, 0].repeat(5) {
        for mut stream in [plugin.connect().await, holder.connect().await] {
            stream.write_all(&hello[..length]).await.unwrap();
            hanging.push(stream);
        }
        plugin.still_serves_its_host().await;
    }
    // A host that connects only now gets in as well.
    holder.serves_its_host().await;
    // Nobody was served only because the last, who say nothing at all, had been given up.
    for stream in hanging.drain(hanging.len() - 2..) {
        let error = stream.into_std().unwrap().read(&mut [0]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::WouldBlock, "{error}");
    }
    drop(hanging);
    plugin.ends_unharmed().await;
}

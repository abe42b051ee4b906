//! Attacks on a host: the plugin is a script that announces a socket, and behind the socket sits this test.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rpcplugin::{HandshakeError, Security, StartError, TransportError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::{AlertDescription, ServerConfig, ServerConnection};

use super::forge::{
    ALPN, Credentials, NOT_ANNOUNCED, NOT_PROVED, VERSIONS, alert, authority, expired, issued, key,
    parameters, self_signed, server,
};
use super::in_time;
use super::trap::{Trap, start_against};

/// The words for another certificate than the announced one.
pub(super) const ANOTHER: &str = "invalid peer certificate: ApplicationVerificationFailure";

/// Starts a host whose plugin announces `announced`, while the socket belongs to a server with other credentials.
/// The host must refuse it for this reason, tell it this alert, and send nothing more.
pub(super) async fn attack(
    announced: &CertificateDer<'static>,
    shown: &Credentials,
    cause: &str,
    reason: AlertDescription,
) {
    for version in VERSIONS {
        let trap = Trap::set();
        let serve = async {
            let acceptor = TlsAcceptor::from(Arc::new(server(version, shown, true)));
            match acceptor.accept(trap.accept().await).into_fallible().await {
                Ok(_) => panic!("{version:?}: the host accepted the impostor"),
                Err((error, mut stream)) => {
                    let mut rest = Vec::new();
                    // The host may have hung up with our bytes unread, which is an error on this side.
                    let _ = stream.read_to_end(&mut rest).await;
                    (error, rest)
                }
            }
        };
        let start = Box::pin(trap.announcing(announced).start());
        let (start, (end, rest)) = in_time(async { tokio::join!(start, serve) }).await;
        let error = start.unwrap_err();
        assert_refused(&error, cause);
        assert_eq!(alert(&end), Some(reason), "{version:?}: {end}");
        assert_eq!(rest, b"", "{version:?}: the host went on after its alert");
        assert!(!trap.was_touched(), "{version:?}: the host tried again");
    }
}

/// The handshake of TLS failed, and the text says for which cause and what it may mean.
fn assert_refused(error: &StartError, cause: &str) {
    let refused = matches!(error, StartError::Connect { source: TransportError::TlsHandshake { .. }, .. });
    assert!(refused, "{error}");
    let text = error.to_string();
    assert!(text.starts_with("the TLS handshake failed: ") && text.contains(cause), "{text}");
    assert!(text.contains("the plugin did not show the certificate it announced"), "{text}");
}

/// The types of the records of TLS of which these bytes consist.
pub(super) fn record_types(mut bytes: &[u8]) -> Vec<u8> {
    let mut types = Vec::new();
    while let [kind, 3, _, high, low, rest @ ..] = bytes {
        types.push(*kind);
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        bytes = rest.get(length..).expect("a whole record");
    }
    assert_eq!(bytes, b"", "not a record");
    types
}

/// The host said what opens TLS, perhaps why it ends, and nothing that was meant for a plugin.
fn assert_only_hello(sent: &[u8]) {
    let types = record_types(sent);
    assert!(matches!(types[..], [22] | [22, 21]), "{types:?}");
}

#[tokio::test]
async fn a_plugin_with_another_certificate_than_it_announced_is_refused() {
    let (key, other_key) = (key(), key());
    let announced = self_signed(&parameters(), &key);
    // Of another key; of the same key, signed anew; of the same key, long ago.
    let others = [
        (self_signed(&parameters(), &other_key), &other_key),
        (self_signed(&parameters(), &key), &key),
        (self_signed(&expired(), &key), &key),
    ];
    for (other, key) in others {
        attack(&announced, &Credentials::new([&other], key), ANOTHER, NOT_ANNOUNCED).await;
    }
}

#[tokio::test]
async fn the_announced_certificate_without_its_key_is_refused() {
    // Whoever reads the plugin's standard output has the certificate.
    let (key, other_key) = (key(), key());
    let announced = self_signed(&parameters(), &key);
    let other = self_signed(&parameters(), &other_key);
    for shown in
        [Credentials::new([&announced], &other_key), Credentials::new([&announced, &other], &other_key)]
    {
        attack(&announced, &shown, "BadSignature", NOT_PROVED).await;
    }
}

#[tokio::test]
async fn a_certificate_that_the_announced_one_signed_is_refused() {
    // go-plugin's certificates are authorities: whoever checks a chain to them lets these in.
    let (key, leaf_key) = (key(), key());
    let announced = self_signed(&authority(), &key);
    let leaf = issued(&leaf_key, &key);
    for shown in [Credentials::new([&leaf], &leaf_key), Credentials::new([&leaf, &announced], &leaf_key)] {
        attack(&announced, &shown, ANOTHER, NOT_ANNOUNCED).await;
    }
}

#[tokio::test]
async fn a_plugin_that_speaks_http2_in_plaintext_is_told_nothing() {
    let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    let (error, sent) = start_against(&settings).await;
    assert_refused(&error, "corrupt message");
    assert_only_hello(&sent);
}

#[tokio::test]
async fn a_plugin_of_tls_1_1_is_refused() {
    // Version, random bytes, no session, a cipher of that age, no compression.
    let hello = [&[3, 2][..], &[7; 32], &[0, 0xc0, 0x09, 0]].concat();
    let length = u8::try_from(hello.len()).unwrap();
    let answer = [&[22, 3, 2, 0, length + 4, 2, 0, 0, length][..], &hello].concat();
    let (error, sent) = start_against(&answer).await;
    assert_refused(&error, "peer is incompatible");
    assert_eq!(record_types(&sent), [22, 21]);
    // The last byte of an alert is its reason: the version.
    assert_eq!(sent.last(), Some(&70));
}

#[tokio::test]
async fn a_plugin_that_knows_no_protocol_of_the_hosts_is_refused() {
    let key = key();
    let announced = self_signed(&parameters(), &key);
    for version in VERSIONS {
        let mut config = server(version, &Credentials::new([&announced], &key), true);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let trap = Trap::set();
        let serve = async { TlsAcceptor::from(Arc::new(config)).accept(trap.accept().await).await };
        let start = Box::pin(trap.announcing(&announced).start());
        let (start, served) = in_time(async { tokio::join!(start, serve) }).await;
        assert!(served.is_err(), "{version:?}");
        assert_refused(&start.unwrap_err(), "NoApplicationProtocol");
        assert!(!trap.was_touched(), "{version:?}: the host tried again");
    }
}

#[tokio::test]
async fn a_plugin_that_agrees_to_a_protocol_which_was_not_offered_is_refused() {
    /// The protocol in a hello of a server: the extension, its length, that of the list and that of the name.
    const AGREED: &[u8] = b"\0\x10\0\x05\0\x03\x02h2";
    let key = key();
    let announced = self_signed(&parameters(), &key);
    // In TLS 1.2 it can be read, and so written. The library itself would agree to nothing of the kind.
    let config = server(VERSIONS[1], &Credentials::new([&announced], &key), true);
    let mut server = ServerConnection::new(Arc::new(config)).unwrap();
    let trap = Trap::set();
    let serve = async {
        let mut stream = trap.accept().await;
        let mut said = Vec::new();
        while !server.wants_write() {
            stream.read_buf(&mut said).await.unwrap();
            let mut new = said.as_slice();
            server.read_tls(&mut new).unwrap();
            said = new.to_vec();
            server.process_new_packets().unwrap();
        }
        let mut answer = Vec::new();
        while server.wants_write() {
            server.write_tls(&mut answer).unwrap();
        }
        let at = answer.windows(AGREED.len()).position(|bytes| bytes == AGREED).unwrap();
        answer[at + AGREED.len() - 1] = b'3';
        stream.write_all(&answer).await.unwrap();
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
        rest
    };
    let start = Box::pin(trap.announcing(&announced).start());
    let (start, rest) = in_time(async { tokio::join!(start, serve) }).await;
    assert_refused(&start.unwrap_err(), "SelectedUnofferedApplicationProtocol");
    assert_eq!(record_types(&rest), [21], "more than an alert");
}

#[tokio::test]
async fn a_plugin_that_hangs_up_or_sends_garbage_instead_of_tls_is_refused() {
    let cases: [(&[u8], &str); 3] =
        [(b"", "eof"), (&[22, 3, 3, 0, 90, 2, 0, 0], "eof"), (&[0xff; 4096], "corrupt message")];
    for (answer, cause) in cases {
        let (error, sent) = start_against(answer).await;
        assert_refused(&error, cause);
        assert_only_hello(&sent);
    }
}

#[tokio::test]
async fn a_line_that_does_not_bind_the_plugin_to_a_certificate_leads_to_no_connection() {
    let certificate = self_signed(&parameters(), &key());
    let missing = "announced no certificate";
    let cases = [
        ("no certificate", String::new(), missing),
        // Short data in this field is a relic of old plugins, not a certificate.
        ("a short word", "garbage".to_owned(), missing),
        ("no base64", "?".repeat(600), "field 6, the certificate, is not a certificate in base64"),
        ("garbage in base64", STANDARD_NO_PAD.encode([7; 400]), "not an X.509 certificate"),
        (
            "half a certificate",
            STANDARD_NO_PAD.encode(&certificate[..certificate.len() / 2]),
            "not an X.509 certificate",
        ),
    ];
    for (name, field, cause) in cases {
        let trap = Trap::set();
        let error = in_time(trap.plugin(&field).start()).await.unwrap_err();
        let StartError::Handshake { source, .. } = &error else { panic!("{name}: {error}") };
        let fits = match source {
            HandshakeError::MissingCertificate => cause == missing,
            HandshakeError::BadCertificate { .. } => cause != missing,
            _ => false,
        };
        assert!(fits, "{name}: {error}");
        assert!(error.to_string().contains(cause), "{name}: {error}");
        assert!(!trap.was_touched(), "{name}: the host connected");
    }
}

#[tokio::test]
async fn a_plugin_with_a_certificate_is_not_called_in_plaintext() {
    let trap = Trap::set();
    let announcing = trap.announcing(&self_signed(&parameters(), &key()));
    let error = in_time(announcing.security(Security::Plaintext).start()).await.unwrap_err();
    let refused =
        matches!(error, StartError::Handshake { source: HandshakeError::UnexpectedCertificate, .. });
    assert!(refused, "{error}");
    assert!(!trap.was_touched());
}

/// Lets a host connect to a plugin with the right certificate, which hangs up as soon as it is spoken to.
/// Returns the certificate that the host showed, and the one that it announced.
async fn meet(
    config: ServerConfig,
    announced: &CertificateDer<'static>,
) -> [Option<CertificateDer<'static>>; 2] {
    let trap = Trap::set();
    let serve = async {
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let mut stream = acceptor.accept(trap.accept().await).await.unwrap();
        let mut opening = [0; 14];
        stream.read_exact(&mut opening).await.unwrap();
        assert_eq!(&opening, b"PRI * HTTP/2.0");
        let session = stream.get_ref().1;
        assert_eq!(session.alpn_protocol(), Some(ALPN));
        session.peer_certificates().map(|chain| chain[0].clone())
    };
    let (start, shown) = in_time(async { tokio::join!(trap.announcing(announced).start(), serve) }).await;
    let error = start.unwrap_err();
    // It came to the first question, and that got no answer.
    assert!(matches!(error, StartError::Protocol { .. } | StartError::NotReady { .. }), "{error}");
    [shown, Some(trap.host_certificate())]
}

#[tokio::test]
async fn the_host_shows_the_certificate_it_announced_in_both_versions_of_tls() {
    let key = key();
    let announced = self_signed(&parameters(), &key);
    for version in VERSIONS {
        let config = server(version, &Credentials::new([&announced], &key), true);
        let [shown, promised] = Box::pin(meet(config, &announced)).await;
        assert_eq!(shown, promised, "{version:?}");
    }
}

#[tokio::test]
async fn a_plugin_that_asks_for_no_certificate_is_accepted_with_its_own() {
    // pyvider's plugins are like that. They risk their own side; the host knows whom it calls all the same.
    let key = key();
    let announced = self_signed(&parameters(), &key);
    for version in VERSIONS {
        let config = server(version, &Credentials::new([&announced], &key), false);
        let [shown, _promised] = Box::pin(meet(config, &announced)).await;
        assert_eq!(shown, None, "{version:?}");
    }
}

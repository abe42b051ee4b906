use proptest::prelude::*;

use super::*;

const HELLO: &[u8] = &[0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3];

/// What a host may say, what it is, and after how many bytes that is known.
const HOSTS: [(&[u8], Speech, usize); 22] = [
    (&MAGIC, Speech::Known(Protocol::Binary), 8),
    (&HTTP2_PREFACE, Speech::Known(Protocol::Grpc), 24),
    (b"GET / HTTP/1.1\r\n", Speech::Foreign(Foreign::Http1), 4),
    (b"POST /test HTTP/1.0\r\n", Speech::Foreign(Foreign::Http1), 5),
    (b"PUT /x HTTP/1.1\r\n", Speech::Foreign(Foreign::Http1), 4),
    (b"OPTIONS * HTTP/1.1\r\n", Speech::Foreign(Foreign::Http1), 8),
    (HELLO, Speech::Foreign(Foreign::Tls), 2),
    (b"SSH-2.0-OpenSSH_9.6\r\n", Speech::Foreign(Foreign::Ssh), 4),
    (b"\x89rpcb\n\x1a", Speech::Foreign(Foreign::MangledBinary), 6),
    (b"\x89rpcb\r\r\n\x1a", Speech::Foreign(Foreign::MangledBinary), 7),
    (b"\x89rpcb\r\x1a", Speech::Foreign(Foreign::MangledBinary), 7),
    (b"\x89rpcb\r\n\r\n", Speech::Foreign(Foreign::MangledBinary), 8),
    (b"\x09rpcb\r\n\x1a", Speech::Foreign(Foreign::MangledBinary), 5),
    (b"\xc2\x89rpcb\r\n\x1a", Speech::Foreign(Foreign::MangledBinary), 6),
    (b"\xef\xbf\xbdrpcb\r\n\x1a", Speech::Foreign(Foreign::MangledBinary), 7),
    (b"?rpcb\r\n\x1a", Speech::Foreign(Foreign::MangledBinary), 5),
    (b"\x89rpcc\r\n\x1a", Speech::Foreign(Foreign::NewerBinary), 5),
    (b"PRI * HTTP/2.0\n\nSM\n\n", Speech::Foreign(Foreign::MangledHttp2), 15),
    (b"PRINT this", Speech::Foreign(Foreign::Text), 4),
    (b"hello\n", Speech::Foreign(Foreign::Text), 1),
    (b"\x89PNG\r\n\x1a\n", Speech::Foreign(Foreign::Bytes), 2),
    (b"\0\0\0\x04", Speech::Foreign(Foreign::Bytes), 1),
];

/// The same of a plugin.
const PLUGINS: [(&[u8], Speech, usize); 11] = [
    (&MAGIC, Speech::Known(Protocol::Binary), 8),
    (b"\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64", Speech::Known(Protocol::Grpc), 9),
    (b"\0\0\x08\x07\0\0\0\0\0", Speech::Known(Protocol::Grpc), 9),
    (b"HTTP/1.1 400 Bad Request\r\n", Speech::Foreign(Foreign::Http1), 7),
    (b"\x15\x03\x01\0\x02\x02\x46", Speech::Foreign(Foreign::Tls), 2),
    (b"SSH-2.0-OpenSSH_9.6\r\n", Speech::Foreign(Foreign::Ssh), 4),
    (b"\x89rpcb\n\x1a", Speech::Foreign(Foreign::MangledBinary), 6),
    (b"\x89rpcd", Speech::Foreign(Foreign::NewerBinary), 5),
    (b"220 mail ready", Speech::Foreign(Foreign::Text), 1),
    (b"\0\0\0\0\0\0\0\0\0", Speech::Foreign(Foreign::Bytes), 4),
    (b"\0\0\x06\x04\0\0\0\0\x01", Speech::Foreign(Foreign::Bytes), 9),
];

fn as_early_as(judge: fn(&[u8]) -> Option<Speech>, cases: &[(&[u8], Speech, usize)]) {
    for (bytes, speech, known) in cases {
        for length in 0..=bytes.len() {
            let expected = (length >= *known).then_some(*speech);
            assert_eq!(judge(&bytes[..length]), expected, "{} of {length}", bytes.escape_ascii());
        }
    }
}

#[test]
fn whoever_opens_a_connection_is_known_by_its_first_bytes() {
    as_early_as(of_host, &HOSTS);
}

#[test]
fn whatever_answers_is_known_by_its_first_bytes() {
    as_early_as(of_plugin, &PLUGINS);
}

#[test]
fn a_beginning_of_each_known_text_is_no_verdict() {
    for text in [&MAGIC[..], &HTTP2_PREFACE[..]] {
        for length in 0..text.len() {
            assert_eq!(of_host(&text[..length]), None, "{length} bytes");
        }
    }
}

#[test]
fn a_refusal_says_what_it_found_and_what_to_do() {
    let refused = |bytes: &[u8], secure| match of_host(bytes) {
        Some(Speech::Foreign(found)) => {
            ForeignError::Peer { found, first: bytes.to_vec(), secure }.to_string()
        }
        other => panic!("{other:?}"),
    };
    let text = refused(HELLO, false);
    assert!(text.contains("speaks TLS") && text.contains("`Security::AutoMtls`"), "{text}");
    assert!(refused(HELLO, true).contains("there is TLS already"));
    let text = refused(b"GET / HTTP/1.1\r\nhost: localhost\r\n", false);
    assert!(text.contains("begins with `GET / HTTP/1.1\\r\\nhost: lo`"), "{text}");
    let found = Foreign::Tls;
    let text = ForeignError::Plugin { found, first: b"\x15\x03".to_vec() }.to_string();
    assert!(text.contains("answers in TLS: it begins with `\\x15\\x03`"), "{text}");
}

proptest! {
    #[test]
    fn the_verdict_is_the_same_in_whatever_pieces_the_bytes_come(
        known in proptest::sample::select(HOSTS.map(|(bytes, ..)| bytes).to_vec()),
        kept in 0_usize..30,
        rest in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        let bytes = [&known[..kept.min(known.len())], &rest].concat();
        for judge in [of_host, of_plugin] {
            let whole = judge(&bytes);
            let first = (0..=bytes.len()).find_map(|length| judge(&bytes[..length]));
            prop_assert_eq!(first, whole);
            // As many bytes as the longest text that is known always suffice.
            prop_assert!(whole.is_some() || bytes.len() < HTTP2_PREFACE.len());
        }
    }
}

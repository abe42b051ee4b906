//! The grammar of the line, rule by rule, and against generated lines.
#![expect(clippy::unwrap_used, reason = "clippy's exception for tests does not reach their helpers")]

mod bad_lines;

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use proptest::prelude::*;

use super::*;
use crate::transport::Address;
use crate::transport::tls::{Identity, PeerCertificate};

fn parse(line: &str) -> Result<HandshakeLine, HandshakeError> {
    line.parse()
}

fn certificate() -> Vec<u8> {
    Identity::generate().unwrap().certificate().to_vec()
}

#[test]
fn lines_of_other_implementations_are_read() {
    let certificate = certificate();
    let unpadded = STANDARD_NO_PAD.encode(&certificate);
    let padded = STANDARD.encode(&certificate);
    let lines = [
        // go-plugin, plain, with multiplexing, and with a certificate.
        ("1|1|unix|/tmp/plugin2294162629|grpc|\n".to_owned(), false, None),
        ("1|1|unix|/tmp/plugin4171375224|grpc||true\n".to_owned(), false, Some(true)),
        (format!("1|1|unix|/tmp/plugin1|grpc|{unpadded}\n"), true, None),
        // Plugins that end the line early, or as Windows does.
        ("1|1|unix|/tmp/plugin1|grpc".to_owned(), false, None),
        (" 1|1|unix|/tmp/plugin1|grpc|\r\n".to_owned(), false, None),
        // Padding, and short data of the first years in the sixth field.
        (format!("1|1|unix|/tmp/plugin1|grpc|{padded}"), true, None),
        ("1|1|unix|/tmp/plugin1|grpc|extra".to_owned(), false, None),
        // Fields that a later version may add.
        ("1|1|unix|/tmp/plugin1|grpc||false|later|still later".to_owned(), false, Some(false)),
    ];
    for (text, has_certificate, multiplex) in lines {
        let line = parse(&text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        assert_eq!(line.protocol, PluginProtocol::Grpc, "{text:?}");
        assert_eq!(line.certificate.is_some(), has_certificate, "{text:?}");
        assert_eq!(line.multiplex, multiplex, "{text:?}");
    }
}

#[test]
fn four_fields_are_a_net_rpc_plugin() {
    let line = parse("1|1|tcp|127.0.0.1:1234").unwrap();
    assert_eq!(line.protocol, PluginProtocol::NetRpc);
    let asked = Expectation { versions: &[1], mutual_tls: false, multiplex: false };
    assert_eq!(accept(line, &asked).unwrap_err(), HandshakeError::NetRpc);
}

#[test]
fn every_rule_of_the_line_has_its_error() {
    let found = str::to_owned;
    let too_long = format!("1|1|unix|{}|grpc|", "x".repeat(crate::limits::HANDSHAKE_LINE_BYTES_MAX));
    let cases = [
        ("", HandshakeError::Unrecognized { line: found("") }),
        ("hello", HandshakeError::Unrecognized { line: found("hello") }),
        ("1|1|unix", HandshakeError::MissingField { field: 4, line: found("1|1|unix") }),
        (too_long.as_str(), HandshakeError::TooLong { limit: crate::limits::HANDSHAKE_LINE_BYTES_MAX }),
        ("x|1|unix|/a|grpc|", HandshakeError::CoreVersionNotANumber { found: found("x") }),
        ("|1|unix|/a|grpc|", HandshakeError::CoreVersionNotANumber { found: found("") }),
        ("+1|1|unix|/a|grpc|", HandshakeError::CoreVersionNotANumber { found: found("+1") }),
        ("-1|1|unix|/a|grpc|", HandshakeError::CoreVersionNotANumber { found: found("-1") }),
        ("2|1|unix|/a|grpc|", HandshakeError::CoreVersionMismatch { found: 2, expected: 1 }),
        ("1|x|unix|/a|grpc|", HandshakeError::VersionNotANumber { found: found("x") }),
        ("1|4294967296|unix|/a|grpc|", HandshakeError::VersionNotANumber { found: found("4294967296") }),
        ("1|\u{661}|unix|/a|grpc|", HandshakeError::VersionNotANumber { found: found("\u{661}") }),
        ("1|1|udp|/a|grpc|", HandshakeError::UnknownNetwork { found: found("udp") }),
        ("1|1|Unix|/a|grpc|", HandshakeError::UnknownNetwork { found: found("Unix") }),
        (
            "1|1|unix||grpc|",
            HandshakeError::BadAddress { found: found(""), expected: "the path of a socket" },
        ),
        ("1|1|tcp|192.0.2.7:80|grpc|", HandshakeError::ForeignAddress { found: found("192.0.2.7:80") }),
        ("1|1|tcp|0.0.0.0:80|grpc|", HandshakeError::ForeignAddress { found: found("0.0.0.0:80") }),
        ("1|1|unix|/a|thrift|", HandshakeError::UnknownProtocol { found: found("thrift") }),
        ("1|1|unix|/a||", HandshakeError::UnknownProtocol { found: found("") }),
        ("1|1|unix|/a|grpc||maybe", HandshakeError::BadMultiplex { found: found("maybe") }),
    ];
    for (text, expected) in cases {
        assert_eq!(parse(text), Err(expected), "{text:?}");
    }
}

#[test]
fn addresses_that_are_none_are_refused() {
    for address in ["", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:70000", "example.com:80", ":", "localhost:x"] {
        let error = parse(&format!("1|1|tcp|{address}|grpc|")).unwrap_err();
        assert!(matches!(error, HandshakeError::BadAddress { .. }), "{address}: {error}");
    }
}

#[test]
fn short_forms_of_a_local_address_are_read() {
    let expected = Address::Tcp("127.0.0.1:1234".parse().unwrap());
    for address in ["127.0.0.1:1234", ":1234", "localhost:1234"] {
        assert_eq!(parse(&format!("1|1|tcp|{address}|grpc|")).unwrap().address, expected, "{address}");
    }
    assert_eq!(
        parse("1|1|tcp|[::1]:1234|grpc|").unwrap().address,
        Address::Tcp("[::1]:1234".parse().unwrap())
    );
}

#[test]
fn a_certificate_that_is_none_is_refused() {
    let not_base64 = "*".repeat(60);
    let error = parse(&format!("1|1|unix|/a|grpc|{not_base64}")).unwrap_err();
    assert!(matches!(error, HandshakeError::BadCertificate { .. }), "{error}");

    let asked = Expectation { versions: &[1], mutual_tls: true, multiplex: false };
    let mut trailing = certificate();
    trailing.push(0);
    for der in [vec![0; 60], trailing] {
        let line = HandshakeLine::new(1, Address::Unix(PathBuf::from("/a")), Some(der));
        let error = accept(line, &asked).unwrap_err();
        assert!(matches!(error, HandshakeError::BadCertificate { .. }), "{error}");
    }
}

#[test]
fn what_was_asked_for_is_what_is_accepted() {
    let der = certificate();
    let line = |certificate| HandshakeLine::new(2, Address::Unix(PathBuf::from("/a")), certificate);
    let tls = Expectation { versions: &[1, 2], mutual_tls: true, multiplex: false };
    let plain = Expectation { versions: &[1, 2], mutual_tls: false, multiplex: false };
    let other = Expectation { versions: &[1, 3], mutual_tls: false, multiplex: false };

    let accepted = accept(line(Some(der.clone())), &tls).unwrap();
    assert_eq!(accepted.certificate, Some(PeerCertificate::from_der(der.clone()).unwrap()));
    assert_eq!(accept(line(None), &plain).unwrap().version, 2);
    assert_eq!(accept(line(None), &tls).unwrap_err(), HandshakeError::MissingCertificate);
    assert_eq!(accept(line(Some(der)), &plain).unwrap_err(), HandshakeError::UnexpectedCertificate);
    assert_eq!(
        accept(line(None), &other).unwrap_err(),
        HandshakeError::VersionMismatch { found: 2, supported: vec![1, 3] }
    );
    let multiplexed = HandshakeLine { multiplex: Some(true), ..line(None) };
    assert_eq!(accept(multiplexed, &plain).unwrap_err(), HandshakeError::UnexpectedMultiplex);
    for multiplex in [None, Some(false)] {
        let asked = Expectation { versions: &[1, 2], mutual_tls: false, multiplex: true };
        let alone = HandshakeLine { multiplex, ..line(None) };
        assert_eq!(accept(alone, &asked).unwrap_err(), HandshakeError::MultiplexUnsupported);
    }
    let asked = Expectation { versions: &[1, 2], mutual_tls: false, multiplex: true };
    accept(HandshakeLine { multiplex: Some(true), ..line(None) }, &asked).unwrap();
}

#[test]
fn an_error_quotes_what_it_found_and_nothing_that_moves_a_cursor() {
    let error = parse("\u{1b}[2Jwelcome").unwrap_err().to_string();
    assert!(error.contains("`\\u{1b}[2Jwelcome`"), "{error}");
}

fn address() -> impl Strategy<Value = Address> {
    prop_oneof![
        "/[a-zA-Z0-9_./ -]{1,90}[a-z]".prop_map(|path| Address::Unix(PathBuf::from(path))),
        (1_u16..).prop_map(|port| Address::Tcp(([127, 0, 0, 1], port).into())),
    ]
}

proptest! {
    #[test]
    fn a_line_survives_being_written_and_read(
        version: u32,
        address in address(),
        certificate in proptest::option::of(proptest::collection::vec(any::<u8>(), 40..900)),
        multiplex: Option<bool>,
    ) {
        let line = HandshakeLine { multiplex, ..HandshakeLine::new(version, address, certificate) };
        let text = line.to_string();
        prop_assert_eq!(parse(&format!("{text}\n")), Ok(line));
    }

    #[test]
    fn a_line_of_ours_has_the_five_bars_that_pyvider_counts(version: u32, address in address()) {
        let text = HandshakeLine::new(version, address, None).to_string();
        prop_assert_eq!(text.matches('|').count(), 5);
    }

    #[test]
    fn no_text_panics(text in "\\PC*") {
        let _ = parse(&text);
    }

    #[test]
    fn no_fields_panic(fields in proptest::collection::vec("[0-9]{0,3}|unix|tcp|grpc|/a|:1|[A-Za-z+/=]{48,60}|true|\\PC{0,4}", 0..9)) {
        let _ = parse(&fields.join("|"));
    }
}

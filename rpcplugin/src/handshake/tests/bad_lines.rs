//! Lines with one broken field: the error names that field, whatever is wrong with it. Some two hundred by hand, and thousands
//! that are drawn.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use proptest::prelude::*;

use super::certificate;
use crate::handshake::{Expectation, FirstLines, HandshakeError, HandshakeLine, accept};

/// What a host makes of the bytes on a plugin's standard output, as it does it: the line is found, read, and held against what was
/// asked for.
fn judge(bytes: &[u8], mutual_tls: bool) -> Result<HandshakeLine, HandshakeError> {
    let mut lines = FirstLines::new(0);
    lines.buffer().extend_from_slice(bytes);
    lines.buffer().extend_from_slice(b"\n");
    let line = lines.find(&|_| false)?.expect("the line has an end");
    accept(line.clone(), &Expectation { versions: &[1], mutual_tls, multiplex: false })?;
    Ok(line)
}

/// A line of which one field, counted from 1, is this.
fn with(field: usize, value: &[u8]) -> Vec<u8> {
    let mut fields: [&[u8]; 7] = [b"1", b"1", b"unix", b"/tmp/plugin/socket", b"grpc", b"", b"false"];
    fields[field - 1] = value;
    fields.join(&b'|')
}

/// What is no number, wherever one is expected.
const NO_NUMBERS: [&str; 37] = [
    "",
    "+1",
    "-1",
    "+",
    "-",
    "x",
    "1x",
    "x1",
    "1.0",
    "1.",
    ".1",
    "1e0",
    "0x1",
    "0b1",
    "1_0",
    "1,0",
    "1/1",
    "(1)",
    "'1'",
    "\"1\"",
    "one",
    "true",
    "null",
    "NaN",
    "1 1",
    "1\t1",
    "1\0",
    "\u{1}1",
    "1\r1",
    "\u{661}",
    "\u{ff11}",
    "\u{b2}",
    "\u{202e}1",
    "1\u{200b}",
    "4294967296",
    "18446744073709551616",
    "99999999999999999999999999999999",
];

/// What is another number than the one that is expected.
const OTHER_NUMBERS: [&str; 7] = ["0", "2", "00", "10", "0002", "255", "4294967295"];

const NO_NETWORKS: [&str; 25] = [
    "",
    "Unix",
    "UNIX",
    "unix ",
    " unix",
    "unix\0",
    "unix\r",
    "\u{feff}unix",
    "\u{fc}nix",
    "un\u{200b}ix",
    "unixgram",
    "unixpacket",
    "tcp4",
    "tcp6",
    "TCP",
    "tcp,",
    "udp",
    "pipe",
    "npipe",
    "vsock",
    "abstract",
    "http",
    "https",
    "0",
    "/tmp/plugin/socket",
];

const NO_ADDRESSES: [&str; 32] = [
    "",
    ":",
    "127.0.0.1",
    "127.0.0.1:",
    "127.0.0.1:0",
    "127.0.0.1:65536",
    "127.0.0.1:-1",
    "127.0.0.1:+1",
    "127.0.0.1:x",
    "127.0.0.1:80:80",
    "127.0.0.1:80/",
    "127.0.0.1:\u{ff18}",
    "127.0.0.1 :80",
    " 127.0.0.1:80",
    "127.0.0.1:80 ",
    "127.0.0.1\0:80",
    "127.1:80",
    "0x7f.0.0.1:80",
    "2130706433:80",
    "256.0.0.1:80",
    "::1:80",
    "[::1]",
    "[::1]:",
    "[::1]:0",
    "[::1:80",
    "localhost",
    "localhost:",
    "localhost:0",
    "localhost:99999",
    "LOCALHOST:80",
    "example.com:80",
    "http://127.0.0.1:80",
];

const FOREIGN_ADDRESSES: [&str; 12] = [
    "0.0.0.0:80",
    "192.0.2.7:80",
    "10.0.0.1:1",
    "172.17.0.2:10000",
    "169.254.1.1:80",
    "224.0.0.1:80",
    "255.255.255.255:1",
    "128.0.0.1:80",
    "[::]:80",
    "[2001:db8::1]:80",
    "[fe80::1]:80",
    "[::ffff:192.0.2.7]:80",
];

const NO_PROTOCOLS: [&str; 21] = [
    "",
    "GRPC",
    "gRPC",
    "Grpc",
    "grpc ",
    " grpc",
    "grpc\0",
    "grpc\r",
    "grpcs",
    "grpc-web",
    "grpc/1",
    "http",
    "h2",
    "thrift",
    "jsonrpc",
    "net/rpc",
    "NETRPC",
    "netrpc2",
    "1",
    "\u{feff}grpc",
    "gr\u{200d}pc",
];

/// The parser of truth values is Go's.
const NO_TRUTH: [&str; 18] = [
    "", "yes", "no", "on", "off", "2", "-1", "+1", "00", "01", "tRUE", "tRue", "truth", "falsch", "true\0",
    "\u{ff11}", "null", "t f",
];

fn by_hand() -> Vec<(u8, Vec<u8>)> {
    let mut cases = Vec::new();
    let mut add = |field: u8, values: &[&str]| {
        cases.extend(values.iter().map(|value| (field, with(field.into(), value.as_bytes()))));
    };
    add(1, &NO_NUMBERS);
    add(1, &OTHER_NUMBERS);
    add(2, &NO_NUMBERS);
    add(2, &OTHER_NUMBERS);
    add(3, &NO_NETWORKS);
    add(4, &["", "\0", "/tmp/\0", "/tmp/plugin\0/socket"]);
    add(5, &NO_PROTOCOLS);
    add(5, &["netrpc"]);
    add(7, &NO_TRUTH);
    add(7, &["true", "1", "t"]);
    for address in NO_ADDRESSES.iter().chain(&FOREIGN_ADDRESSES) {
        cases.push((4, format!("1|1|tcp|{address}|grpc||false").into_bytes()));
    }
    // Bytes that are no text, in each field.
    for field in 1..=7_u8 {
        for bytes in [&b"\xff"[..], b"1\xc3", b"\xed\xa0\x80"] {
            cases.push((field, with(field.into(), bytes)));
        }
    }
    // A line that ends too early.
    for (field, line) in [
        (2, "1|"),
        (3, "1|1"),
        (3, "1|1|"),
        (4, "1|1|unix"),
        (4, "1|1|unix|"),
        (4, "1|1|tcp"),
        (5, "1|1|unix|/a"),
    ] {
        cases.push((field, line.as_bytes().to_vec()));
    }
    // A certificate where none was asked for, and what is none.
    let whole = STANDARD_NO_PAD.encode(certificate());
    let half = &whole[..whole.len() / 2];
    let inside = |text: &str| whole[..80].to_owned() + text + &whole[80..];
    for value in [
        whole.clone(),
        half.to_owned(),
        inside("*"),
        inside(" "),
        inside("\r"),
        inside("\0"),
        inside("="),
        inside("-_"),
        inside("\u{e9}"),
        whole.clone() + "====",
        "?".repeat(600),
        "=".repeat(60),
        "A".repeat(61),
        "AAAA".repeat(100),
        "-----BEGIN CERTIFICATE-----".to_owned() + &whole,
    ] {
        cases.push((6, with(6, value.as_bytes())));
    }
    cases
}

#[test]
fn the_error_of_every_line_by_hand_names_the_broken_field() {
    let cases = by_hand();
    assert!(cases.len() >= 200, "{} cases", cases.len());
    for (field, line) in cases {
        let text = String::from_utf8_lossy(&line).into_owned();
        let error = judge(&line, false).expect_err(&text);
        assert_eq!(error.field(), Some(field), "{text:?}: {error}");
        // What it says is for a terminal, and no attack on it.
        let said = error.to_string();
        assert!(!said.chars().any(|character| character.is_control() && character != '\t'), "{said:?}");
        assert!(said.len() < 1500, "{said}");
    }
}

#[test]
fn a_certificate_that_is_asked_for_and_broken_is_the_sixth_field() {
    let whole = STANDARD_NO_PAD.encode(certificate());
    let two = STANDARD_NO_PAD.encode([certificate(), certificate()].concat());
    let trailing = STANDARD_NO_PAD.encode([certificate(), vec![0]].concat());
    for value in [
        "",
        "extra",
        &whole[..whole.len() / 2],
        &two,
        &trailing,
        &STANDARD_NO_PAD.encode([7; 400]),
        &"x".repeat(57),
    ] {
        let error = judge(&with(6, value.as_bytes()), true).expect_err(value);
        assert_eq!(error.field(), Some(6), "{value}: {error}");
    }
    judge(&with(6, whole.as_bytes()), true).unwrap();
}

#[test]
fn fields_that_nobody_knows_are_passed_over() {
    let line = with(7, &[&b"false|later|"[..], &b"|x".repeat(100)].concat());
    assert_eq!(judge(&line, false).unwrap().multiplex, Some(false));
}

/// A value of a field that its rule does not allow. The rules stand here once more, in other words.
fn broken(field: usize) -> BoxedStrategy<Vec<u8>> {
    let text = || prop_oneof!["[ -~&&[^|]]{0,12}", "[^|\n]{0,12}", "[0-9]{0,30}", "[0-9a-zA-Z+/=:.]{0,70}"];
    let is_broken = move |value: &String| {
        let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.then(|| value.trim_start_matches('0').parse::<u128>().unwrap_or(0));
        match field {
            // White space and a byte order mark before the line belong to nobody.
            1 => {
                !value.starts_with(char::is_whitespace) && !value.starts_with('\u{feff}') && number != Some(1)
            }
            2 => number != Some(1),
            3 => value != "unix" && value != "tcp",
            4 => value.contains('\0') || value.is_empty(),
            5 => value != "grpc",
            6 => value.len() > 50,
            _ => {
                let known = ["0", "f", "F", "false", "FALSE", "False"];
                !value.ends_with(char::is_whitespace) && !known.contains(&value.as_str())
            }
        }
    };
    let text = match field {
        4 => prop_oneof![Just(String::new()), "[a-z/]{0,9}\0[a-z/]{0,9}"].boxed(),
        6 => "[ -~&&[^|]]{51,200}|[A-Za-z0-9+/]{51,900}".boxed(),
        _ => text().boxed(),
    };
    let bytes = text.prop_filter("it is right", is_broken).prop_map(String::into_bytes);
    let raw = proptest::collection::vec(any::<u8>(), 1..12).prop_filter("it is text, or a bar", |bytes| {
        std::str::from_utf8(bytes).is_err() && !bytes.contains(&b'|') && !bytes.contains(&b'\n')
    });
    prop_oneof![6 => bytes, 1 => raw].boxed()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn the_error_of_every_drawn_line_names_the_broken_field((field, value) in (1_usize..=7).prop_flat_map(|field| (Just(field), broken(field)))) {
        let line = with(field, &value);
        let error = judge(&line, false).expect_err("a broken field");
        prop_assert_eq!(error.field().map(usize::from), Some(field), "{}: {}", String::from_utf8_lossy(&line), error);
    }

    #[test]
    fn the_error_of_a_line_with_two_broken_fields_names_one_of_them(
        (one, first, other, second) in (1_usize..=7, 1_usize..=7).prop_flat_map(|(one, other)| (Just(one), broken(one), Just(other), broken(other))),
    ) {
        let mut fields: Vec<Vec<u8>> = with(one, &first).split(|byte| *byte == b'|').map(<[u8]>::to_vec).collect();
        fields[other - 1] = second;
        let error = judge(&fields.join(&b'|'), false).expect_err("two broken fields");
        let named = error.field().map(usize::from);
        // Without the first and the third field it is a line of anything.
        let is_none = matches!(error, HandshakeError::Unrecognized { .. }) && [one, other].contains(&1) && [one, other].contains(&3);
        prop_assert!(is_none || named == Some(one) || named == Some(other), "{}", error);
    }
}

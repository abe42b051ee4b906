//! The text of a status stands in a header, where only printable ASCII may stand: the rest is written as `%` and two digits.

/// The text with everything escaped that a header cannot hold. `%` is escaped as well.
#[cfg(feature = "server")]
pub(super) fn encode(text: &str) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if matches!(byte, b' '..=b'~') && byte != b'%' {
            encoded.push(char::from(byte));
        } else {
            let digit = |half: u8| DIGITS.get(usize::from(half)).copied().unwrap_or('0');
            encoded.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    encoded
}

/// The text of an escaped one. What is no escape stands for itself, and what is no UTF-8 is replaced: a text that a peer
/// spoiled is better than none.
#[cfg(feature = "client")]
pub(super) fn decode(text: &[u8]) -> String {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, behind @ ..] = rest {
        let escaped = match (first, behind) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)).map(|(high, low)| high * 16 + low),
            _ => None,
        };
        decoded.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { behind.get(2..).unwrap_or_default() } else { behind };
    }
    String::from_utf8(decoded).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

#[cfg(feature = "client")]
fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(all(test, feature = "client", feature = "server"))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_bytes_of_a_text() {
        assert_eq!(encode("\t100 %\n\u{e4}"), "%09100 %25%0A%C3%A4");
        assert_eq!(decode(b"%09100 %25%0a%c3%A4"), "\t100 %\n\u{e4}");
    }

    #[test]
    fn a_spoiled_text_is_read_as_far_as_it_goes() {
        assert_eq!(decode(b"100%"), "100%");
        assert_eq!(decode(b"%zz%4"), "%zz%4");
        assert_eq!(decode(b"a%FFb"), "a\u{fffd}b");
        assert_eq!(decode(&[b'a', 0xff]), "a\u{fffd}");
    }

    proptest! {
        #[test]
        fn a_text_survives(text: String) {
            let encoded = encode(&text);
            prop_assert!(encoded.bytes().all(|byte| matches!(byte, b' '..=b'~')));
            prop_assert_eq!(decode(encoded.as_bytes()), text);
        }
    }
}

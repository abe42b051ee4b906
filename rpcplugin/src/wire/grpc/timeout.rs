//! The time that a call has, as gRPC writes it: one to eight digits and a letter.

use std::time::Duration;

use http::HeaderValue;

/// The largest number that eight digits can say.
#[cfg(feature = "client")]
const LARGEST: u128 = 99_999_999;

/// Units from the finest to the coarsest, with their nanoseconds.
const UNITS: [(char, u64); 6] = [
    ('n', 1),
    ('u', 1_000),
    ('m', 1_000_000),
    ('S', 1_000_000_000),
    ('M', 60 * 1_000_000_000),
    ('H', 3600 * 1_000_000_000),
];

/// The header for a time, in the finest unit that can say it, rounded up: a call is never given less than it has.
#[cfg(feature = "client")]
pub(super) fn encode(timeout: Duration) -> Option<HeaderValue> {
    let nanoseconds = timeout.as_nanos();
    let said = UNITS.iter().find_map(|(unit, length)| {
        let count = nanoseconds.div_ceil(u128::from(*length));
        (count <= LARGEST).then(|| format!("{count}{unit}"))
    });
    HeaderValue::try_from(said?).ok()
}

/// The time of a header; `None` where it is not written as gRPC writes it.
#[cfg(feature = "server")]
pub(super) fn decode(header: &HeaderValue) -> Option<Duration> {
    let text = header.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let count: u32 = digits.parse().ok()?;
    let (_, length) = UNITS.iter().find(|(letter, _)| unit.starts_with(*letter))?;
    Duration::from_nanos(*length).checked_mul(count)
}

#[cfg(all(test, feature = "client", feature = "server"))]
mod tests {
    use super::*;

    fn header(text: &'static str) -> HeaderValue {
        HeaderValue::from_static(text)
    }

    #[test]
    fn every_unit_is_read() {
        for (text, expected) in [
            ("1n", Duration::from_nanos(1)),
            ("2u", Duration::from_micros(2)),
            ("3m", Duration::from_millis(3)),
            ("4S", Duration::from_secs(4)),
            ("5M", Duration::from_secs(300)),
            ("6H", Duration::from_secs(6 * 3600)),
            ("0S", Duration::ZERO),
            ("99999999H", Duration::from_secs(99_999_999 * 3600)),
        ] {
            assert_eq!(decode(&header(text)), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_grpc_does_not_write_is_refused() {
        for text in ["", "S", "5", "5s", "5h", "-5S", "+5S", "5 S", "1.5S", "123456789S", "5SS", "\u{661}S"] {
            let header = HeaderValue::from_bytes(text.as_bytes()).unwrap();
            assert_eq!(decode(&header), None, "{text}");
        }
    }

    #[test]
    fn a_time_is_written_in_the_finest_unit_that_can_say_it() {
        for (timeout, expected) in [
            (Duration::ZERO, "0n"),
            (Duration::from_millis(1), "1000000n"),
            (Duration::from_secs(5), "5000000u"),
            (Duration::from_nanos(5_000_000_001), "5000001u"),
            (Duration::from_secs(99_999_999), "99999999S"),
            (Duration::from_secs(99_999_999 * 60), "99999999M"),
        ] {
            assert_eq!(encode(timeout), Some(header(expected)));
        }
        assert_eq!(encode(Duration::MAX), None);
    }
}

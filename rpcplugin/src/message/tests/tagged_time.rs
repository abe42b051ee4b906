//! `google.protobuf.Duration` and `google.protobuf.Timestamp`.

use std::time::{Duration, SystemTime};

use proptest::prelude::*;
use prost::Message as _;

use super::tagged_field::{assert_field, read, try_write, write};
use super::{assert_bytes, refuse};
use crate::message::tagged::PLAIN;
use crate::{BinaryMessage, DecodeErrorKind, EncodeErrorKind};

/// Both well-known types have these fields.
#[derive(Clone, PartialEq, prost::Message)]
struct Parts {
    #[prost(int64, tag = "1")]
    seconds: i64,
    #[prost(int32, tag = "2")]
    nanos: i32,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Field {
    #[prost(message, optional, tag = "1")]
    field: Option<Parts>,
}

fn bytes(seconds: i64, nanos: i32) -> Vec<u8> {
    Field { field: Some(Parts { seconds, nanos }) }.encode_to_vec()
}

const EPOCH: SystemTime = SystemTime::UNIX_EPOCH;

#[test]
fn a_duration_is_seconds_and_nanoseconds() {
    assert_field::<Duration, PLAIN>(&Duration::new(3, 1), &[0x0a, 4, 0x08, 3, 0x10, 1]);
    assert_field::<Duration, PLAIN>(&Duration::from_secs(150), &[0x0a, 3, 0x08, 0x96, 0x01]);
    assert_field::<Duration, PLAIN>(&Duration::from_nanos(5), &[0x0a, 2, 0x10, 5]);
    assert_field::<Duration, PLAIN>(
        &Duration::new(315_576_000_000, 999_999_999),
        &bytes(315_576_000_000, 999_999_999),
    );
}

#[test]
fn a_time_is_seconds_since_1970_and_nanoseconds_forward_from_there() {
    assert_field::<SystemTime, PLAIN>(&(EPOCH + Duration::new(3, 1)), &[0x0a, 4, 0x08, 3, 0x10, 1]);
    assert_field::<SystemTime, PLAIN>(&(EPOCH - Duration::from_secs(1)), &bytes(-1, 0));
    assert_field::<SystemTime, PLAIN>(&(EPOCH - Duration::new(0, 1)), &bytes(-1, 999_999_999));
    assert_field::<SystemTime, PLAIN>(&(EPOCH - Duration::new(1, 250_000_000)), &bytes(-2, 750_000_000));
    // The first second of the year 1 and the last of 9999, as `date` counts them.
    let first = EPOCH - Duration::from_secs(62_135_596_800);
    assert_field::<SystemTime, PLAIN>(&first, &bytes(-62_135_596_800, 0));
    let last = EPOCH + Duration::new(253_402_300_799, 999_999_999);
    assert_field::<SystemTime, PLAIN>(&last, &bytes(253_402_300_799, 999_999_999));
}

#[derive(Debug, Clone, PartialEq, BinaryMessage)]
struct Lease {
    #[binary(id = 1)]
    pause: Duration,
    #[binary(id = 2)]
    since: SystemTime,
    #[binary(id = 3)]
    until: Option<SystemTime>,
    #[binary(id = 4)]
    pauses: Vec<Duration>,
}

const LEASE: Lease = Lease { pause: Duration::ZERO, since: EPOCH, until: None, pauses: Vec::new() };

#[test]
fn zero_is_left_out_like_a_message_of_defaults_and_an_option_is_not() {
    assert_bytes(&LEASE, &[]);
    assert_bytes(&Lease { until: Some(EPOCH), ..LEASE }, &[0x1a, 0]);
    assert_bytes(
        &Lease { pauses: vec![Duration::ZERO, Duration::from_secs(1)], ..LEASE },
        &[0x22, 0, 0x22, 2, 0x08, 1],
    );
    assert_eq!(super::decode::<Lease>(&[0x0a, 0, 0x12, 0]).unwrap(), LEASE);
}

#[test]
fn one_that_came_twice_is_merged_and_unknown_fields_are_skipped() {
    let twice = [0x0a, 2, 0x08, 3, 0x0a, 4, 0x10, 7, 0x18, 1];
    assert_eq!(read::<Duration, PLAIN>(&twice).unwrap(), Duration::new(3, 7));
    let before = [bytes(-1, 5), vec![0x0a, 2, 0x10, 9]].concat();
    assert_eq!(read::<SystemTime, PLAIN>(&before).unwrap(), EPOCH - Duration::new(0, 999_999_991));
}

fn value_error(error: &crate::DecodeError) -> (&'static str, i128) {
    let DecodeErrorKind::Value { expected, found } = error.kind() else { panic!("{error}") };
    (expected, *found)
}

#[test]
fn what_is_no_duration_is_refused() {
    let refused = |seconds, nanos| {
        let error = read::<Duration, PLAIN>(&bytes(seconds, nanos)).unwrap_err();
        assert_eq!((error.path().as_str(), error.offset()), ("field", Some(2)));
        value_error(&error)
    };
    let allowed = "a duration of at least zero and at most 315576000000 seconds";
    assert_eq!(refused(-1, 0), (allowed, -1));
    assert_eq!(refused(i64::MIN, 0), (allowed, i64::MIN.into()));
    assert_eq!(refused(315_576_000_001, 0), (allowed, 315_576_000_001));
    assert_eq!(refused(i64::MAX, 999_999_999), (allowed, i64::MAX.into()));
    let nanoseconds = "nanoseconds from 0 to 999999999";
    assert_eq!(refused(0, -1), (nanoseconds, -1));
    assert_eq!(refused(1, 1_000_000_000), (nanoseconds, 1_000_000_000));
    assert_eq!(refused(i64::MAX, i32::MAX), (nanoseconds, i32::MAX.into()));
    assert_eq!(refused(-1, i32::MIN), (nanoseconds, i32::MIN.into()));
}

#[test]
fn what_is_no_time_is_refused() {
    let refused =
        |seconds, nanos| value_error(&read::<SystemTime, PLAIN>(&bytes(seconds, nanos)).unwrap_err()).1;
    assert_eq!(refused(-62_135_596_801, 0), -62_135_596_801);
    assert_eq!(refused(253_402_300_800, 0), 253_402_300_800);
    assert_eq!(refused(i64::MIN, 0), i64::MIN.into());
    assert_eq!(refused(i64::MAX, 999_999_999), i64::MAX.into());
    assert_eq!(refused(0, -1), -1);
    assert_eq!(refused(-5, 1_000_000_000), 1_000_000_000);
    let error = refuse::<Lease>(&[0x22, 0, 0x22, 2, 0x0a, 0]);
    assert_eq!((error.path().as_str(), error.offset()), ("pauses[1].seconds", Some(5)));
}

#[test]
fn what_protobuf_cannot_say_is_not_written() {
    let sentence = |error: crate::EncodeError| {
        assert_eq!(error.path(), "field");
        let EncodeErrorKind::Custom { reason } = error.kind() else { panic!("{error}") };
        reason.clone()
    };
    for seconds in [315_576_000_001, 1 << 63, u64::MAX] {
        let reason = sentence(try_write::<_, PLAIN>(&Duration::from_secs(seconds)).unwrap_err());
        assert!(
            reason.starts_with("expected a duration of at least zero and at most 315576000000"),
            "{reason}"
        );
    }
    for time in [
        EPOCH.checked_add(Duration::from_secs(253_402_300_800)),
        EPOCH.checked_sub(Duration::new(62_135_596_800, 1)),
        EPOCH.checked_sub(Duration::from_secs(1 << 62)),
    ]
    .into_iter()
    .flatten()
    {
        let reason = sentence(try_write::<_, PLAIN>(&time).unwrap_err());
        assert!(reason.starts_with("expected a time from the year 1 to the year 9999"), "{reason}");
    }
}

#[test]
fn it_counts_as_a_message_within_another() {
    use crate::message::depth::Depth;
    use crate::message::tagged::Tagged;
    let bottom = (0..crate::limits::MESSAGE_DEPTH_MAX).fold(Depth::TOP, |depth, _| depth.deeper().unwrap());
    // Too deep, and left out all the same if it is zero; anything else is not taken for that.
    for depth in [bottom, Depth::TOP] {
        assert_eq!(<Duration as Tagged<'_>>::body_len(&Duration::ZERO, depth), 0);
        assert_eq!(<Duration as Tagged<'_>>::body_len(&Duration::from_secs(1), depth), 2);
    }
}

proptest! {
    #[test]
    fn every_duration_is_what_prost_writes(seconds in 0_i64..=315_576_000_000, nanos in 0_i32..1_000_000_000) {
        let duration = Duration::new(seconds.unsigned_abs(), nanos.unsigned_abs());
        let field = (duration != Duration::ZERO).then_some(Parts { seconds, nanos });
        prop_assert_eq!(write::<_, PLAIN>(&duration), Field { field }.encode_to_vec());
        prop_assert_eq!(read::<Duration, PLAIN>(&bytes(seconds, nanos)).unwrap(), duration);
    }

    #[test]
    fn every_time_comes_back(seconds in -62_135_596_800_i64..=253_402_300_799, nanos in 0..1_000_000_000) {
        let written = bytes(seconds, nanos);
        let time = read::<SystemTime, PLAIN>(&written).unwrap();
        prop_assert_eq!(write::<Option<SystemTime>, PLAIN>(&Some(time)), written);
        prop_assert_eq!(time < EPOCH, seconds < 0);
    }

    #[test]
    fn no_parts_make_it_panic(seconds in any::<i64>(), nanos in any::<i32>()) {
        let written = bytes(seconds, nanos);
        let _either = read::<Duration, PLAIN>(&written);
        if let Ok(time) = read::<SystemTime, PLAIN>(&written) {
            prop_assert_eq!(write::<Option<SystemTime>, PLAIN>(&Some(time)), written);
        }
    }
}

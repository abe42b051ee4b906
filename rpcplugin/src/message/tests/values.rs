//! Values of a fixed size that are more than a number.

use std::marker::PhantomData;
use std::num::NonZero;
use std::time::{Duration, SystemTime};

use super::bare::{assert_fixed_bytes, read, refuse, said, try_write, write};
use crate::message::packed::{Big, Fixed, Little, Packed};
use crate::{BinaryMessage, DecodeErrorKind, EncodeErrorKind, TypeSchema};

type LittleEndian = (Little, u32);
type BigEndian = (Big, u32);

fn value(expected: &'static str, found: i128) -> DecodeErrorKind {
    DecodeErrorKind::Value { expected, found }
}

#[test]
fn a_character_is_its_scalar_value() {
    assert_fixed_bytes(&'A', &[0x41, 0, 0, 0], &[0, 0, 0, 0x41]);
    assert_fixed_bytes(&'\0', &[0; 4], &[0; 4]);
    assert_fixed_bytes(&'😀', &[0x00, 0xf6, 0x01, 0], &[0, 0x01, 0xf6, 0x00]);
    assert_fixed_bytes(&char::MAX, &[0xff, 0xff, 0x10, 0], &[0, 0x10, 0xff, 0xff]);
    assert!(matches!(<char as Packed<'_>>::TYPE, TypeSchema::Char));
}

#[test]
fn a_number_that_is_no_character_is_refused() {
    for found in [0xd800_u32, 0xdfff, 0x0011_0000, u32::MAX] {
        let expected = value("a Unicode scalar value", found.into());
        let error = refuse::<LittleEndian, char>(&found.to_le_bytes()).kind().clone();
        assert_eq!(error, expected);
        let bytes = found.to_be_bytes();
        assert_eq!(refuse::<BigEndian, char>(&bytes).kind(), &expected);
        assert_eq!(<char as Fixed<'_>>::get::<BigEndian>(&bytes), char::REPLACEMENT_CHARACTER);
    }
    let list = [3, 0, 0, 0, 0x41, 0, 0, 0, 0x42, 0, 0, 0, 0, 0xd8, 0, 0];
    let error = refuse::<LittleEndian, Vec<char>>(&list);
    assert_eq!(said(&error), ("[2]".into(), 12, value("a Unicode scalar value", 0xd800)));
}

#[test]
fn numbers_beside_the_surrogates_are_characters() {
    for found in [0xd7ff_u32, 0xe000, 0x0010_ffff] {
        assert_eq!(read::<BigEndian, char>(&found.to_be_bytes()).map(u32::from), Ok(found));
    }
}

macro_rules! assert_nonzero {
    ($($number:ty, $value:expr, $little:expr;)*) => { $(
        let (little, mut big) = (&$little, $little);
        big.reverse();
        let number = NonZero::<$number>::new($value).unwrap();
        assert_fixed_bytes(&number, little, Box::leak(Box::new(big)));
        let zero = [0; size_of::<$number>()];
        let error = refuse::<LittleEndian, NonZero<$number>>(&zero);
        assert_eq!(said(&error), (String::new(), 0, value("a number that is not zero", 0)));
        let schema = <NonZero<$number> as Packed<'_>>::TYPE;
        let (bits, signed) = (<$number>::BITS, <$number>::MIN != 0);
        let TypeSchema::Integer { bits: said_bits, signed: said_signed, nonzero: true } = schema else {
            panic!("{schema:?}");
        };
        assert_eq!((said_bits, said_signed), (bits, signed));
    )* };
}

#[test]
fn a_number_that_is_not_zero_is_that_number_and_zero_is_refused() {
    assert_nonzero! {
        u8, 0x12, [0x12];
        u16, 0x0100, [0, 1];
        u32, 0x1234_5678, [0x78, 0x56, 0x34, 0x12];
        u64, 1 << 63, [0, 0, 0, 0, 0, 0, 0, 0x80];
        u128, 1 << 120, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
        i8, -1, [0xff];
        i16, -2, [0xfe, 0xff];
        i32, i32::MIN, [0, 0, 0, 0x80];
        i64, -2, [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
        i128, 1, [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    }
}

#[test]
fn a_list_of_bytes_that_are_not_zero_is_no_plain_bytes() {
    assert!(matches!(<Vec<NonZero<u8>> as Packed<'_>>::TYPE, TypeSchema::List(_)));
    let error = refuse::<BigEndian, Vec<NonZero<u8>>>(&[0, 0, 0, 3, 1, 0, 2]);
    assert_eq!(said(&error), ("[1]".into(), 5, value("a number that is not zero", 0)));
}

#[cfg(feature = "half")]
#[test]
fn a_half_is_its_two_bytes() {
    use half::f16;

    assert_fixed_bytes(&f16::from_f32(-2.0), &[0x00, 0xc0], &[0xc0, 0x00]);
    assert_fixed_bytes(&f16::from_bits(0x3555), &[0x55, 0x35], &[0x35, 0x55]);
    assert!(matches!(<f16 as Packed<'_>>::TYPE, TypeSchema::Float { bits: 16 }));
    for bits in 0..=u16::MAX {
        assert_eq!(write::<BigEndian, f16>(&f16::from_bits(bits)), bits.to_be_bytes());
        assert_eq!(read::<BigEndian, f16>(&bits.to_be_bytes()).map(f16::to_bits), Ok(bits));
    }
}

#[test]
fn a_duration_is_seconds_and_nanoseconds() {
    assert_fixed_bytes(
        &Duration::new(0x0102, 999_999_999),
        &[2, 1, 0, 0, 0, 0, 0, 0, 0xff, 0xc9, 0x9a, 0x3b],
        &[0, 0, 0, 0, 0, 0, 1, 2, 0x3b, 0x9a, 0xc9, 0xff],
    );
    assert_fixed_bytes(
        &Duration::new(u64::MAX, 1),
        &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0],
        &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1],
    );
    assert!(matches!(<Duration as Packed<'_>>::TYPE, TypeSchema::Duration));
}

#[test]
fn nanoseconds_that_make_a_second_are_refused() {
    for found in [1_000_000_000_u32, u32::MAX] {
        let bytes = [&u64::MAX.to_be_bytes()[..], &found.to_be_bytes()].concat();
        let expected = (String::new(), 8, value("at most 999999999 nanoseconds", found.into()));
        assert_eq!(said(&refuse::<BigEndian, Duration>(&bytes)), expected);
        assert_eq!(said(&refuse::<BigEndian, SystemTime>(&bytes)), expected);
    }
}

#[test]
fn a_time_is_seconds_since_1970_and_nanoseconds_that_count_forward() {
    let epoch = SystemTime::UNIX_EPOCH;
    assert_fixed_bytes(&epoch, &[0; 12], &[0; 12]);
    assert_fixed_bytes(
        &(epoch + Duration::new(0x0102, 3)),
        &[2, 1, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0],
        &[0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 3],
    );
    // Half a second before 1970.
    assert_fixed_bytes(
        &(epoch - Duration::from_millis(500)),
        &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x65, 0xcd, 0x1d],
        &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1d, 0xcd, 0x65, 0x00],
    );
    assert_fixed_bytes(
        &(epoch - Duration::from_secs(2)),
        &[0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0],
        &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe, 0, 0, 0, 0],
    );
    assert!(matches!(<SystemTime as Packed<'_>>::TYPE, TypeSchema::Timestamp));
}

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
#[test]
fn the_first_and_the_last_time_of_the_machine_come_back() {
    for (seconds, nanoseconds) in [(i64::MIN, 0_u32), (i64::MIN, 1), (i64::MAX, 999_999_999)] {
        let bytes = [&seconds.to_le_bytes()[..], &nanoseconds.to_le_bytes()].concat();
        let time = read::<LittleEndian, SystemTime>(&bytes).unwrap();
        assert_eq!(write::<LittleEndian, SystemTime>(&time), bytes);
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct NotPacked;

#[test]
fn nothing_takes_no_bytes() {
    assert_fixed_bytes(&(), &[], &[]);
    assert_fixed_bytes(&PhantomData::<NotPacked>, &[], &[]);
    assert!(matches!(<() as Packed<'_>>::TYPE, TypeSchema::Tuple([])));
    assert!(matches!(<PhantomData<str> as Packed<'_>>::TYPE, TypeSchema::Tuple([])));
}

#[test]
fn lists_of_nothing_are_bounded_on_both_ways() {
    let most = 65_536_u32;
    let bytes = most.to_le_bytes();
    assert_eq!(read::<LittleEndian, Vec<()>>(&bytes).map(|list| list.len()), Ok(65_536));
    assert_eq!(read::<LittleEndian, Vec<PhantomData<u8>>>(&bytes).map(|list| list.len()), Ok(65_536));
    for count in [most + 1, u32::MAX] {
        let expected = DecodeErrorKind::Count { expected: 65_536, found: usize::try_from(count).unwrap() };
        let bytes = count.to_le_bytes();
        assert_eq!(refuse::<LittleEndian, Vec<()>>(&bytes).kind(), &expected);
        assert_eq!(refuse::<LittleEndian, Vec<PhantomData<u8>>>(&bytes).kind(), &expected);
    }
    let error = try_write::<LittleEndian, Vec<()>>(&vec![(); 65_537]).unwrap_err();
    assert_eq!(error.kind(), &EncodeErrorKind::ItemsWithoutBytes { limit: 65_536 });
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(endian = "big")]
struct Reading {
    unit: char,
    station: NonZero<u16>,
    taken: SystemTime,
    every: Duration,
    kind: PhantomData<NotPacked>,
}

#[test]
fn a_message_holds_them() {
    let reading = Reading {
        unit: '°',
        station: NonZero::new(7).unwrap(),
        taken: SystemTime::UNIX_EPOCH + Duration::from_secs(1),
        every: Duration::from_nanos(2),
        kind: PhantomData,
    };
    #[rustfmt::skip]
    let bytes = [
        0, 0, 0, 0xb0,
        0, 7,
        0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
    ];
    super::assert_bytes(&reading, &bytes);
    let refused = |at: usize, byte: u8| {
        let mut bytes = bytes;
        bytes[at] = byte;
        let error = super::refuse::<Reading>(&bytes);
        (error.path(), error.offset().unwrap())
    };
    assert_eq!(refused(1, 0xff), ("unit".into(), 0));
    assert_eq!(refused(5, 0), ("station".into(), 4));
    assert_eq!(refused(14, 0x3c), ("taken".into(), 14));
    assert_eq!(refused(26, 0xff), ("every".into(), 26));
}

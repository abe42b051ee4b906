//! Spans and points of time: seconds, then nanoseconds.

use std::time::{Duration, SystemTime};

use super::number::packed_by_fixed;
use super::{
    Fixed, Format, Packed, read_fixed, read_fixed_array, read_fixed_items, write_fixed, write_fixed_array,
    write_fixed_items,
};
use crate::message::depth::Depth;
use crate::message::reader::Reader;
use crate::message::schema::TypeSchema;
use crate::message::writer::Writer;
use crate::message::{DecodeError, DecodeErrorKind, EncodeError};

packed_by_fixed! { Duration, TypeSchema::Duration }

#[diagnostic::do_not_recommend]
impl<'a> Fixed<'a> for Duration {
    const BYTES: usize = size_of::<u64>() + size_of::<u32>();

    #[inline]
    fn put<F: Format>(&self, place: &mut [u8]) {
        let place = self.as_secs().put_front::<F>(place);
        self.subsec_nanos().put::<F>(place);
    }

    #[inline]
    fn check<F: Format>(bytes: &'a [u8]) -> Result<(), DecodeError> {
        let (_, nanoseconds) = parts::<u64, F>(bytes);
        check_nanoseconds(nanoseconds)
    }

    #[inline]
    fn get<F: Format>(bytes: &'a [u8]) -> Self {
        let (seconds, nanoseconds) = parts::<u64, F>(bytes);
        // Above it, `new` carries into the seconds and panics where these are full.
        Self::new(seconds, nanoseconds.min(NANOSECONDS - 1))
    }
}

packed_by_fixed! { SystemTime, TypeSchema::Timestamp }

/// Seconds are counted downwards from the next whole one, so that nanoseconds always count forward: half a second
/// before 1970 is -1 second and 500000000 nanoseconds.
#[diagnostic::do_not_recommend]
impl<'a> Fixed<'a> for SystemTime {
    const BYTES: usize = size_of::<i64>() + size_of::<u32>();

    #[inline]
    fn put<F: Format>(&self, place: &mut [u8]) {
        let (seconds, nanoseconds) = since_1970(*self);
        let place = seconds.put_front::<F>(place);
        nanoseconds.put::<F>(place);
    }

    #[inline]
    fn check<F: Format>(bytes: &'a [u8]) -> Result<(), DecodeError> {
        let (seconds, nanoseconds) = parts::<i64, F>(bytes);
        check_nanoseconds(nanoseconds)?;
        if at(seconds, nanoseconds).is_some() { Ok(()) } else { Err(unknown_time(seconds)) }
    }

    #[inline]
    fn get<F: Format>(bytes: &'a [u8]) -> Self {
        let (seconds, nanoseconds) = parts::<i64, F>(bytes);
        at(seconds, nanoseconds.min(NANOSECONDS - 1)).unwrap_or(Self::UNIX_EPOCH)
    }
}

#[inline]
fn parts<'a, S: Fixed<'a>, F: Format>(bytes: &'a [u8]) -> (S, u32) {
    let (seconds, rest) = S::get_front::<F>(bytes);
    (seconds, u32::get::<F>(rest))
}

#[inline]
fn check_nanoseconds(found: u32) -> Result<(), DecodeError> {
    if found < NANOSECONDS { Ok(()) } else { Err(too_many_nanoseconds(found)) }
}

/// The whole second before a time, and the nanoseconds from there to the time.
///
/// No system's clock goes beyond the seconds that 64 bits count; a time beyond would be written as the last of them.
fn since_1970(time: SystemTime) -> (i64, u32) {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => (i64::try_from(after.as_secs()).unwrap_or(i64::MAX), after.subsec_nanos()),
        Err(error) => {
            let before = error.duration();
            let seconds = 0_i64.saturating_sub_unsigned(before.as_secs());
            match before.subsec_nanos() {
                0 => (seconds, 0),
                nanoseconds => (seconds.saturating_sub(1), NANOSECONDS.saturating_sub(nanoseconds)),
            }
        }
    }
}

/// The time that [`since_1970`] takes apart, if this machine can say it.
fn at(seconds: i64, nanoseconds: u32) -> Option<SystemTime> {
    let whole = Duration::from_secs(seconds.unsigned_abs());
    let second = if seconds < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(whole)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(whole)
    };
    second?.checked_add(Duration::from_nanos(nanoseconds.into()))
}

#[cold]
fn too_many_nanoseconds(found: u32) -> DecodeError {
    let kind = DecodeErrorKind::Value { expected: "at most 999999999 nanoseconds", found: found.into() };
    // They stand behind the seconds.
    DecodeError::at(size_of::<u64>(), kind)
}

#[cold]
fn unknown_time(found: i64) -> DecodeError {
    let expected = "seconds since 1970 that this machine's clock can say";
    DecodeError::at(0, DecodeErrorKind::Value { expected, found: found.into() })
}

/// In a second.
const NANOSECONDS: u32 = 1_000_000_000;

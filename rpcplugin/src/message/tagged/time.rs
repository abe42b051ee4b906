//! Spans and points of time: `google.protobuf.Duration` and `google.protobuf.Timestamp`. Both are the message
//! `{ int64 seconds = 1; int32 nanos = 2; }`, and bounded alike in every implementation.

use std::ops::RangeInclusive;
use std::time::{Duration, SystemTime};

use super::{Tagged, TaggedField, WireType};
use crate::message::depth::{Depth, total};
use crate::message::reader::Reader;
use crate::message::schema::TypeSchema;
use crate::message::writer::Writer;
use crate::message::{DecodeError, DecodeErrorKind, EncodeError, EncodeErrorKind};

/// What both messages hold. Nanoseconds count forward, also before 1970.
#[derive(Clone, Copy)]
struct Parts {
    seconds: i64,
    nanoseconds: i32,
}

/// A type that is written as [`Parts`].
trait Time: Sized {
    const ZERO: Self;
    const TYPE: TypeSchema;
    /// The seconds that protobuf allows.
    const SECONDS: RangeInclusive<i64>;
    /// What the seconds must be, for somebody who sent others.
    const EXPECTED: &'static str;

    /// Seconds beyond 64 bits become the most that these hold.
    fn parts(&self) -> Parts;

    /// Nothing if it is no value of this type.
    fn from_parts(seconds: i64, nanoseconds: u32) -> Option<Self>;
}

impl Time for Duration {
    const ZERO: Self = Self::ZERO;
    const TYPE: TypeSchema = TypeSchema::Duration;
    const SECONDS: RangeInclusive<i64> = 0..=315_576_000_000;
    const EXPECTED: &'static str = "a duration of at least zero and at most 315576000000 seconds";

    fn parts(&self) -> Parts {
        Parts {
            seconds: i64::try_from(self.as_secs()).unwrap_or(i64::MAX),
            nanoseconds: self.subsec_nanos().cast_signed(),
        }
    }

    fn from_parts(seconds: i64, nanoseconds: u32) -> Option<Self> {
        u64::try_from(seconds).ok().map(|seconds| Self::new(seconds, nanoseconds))
    }
}

impl Time for SystemTime {
    const ZERO: Self = Self::UNIX_EPOCH;
    const TYPE: TypeSchema = TypeSchema::Timestamp;
    const SECONDS: RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;
    const EXPECTED: &'static str =
        "a time from the year 1 to the year 9999 that this machine's clock can say";

    fn parts(&self) -> Parts {
        match self.duration_since(Self::UNIX_EPOCH) {
            Ok(after) => after.parts(),
            Err(error) => {
                let Parts { seconds, nanoseconds } = error.duration().parts();
                if nanoseconds == 0 {
                    return Parts { seconds: seconds.saturating_neg(), nanoseconds };
                }
                let seconds = seconds.saturating_neg().saturating_sub(1);
                Parts { seconds, nanoseconds: NANOSECONDS.saturating_sub(nanoseconds) }
            }
        }
    }

    fn from_parts(seconds: i64, nanoseconds: u32) -> Option<Self> {
        let whole = Duration::from_secs(seconds.unsigned_abs());
        let second = if seconds < 0 {
            Self::UNIX_EPOCH.checked_sub(whole)
        } else {
            Self::UNIX_EPOCH.checked_add(whole)
        };
        second?.checked_add(Duration::from_nanos(nanoseconds.into()))
    }
}

macro_rules! tagged_times {
    ($($time:ty),*) => { $(
        impl<'a> Tagged<'a> for $time {
            const WIRE: WireType = WireType::Length;
            const TYPE: TypeSchema = <Self as Time>::TYPE;

            #[inline]
            fn absent() -> Self {
                <Self as Time>::ZERO
            }

            #[inline]
            fn body_len(&self, depth: Depth) -> usize {
                parts_len(self.parts(), depth)
            }

            #[inline]
            fn write_body(&self, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
                write_time(self, writer)
            }

            #[inline]
            fn merge_body(&mut self, reader: &mut Reader<'a>) -> Result<(), DecodeError> {
                merge_time(self, reader)
            }
        }
    )* };
}

tagged_times! { Duration, SystemTime }

fn parts_len(parts: Parts, depth: Depth) -> usize {
    depth.measure(|depth| {
        let seconds = <i64 as TaggedField<'_>>::field_len(&parts.seconds, SECONDS_ID, depth);
        let nanoseconds = <i32 as TaggedField<'_>>::field_len(&parts.nanoseconds, NANOSECONDS_ID, depth);
        total([seconds, nanoseconds])
    })
}

fn write_time<T: Time>(time: &T, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
    let Parts { seconds, nanoseconds } = time.parts();
    if !T::SECONDS.contains(&seconds) {
        return Err(unwritable(T::EXPECTED, seconds));
    }
    writer.message(|writer| {
        <i64 as TaggedField<'_>>::write_field(&seconds, SECONDS_NAME, SECONDS_ID, writer)?;
        <i32 as TaggedField<'_>>::write_field(&nanoseconds, NANOSECONDS_NAME, NANOSECONDS_ID, writer)
    })
}

fn merge_time<T: Time>(time: &mut T, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
    let offset = reader.offset();
    let Parts { mut seconds, mut nanoseconds } = time.parts();
    reader.fields(|reader, id, wire| match id {
        SECONDS_ID => <i64 as TaggedField<'_>>::merge_field(&mut seconds, SECONDS_NAME, wire, reader),
        NANOSECONDS_ID => {
            <i32 as TaggedField<'_>>::merge_field(&mut nanoseconds, NANOSECONDS_NAME, wire, reader)
        }
        _ => reader.skip(id, wire),
    })?;
    let refuse = |expected, found| {
        let kind = DecodeErrorKind::Value { expected, found };
        DecodeError::at(offset, kind)
    };
    let checked = u32::try_from(nanoseconds).ok().filter(|_| nanoseconds < NANOSECONDS);
    let nanoseconds = checked.ok_or_else(|| refuse("nanoseconds from 0 to 999999999", nanoseconds.into()))?;
    let allowed = Some(seconds).filter(|seconds| T::SECONDS.contains(seconds));
    let read = allowed.and_then(|seconds| T::from_parts(seconds, nanoseconds));
    *time = read.ok_or_else(|| refuse(T::EXPECTED, seconds.into()))?;
    Ok(())
}

#[cold]
fn unwritable(expected: &str, found: i64) -> EncodeError {
    let reason = format!("expected {expected}, found {found} seconds; protobuf has no such value");
    EncodeError::new(EncodeErrorKind::Custom { reason })
}

const SECONDS_NAME: &str = "seconds";
const SECONDS_ID: u32 = 1;

const NANOSECONDS_NAME: &str = "nanos";
const NANOSECONDS_ID: u32 = 2;

/// In a second.
const NANOSECONDS: i32 = 1_000_000_000;

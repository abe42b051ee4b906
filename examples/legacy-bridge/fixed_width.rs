//! The old system's records: columns of ASCII, text to the left and filled with spaces, numbers to the right and filled with
//! zeros. Where a column begins is nowhere written down but in these two structs.

use std::fmt::Display;

use rpcplugin::{BinaryMessage, Status};

use crate::Answer;
use crate::contract::{Booking, Confirmation};

#[derive(BinaryMessage)]
#[binary(fixed, magic = b"BOOK")]
struct BookingRecord {
    flight: [u8; 6],
    passenger: [u8; 20],
    seats: [u8; 3],
}

#[derive(BinaryMessage)]
#[binary(fixed)]
struct AnswerRecord {
    /// Zeros where the booking is confirmed.
    code: [u8; 2],
    reference: [u8; 6],
    price_cents: [u8; 10],
    reason: [u8; 20],
}

pub(crate) fn write(booking: &Booking) -> Result<Vec<u8>, Status> {
    let record = BookingRecord {
        flight: column(&format!("{:6}", booking.flight))?,
        passenger: column(&format!("{:20}", booking.passenger))?,
        seats: column(&format!("{:03}", booking.seats))?,
    };
    record.encode_to_vec().map_err(unreadable)
}

pub(crate) fn read(bytes: &[u8]) -> Result<Answer, Status> {
    let record = AnswerRecord::decode_slice(bytes).map_err(unreadable)?;
    Ok(match number(&record.code)? {
        0 => Answer::Confirmed(Confirmation {
            reference: text(&record.reference)?.to_owned(),
            price_cents: number(&record.price_cents)?.into(),
        }),
        code => Answer::Rejected { code, reason: text(&record.reason)?.to_owned() },
    })
}

/// What was filled up to a width and is not wider than that.
fn column<const WIDTH: usize>(filled: &str) -> Result<[u8; WIDTH], Status> {
    let column = filled.as_bytes().try_into().ok().filter(|_| filled.is_ascii());
    column.ok_or_else(|| {
        Status::invalid_argument(format!(
            "the old system takes {WIDTH} characters of ASCII, not `{}`",
            filled.trim_end()
        ))
    })
}

fn text(column: &[u8]) -> Result<&str, Status> {
    Ok(std::str::from_utf8(column).map_err(unreadable)?.trim_end())
}

fn number(column: &[u8]) -> Result<u32, Status> {
    text(column)?.parse().map_err(unreadable)
}

fn unreadable(error: impl Display) -> Status {
    Status::internal(format!("the old system's answer cannot be read: {error}"))
}

//! The old system's records: columns of ASCII, text to the left and filled with spaces, numbers to the right and filled with
//! zeros. Where a column begins is nowhere written down but in these two structs.

use std::fmt::Display;
use std::num::ParseIntError;
use std::str::FromStr;

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
    let unwritable = |error| Status::internal(format!("the record cannot be written: {error}"));
    record.encode_to_vec().map_err(unwritable)
}

pub(crate) fn read(bytes: &[u8]) -> Result<Answer, Status> {
    let record = AnswerRecord::decode_slice(bytes).map_err(unreadable)?;
    Ok(match number(&record.code)? {
        0 => Answer::Confirmed(Confirmation {
            reference: text(&record.reference)?.to_owned(),
            price_cents: number(&record.price_cents)?,
        }),
        code => Answer::Rejected { code, reason: text(&record.reason)?.to_owned() },
    })
}

/// What was filled up to a width and is not wider than that. The end of a line would begin another record.
fn column<const WIDTH: usize>(filled: &str) -> Result<[u8; WIDTH], Status> {
    let is_printable = filled.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    let column = filled.as_bytes().try_into().ok().filter(|_| is_printable);
    column.ok_or_else(|| {
        Status::invalid_argument(format!(
            "the old system takes {WIDTH} printable characters of ASCII, not {:?}",
            filled.trim_end_matches(' ')
        ))
    })
}

fn text(column: &[u8]) -> Result<&str, Status> {
    Ok(std::str::from_utf8(column).map_err(unreadable)?.trim_end())
}

/// Digits and nothing else: `parse` alone would take a sign.
fn number<N: FromStr<Err = ParseIntError>>(column: &[u8]) -> Result<N, Status> {
    if !column.iter().all(u8::is_ascii_digit) {
        return Err(unreadable(format!("`{}` is no number", column.escape_ascii())));
    }
    text(column)?.parse().map_err(unreadable)
}

fn unreadable(error: impl Display) -> Status {
    Status::internal(format!("the old system's answer cannot be read: {error}"))
}

#[cfg(test)]
mod tests {
    use rpcplugin::Code;

    use super::*;

    fn booking(passenger: &str) -> Booking {
        Booking { flight: "KL1009".to_owned(), passenger: passenger.to_owned(), seats: 2 }
    }

    #[test]
    fn a_price_may_fill_its_column() {
        let Ok(Answer::Confirmed(confirmation)) = read(b"00FW00429999999999                    ") else {
            panic!("a price of ten digits is not read");
        };
        assert_eq!(confirmation.price_cents, 9_999_999_999);
    }

    #[test]
    fn what_is_no_number_is_an_answer_that_cannot_be_read() {
        for price in ["+000025800", "-000025800", "     25800", "          ", "25800     "] {
            let answer = format!("00FW0042{price}{:20}", "");
            let Err(status) = read(answer.as_bytes()) else { panic!("`{price}` is read as a price") };
            assert_eq!(status.code(), Code::Internal, "{status}");
            assert!(status.message().contains("cannot be read"), "{status}");
        }
    }

    #[test]
    fn what_no_column_holds_is_refused() {
        assert!(write(&booking("O'Brien & Sons")).is_ok());
        for passenger in ["Zo\u{eb}", "Ada\nBOOKKL1009", "Ada\0", "Ada\u{7f}", "more than twenty letters"] {
            let status = write(&booking(passenger)).unwrap_err();
            assert_eq!(status.code(), Code::InvalidArgument, "{status}");
            assert!(!status.message().contains('\n'), "{status}");
        }
    }
}

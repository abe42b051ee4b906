//! The old system's XML: what an element holds, a struct says, and quick-xml reads and writes it.

use rpcplugin::Status;
use serde::{Deserialize, Serialize};

use crate::Answer;
use crate::contract::{Booking, Confirmation};

#[derive(Serialize)]
#[serde(rename = "booking")]
struct BookingElement<'a> {
    #[serde(rename = "@flight")]
    flight: &'a str,
    passenger: &'a str,
    seats: u32,
}

/// Which element comes, its name says.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum AnswerElement {
    Confirmation {
        #[serde(rename = "@reference")]
        reference: String,
        #[serde(rename = "price-cents")]
        price_cents: u64,
    },
    Rejection {
        #[serde(rename = "@code")]
        code: u32,
        #[serde(rename = "$text")]
        reason: String,
    },
}

pub(crate) fn write(booking: &Booking) -> Result<Vec<u8>, Status> {
    let Booking { flight, passenger, seats } = booking;
    for text in [flight, passenger] {
        if !text.chars().all(is_character) {
            let refused = format!("the old system takes no control characters, as there are in {text:?}");
            return Err(Status::invalid_argument(refused));
        }
    }
    let element = BookingElement { flight, passenger, seats: *seats };
    let text = quick_xml::se::to_string(&element);
    Ok(text.map_err(|error| Status::invalid_argument(error.to_string()))?.into_bytes())
}

pub(crate) fn read(bytes: &[u8]) -> Result<Answer, Status> {
    let element = quick_xml::de::from_reader(bytes)
        .map_err(|error| Status::internal(format!("the old system's answer cannot be read: {error}")))?;
    Ok(match element {
        AnswerElement::Confirmation { reference, price_cents } => {
            Answer::Confirmed(Confirmation { reference, price_cents })
        }
        AnswerElement::Rejection { code, reason } => Answer::Rejected { code, reason },
    })
}

/// Marks such as `&` are quick-xml's to write. Of control characters XML has hardly any, and an attribute loses those.
fn is_character(character: char) -> bool {
    !character.is_control() && !matches!(character, '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use rpcplugin::Code;

    use super::*;

    #[test]
    fn what_xml_does_not_have_is_refused() {
        let booking = |flight: &str, passenger: &str| Booking {
            flight: flight.to_owned(),
            passenger: passenger.to_owned(),
            seats: 2,
        };
        assert!(write(&booking("KL1009", "Zo\u{eb} <O'Brien> & \"Sons\"")).is_ok());
        for (flight, passenger) in [
            ("KL1009", "Ada\0"),
            ("KL1009", "Ada\n[ERROR] no seats"),
            ("KL\t1009", "Ada"),
            ("KL1009", "\u{ffff}"),
        ] {
            let status = write(&booking(flight, passenger)).unwrap_err();
            assert_eq!(status.code(), Code::InvalidArgument, "{status}");
            assert!(!status.message().contains(char::is_control), "{status}");
        }
    }
}

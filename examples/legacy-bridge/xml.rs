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

//! The old system, as far as this example needs one: in real life it is behind a socket or a queue, and is asked with `await`.
//! It knows nothing of the structs of this plugin, and takes messages apart as old systems do.

/// The price of a seat, in cents.
const SEAT_CENTS: u64 = 12_900;

/// Answers a message.
pub(crate) fn exchange(message: &[u8]) -> Vec<u8> {
    let message = String::from_utf8_lossy(message);
    let answer = match message.strip_prefix("BOOK") {
        Some(record) => fixed_width(record),
        None => xml(&message),
    };
    answer.into_bytes()
}

fn xml(message: &str) -> String {
    let flight = between(message, "flight=\"", "\"");
    let seats = between(message, "<seats>", "</seats>");
    match book(flight, seats) {
        Some(cents) => {
            format!("<confirmation reference=\"XM0042\"><price-cents>{cents}</price-cents></confirmation>")
        }
        None => "<rejection code=\"17\">no such flight</rejection>".to_owned(),
    }
}

fn fixed_width(record: &str) -> String {
    let flight = record.get(..6).unwrap_or_default().trim_end();
    let seats = record.get(26..).unwrap_or_default();
    match book(flight, seats) {
        Some(cents) => format!("00FW0042{cents:010}{:20}", ""),
        None => format!("17{:6}{:010}{:20}", "", 0, "no such flight"),
    }
}

/// The price of the seats, if there is the flight.
fn book(flight: &str, seats: &str) -> Option<u64> {
    let seats: u64 = seats.parse().ok()?;
    (flight == "KL1009").then(|| seats.saturating_mul(SEAT_CENTS))
}

fn between<'a>(text: &'a str, begin: &str, end: &str) -> &'a str {
    let rest = text.split_once(begin).map_or("", |(_, rest)| rest);
    rest.split_once(end).map_or("", |(found, _)| found)
}

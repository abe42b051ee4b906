//! What is aimed at. It is printed beside a row and never asserted: a time depends on the machine.

use rpcplugin_bench::calls::{Operation, Row, Threads};

use crate::peers::Peer;
use crate::report::Line;

/// A bound of one row.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bound {
    /// So many times the floor, or of its rate.
    FloorAtMost(f64),
    FloorAtLeast(f64),
    /// So many times as fast as a peer.
    Tonic(f64),
    Tarpc(f64),
    /// The figure itself.
    AtMost(f64),
    /// On each side.
    EachAtMost(f64),
}

/// A start, beside one by hand.
pub(crate) const START: Bound = Bound::Tonic(1.0 / 1.5);
pub(crate) const INSTRUCTIONS: Bound = Bound::AtMost(10_000.0);
pub(crate) const ALLOCATIONS: Bound = Bound::EachAtMost(2.0);

/// What the times of a row should be.
pub(crate) fn of_times(row: &Row<Peer>) -> Vec<Bound> {
    use Bound::{FloorAtLeast, FloorAtMost, Tarpc, Tonic};

    let tonic = match row.place.threads {
        Threads::Current => Tonic(3.5),
        Threads::Multi => Tonic(5.0),
    };
    match (row.work.operation, row.work.payload_bytes) {
        (Operation::Unary, _) if row.place.tls => vec![FloorAtMost(1.2)],
        _ if row.place.tls => Vec::new(),
        (Operation::Unary, 32) => vec![FloorAtMost(1.25), tonic, Tarpc(1.6)],
        (Operation::Unary, 65_536) => vec![FloorAtMost(1.3)],
        (Operation::InFlight(_), 32) => vec![Tonic(25.0), Tarpc(4.0)],
        (Operation::Stream, 32) => vec![Tonic(1.5)],
        (Operation::Stream, 65_536..) => vec![FloorAtLeast(0.8)],
        _ => Vec::new(),
    }
}

impl Bound {
    /// Whether the row keeps to it, if both sides of it were measured.
    fn is_met(self, line: &Line) -> Option<bool> {
        Some(match self {
            Self::FloorAtMost(most) => line.ratio_to_floor()? <= most,
            Self::FloorAtLeast(least) => line.ratio_to_floor()? >= least,
            Self::Tonic(least) => line.times(line.tonic)? >= least,
            Self::Tarpc(least) => line.times(line.tarpc)? >= least,
            Self::AtMost(most) => line.ours? <= most,
            // What grows by and by with the number of calls belongs to none of them.
            Self::EachAtMost(most) => {
                line.more.iter().all(|(_, figure)| figure.is_some_and(|figure| figure.round() <= most))
            }
        })
    }

    fn words(self) -> String {
        match self {
            Self::FloorAtMost(most) => format!("<= {most} floor"),
            Self::FloorAtLeast(least) => format!(">= {least} floor"),
            Self::Tonic(least) => format!(">= {least:.1} x tonic"),
            Self::Tarpc(least) => format!(">= {least} x tarpc"),
            Self::AtMost(most) => format!("<= {most}"),
            Self::EachAtMost(most) => format!("<= {most} each"),
        }
    }
}

/// `ok`, or what is over; empty where nothing is aimed at.
pub(crate) fn verdict(line: &Line) -> String {
    let met: Vec<(Bound, bool)> =
        line.bounds.iter().filter_map(|bound| Some((*bound, bound.is_met(line)?))).collect();
    if met.is_empty() {
        return String::new();
    }
    let over: Vec<String> = met.iter().filter(|(_, met)| !met).map(|(bound, _)| bound.words()).collect();
    if over.is_empty() { "ok".to_owned() } else { format!("over: {}", over.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_held_against_its_bounds_and_says_which_it_breaks() {
        let mut line = Line::of_time("unary".to_owned(), "us", Some(12.0));
        line.bounds = vec![Bound::FloorAtMost(1.25), Bound::Tonic(3.5)];
        assert_eq!(verdict(&line), "");
        line.floor = Some(10.0);
        assert_eq!(verdict(&line), "ok");
        line.tonic = Some(24.0);
        assert_eq!(verdict(&line), "over: >= 3.5 x tonic");
    }

    #[test]
    fn a_rate_is_better_the_higher_it_is() {
        let mut line = Line::of_rate("stream".to_owned(), "messages/s", Some(90.0));
        line.bounds = vec![Bound::FloorAtLeast(0.8), Bound::Tonic(1.5)];
        (line.floor, line.tonic) = (Some(100.0), Some(60.0));
        assert_eq!(verdict(&line), "ok");
        line.ours = Some(70.0);
        assert_eq!(verdict(&line), "over: >= 0.8 floor, >= 1.5 x tonic");
    }
}

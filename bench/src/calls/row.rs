//! What is found out about one work at one place.

use super::{Counts, Peer, Place, Times, Work};

/// One work at one place, by everybody who is measured there.
#[derive(Debug)]
pub struct Row<P> {
    /// Where.
    pub place: Place,
    /// What.
    pub work: Work,
    /// Who, and how.
    pub cells: Vec<Cell<P>>,
    /// Behind the place and the work in its name, where two rows have the same ones.
    pub about: &'static str,
}

/// What is found out about one peer.
#[derive(Debug)]
pub struct Cell<P> {
    /// Who.
    pub peer: P,
    /// How long it takes.
    pub times: Times,
    /// How many instructions it takes.
    pub instructions: Option<Counts>,
    /// How often it asks for memory.
    pub allocations: Option<Counts>,
}

/// A figure of a peer in a row, if it was measured.
pub type Figure<P> = fn(&Cell<P>) -> Option<f64>;

impl<P: Peer> Row<P> {
    /// A row without figures.
    #[must_use]
    pub fn new(place: Place, work: Work, peers: Vec<P>) -> Self {
        let cells = peers.into_iter().map(|peer| Cell {
            peer,
            times: Times::default(),
            instructions: None,
            allocations: None,
        });
        Self { place, work, cells: cells.collect(), about: "" }
    }

    /// What `--only` chooses by.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {} {}", self.place.line(), self.work.line(), self.about).trim_end().to_owned()
    }

    /// Who is measured.
    pub fn peers(&self) -> impl Iterator<Item = P> {
        self.cells.iter().map(|cell| cell.peer)
    }

    /// A figure of one of the peers.
    #[must_use]
    pub fn of(&self, peer: P, figure: Figure<P>) -> Option<f64> {
        let cell = self.cells.iter().find(|cell| cell.peer == peer)?;
        figure(cell)
    }
}

impl<P> Cell<P> {
    /// In microseconds.
    #[must_use]
    pub fn p50(&self) -> Option<f64> {
        self.times.p50
    }

    /// In microseconds.
    #[must_use]
    pub fn p99(&self) -> Option<f64> {
        self.times.p99
    }

    /// Calls or messages.
    #[must_use]
    pub fn per_second(&self) -> Option<f64> {
        self.times.per_second
    }

    /// Of both sides.
    #[must_use]
    pub fn instructions(&self) -> Option<f64> {
        self.instructions.map(|counted| counted.client + counted.server)
    }

    /// Of both sides.
    #[must_use]
    pub fn allocations(&self) -> Option<f64> {
        self.allocations.map(|counted| counted.client + counted.server)
    }

    /// Of the client.
    #[must_use]
    pub fn client_instructions(&self) -> Option<f64> {
        Some(self.instructions?.client)
    }

    /// Of the server.
    #[must_use]
    pub fn server_instructions(&self) -> Option<f64> {
        Some(self.instructions?.server)
    }
}

/// How far the rounds of one peer lay apart: what a difference between two peers must exceed.
#[must_use]
pub fn noise<P: Peer>(rows: &[Row<P>]) -> String {
    let mut spreads: Vec<(f64, String)> = Vec::new();
    for row in rows {
        for cell in &row.cells {
            let place = format!("{} {}", row.name(), cell.peer.name());
            spreads.extend(cell.times.spread.map(|spread| (spread * 100.0, place)));
        }
    }
    spreads.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (Some((worst, place)), Some((usual, _))) = (spreads.last(), spreads.get(spreads.len() / 2)) else {
        return String::new();
    };
    format!(
        "noise: half of a peer's rounds lie within {usual:.1} % of each other; at worst {worst:.1} % ({place})\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::Operation;
    use crate::calls::options::tests::Somebody;

    #[test]
    fn the_noise_is_that_of_the_middle_and_of_the_worst() {
        let work = Work { operation: Operation::Unary, payload_bytes: 32 };
        let rows = [0.25, 0.01, 0.02].map(|spread| {
            let mut row = Row::new(Place::all().next().unwrap(), work, vec![Somebody]);
            row.cells[0].times.spread = Some(spread);
            row
        });
        let noise = noise(&rows);
        let expected = " 2.0 % of each other; at worst 25.0 % (unix/current-thread unary/32 somebody)";
        assert!(noise.contains(expected), "{noise}");
        assert_eq!(super::noise::<Somebody>(&[]), "");
    }
}

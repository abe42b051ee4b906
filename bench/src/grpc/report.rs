//! What is printed: tables for people, and a line of JSON for every row.

use std::fmt::Write;

use rpcplugin_bench::figures::{figure_text, ratio, ratio_text};

use crate::harness::Times;
use crate::instructions::Instructions;
use crate::peers::Peer;
use crate::peers::layers::Layer;
use crate::place::Place;
use crate::work::{Operation, Work};

/// One work at one place, by everybody who is measured there.
pub(crate) struct Row {
    pub(crate) place: Place,
    pub(crate) work: Work,
    pub(crate) cells: Vec<Cell>,
}

pub(crate) struct Cell {
    pub(crate) peer: Peer,
    pub(crate) times: Times,
    pub(crate) instructions: Option<Instructions>,
}

impl Row {
    pub(crate) fn new(place: Place, work: Work, peers: Vec<Peer>) -> Self {
        let cells = peers.into_iter().map(|peer| Cell { peer, times: Times::default(), instructions: None });
        Self { place, work, cells: cells.collect() }
    }

    /// What `--only` chooses by.
    pub(crate) fn name(&self) -> String {
        let intercepted = if self.is_of_interceptors() { " interceptors" } else { "" };
        format!("{} {}{intercepted}", self.place.line(), self.work.line())
    }

    pub(crate) fn peers(&self) -> Vec<Peer> {
        self.cells.iter().map(|cell| cell.peer).collect()
    }

    pub(crate) fn shares_servers_with(&self, other: &Self) -> bool {
        self.place == other.place && self.peers() == other.peers()
    }

    /// Whether ours is held against itself.
    fn is_of_interceptors(&self) -> bool {
        self.cells.iter().any(|cell| cell.peer.layer().is_some())
    }

    fn of(&self, peer: Peer, figure: Figure) -> Option<f64> {
        let cell = self.cells.iter().find(|cell| cell.peer == peer)?;
        figure(cell)
    }

    /// How long we take, as a part of what another takes: by the middle call where there is one, or by the rate.
    fn time_ratio(&self, peer: Peer) -> Option<f64> {
        match self.work.operation {
            Operation::Unary => ratio(self.of(Peer::Ours, p50), self.of(peer, p50)),
            Operation::InFlight | Operation::Stream => {
                ratio(self.of(peer, per_second), self.of(Peer::Ours, per_second))
            }
        }
    }

    fn instructions_ratio(&self, peer: Peer) -> Option<f64> {
        ratio(self.of(Peer::Ours, instructions), self.of(peer, instructions))
    }
}

/// A figure of a peer in a row, if it was measured.
type Figure = fn(&Cell) -> Option<f64>;

fn p50(cell: &Cell) -> Option<f64> {
    cell.times.p50
}

fn p99(cell: &Cell) -> Option<f64> {
    cell.times.p99
}

fn per_second(cell: &Cell) -> Option<f64> {
    cell.times.per_second
}

fn client_instructions(cell: &Cell) -> Option<f64> {
    Some(cell.instructions?.client)
}

fn server_instructions(cell: &Cell) -> Option<f64> {
    Some(cell.instructions?.server)
}

fn instructions(cell: &Cell) -> Option<f64> {
    cell.instructions.map(|counted| counted.client + counted.server)
}

pub(crate) fn print(all: &[Row]) {
    let (intercepted, rows): (Vec<&Row>, Vec<&Row>) = all.iter().partition(|row| row.is_of_interceptors());
    let rows_of = |operation| rows.iter().copied().filter(move |row| row.work.operation == operation);
    section("one call at a time, microseconds", rows_of(Operation::Unary), &[("p50", p50), ("p99", p99)]);
    section("64 calls in flight, calls a second", rows_of(Operation::InFlight), &[("", per_second)]);
    section("the messages of one answer, messages a second", rows_of(Operation::Stream), &[("", per_second)]);
    let counted = rows.iter().copied().filter(|row| row.cells.iter().any(|cell| cell.instructions.is_some()));
    let figures: [(&str, Figure); 2] = [("client", client_instructions), ("server", server_instructions)];
    section("instructions of a call or a message", counted, &figures);
    intercepted.iter().for_each(|row| print!("{}", interceptors(row)));
    println!("{}", noise(all));
    rows.iter().for_each(|row| println!("{}", json(row)));
    intercepted.iter().for_each(|row| print!("{}", json_of_interceptors(row)));
}

/// What each interceptor adds to a call of ours.
fn interceptors(row: &Row) -> String {
    let mut table = format!("an interceptor on both sides: {} {}\n\n", row.place.line(), row.work.line());
    writeln!(table, "{:<26}{:>15}{:>15}{:>14}", "", "p50 us", "instructions", "with/without").unwrap();
    for cell in &row.cells {
        let part = ratio(instructions(cell), row.of(Peer::Ours, instructions));
        let part = part.or_else(|| ratio(p50(cell), row.of(Peer::Ours, p50)));
        let (time, count) = (figure_text(p50(cell)), figure_text(instructions(cell)));
        let name = cell.peer.layer().map_or("none", Layer::name);
        writeln!(table, "{name:<26}{time:>15}{count:>15}{:>14}", ratio_text(part)).unwrap();
    }
    table + "\n"
}

/// One line for each interceptor.
fn json_of_interceptors(row: &Row) -> String {
    let mut lines = String::new();
    for cell in &row.cells {
        let Some(layer) = cell.peer.layer() else { continue };
        write!(lines, "{},\"interceptor\":\"{}\"", place_and_work(row), layer.name()).unwrap();
        let of_ours = |figure: Figure| row.of(Peer::Ours, figure);
        for (name, value) in [
            ("p50_us", p50(cell)),
            ("p99_us", p99(cell)),
            ("client_instructions", client_instructions(cell)),
            ("server_instructions", server_instructions(cell)),
            ("ratio", ratio(p50(cell), of_ours(p50))),
            ("instructions_ratio", ratio(instructions(cell), of_ours(instructions))),
        ] {
            write_key(&mut lines, name, value);
        }
        lines.push_str("}\n");
    }
    lines
}

/// A table: a group of columns for each peer, and what part of theirs ours is.
fn section<'a>(title: &str, rows: impl Iterator<Item = &'a Row>, figures: &[(&str, Figure)]) {
    let rows: Vec<&Row> = rows.collect();
    if rows
        .iter()
        .all(|row| row.cells.iter().all(|cell| figures.iter().all(|(_, figure)| figure(cell).is_none())))
    {
        return;
    }
    let mut table = format!("{title}\n\n{:<26}{:<26}", "transport/runtime", "operation/payload bytes");
    for peer in Peer::WIRES {
        for (name, _) in figures {
            write!(table, "{:>15}", format!("{} {name}", peer.name()).trim()).unwrap();
        }
    }
    writeln!(table, "{:>12}{:>9}", "ours/tonic", "ours/h2").unwrap();
    let counts = figures.iter().any(|(name, _)| *name == "client");
    for row in rows {
        write!(table, "{:<26}{:<26}", row.place.line(), row.work.line()).unwrap();
        for peer in Peer::WIRES {
            for (_, figure) in figures {
                write!(table, "{:>15}", figure_text(row.of(peer, *figure))).unwrap();
            }
        }
        let part =
            |peer| ratio_text(if counts { row.instructions_ratio(peer) } else { row.time_ratio(peer) });
        writeln!(table, "{:>12}{:>9}", part(Peer::Tonic), part(Peer::H2)).unwrap();
    }
    println!("{table}");
}

/// How far the rounds of one peer lay apart: what a difference between two peers must exceed.
fn noise(rows: &[Row]) -> String {
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

/// One row for programs. What was not measured is left out.
fn json(row: &Row) -> String {
    let mut line = place_and_work(row);
    let figures: [(&str, Figure); 5] = [
        ("p50_us", p50),
        ("p99_us", p99),
        ("per_second", per_second),
        ("client_instructions", client_instructions),
        ("server_instructions", server_instructions),
    ];
    for peer in Peer::WIRES {
        for (name, figure) in figures {
            write_key(&mut line, &format!("{}_{name}", peer.name()), row.of(peer, figure));
        }
    }
    write_key(&mut line, "ratio", row.time_ratio(Peer::Tonic));
    write_key(&mut line, "instructions_ratio", row.instructions_ratio(Peer::Tonic));
    write_key(&mut line, "h2_ratio", row.time_ratio(Peer::H2));
    write_key(&mut line, "h2_instructions_ratio", row.instructions_ratio(Peer::H2));
    line + "}"
}

fn place_and_work(row: &Row) -> String {
    format!(
        "{{\"transport\":\"{}\",\"runtime\":\"{}\",\"op\":\"{}\",\"payload_bytes\":{}",
        row.place.transport(),
        row.place.threads.name(),
        row.work.operation.name(),
        row.work.payload_bytes
    )
}

fn write_key(line: &mut String, name: &str, value: Option<f64>) {
    if let Some(value) = value {
        write!(line, ",\"{name}\":{value:.3}").unwrap();
    }
}

//! What is printed: a table for people, and a line of JSON for every row.

use std::fmt::Write;

use rpcplugin_bench::figures::{figure_text, ratio, ratio_text};

use crate::case::{Case, Codec, Operation, Role};
use crate::harness::Time;
use crate::shapes::Shape;

/// One operation on one shape, by everybody who can do it.
pub(crate) struct Row<'a> {
    pub(crate) shape: Shape,
    pub(crate) operation: Operation,
    pub(crate) cells: Vec<Cell<'a>>,
}

pub(crate) struct Cell<'a> {
    pub(crate) codec: &'a Codec,
    pub(crate) case: &'a Case,
    pub(crate) time: Time,
    pub(crate) instructions: Option<f64>,
}

impl<'a> Cell<'a> {
    pub(crate) fn new(codec: &'a Codec, case: &'a Case) -> Self {
        Self { codec, case, time: Time::default(), instructions: None }
    }

    fn nanoseconds(&self) -> f64 {
        self.time.median_nanoseconds
    }
}

impl Row<'_> {
    fn by(&self, role: Role) -> impl Iterator<Item = &Cell<'_>> {
        self.cells.iter().filter(move |cell| cell.codec.role == role)
    }

    fn ours(&self) -> Option<&Cell<'_>> {
        self.by(Role::Ours).next()
    }

    fn floor(&self) -> Option<&Cell<'_>> {
        self.by(Role::Floor).next()
    }

    fn best_peer(&self) -> Option<&Cell<'_>> {
        self.by(Role::Peer).min_by(|one, other| one.nanoseconds().total_cmp(&other.nanoseconds()))
    }
}

pub(crate) fn print(codecs: &[Codec], rows: &[Row<'_>]) {
    println!("nanoseconds a message\n");
    print!("{}", table(codecs, rows, |cell| Some(cell.nanoseconds())));
    println!("{}", noise(rows));
    if rows.iter().flat_map(|row| &row.cells).any(|cell| cell.instructions.is_some()) {
        println!("instructions a message (best: the fewest)\n");
        println!("{}", table(codecs, rows, |cell| cell.instructions));
    }
    for row in rows {
        println!("{}", json(row, rows));
    }
}

/// A column for each codec, and our ratios to the best peer and to the floor.
fn table(codecs: &[Codec], rows: &[Row<'_>], measure: impl Fn(&Cell<'_>) -> Option<f64>) -> String {
    let mut table = format!("{:<14}{:<16}", "shape", "operation");
    for codec in codecs {
        write!(table, "{:>1$}", codec.name, width(codec)).unwrap();
    }
    writeln!(table, "{:>14}{:>11}{:>13}", "best peer", "ours/best", "ours/memcpy").unwrap();
    for row in rows {
        write!(table, "{:<14}{:<16}", row.shape.name(), row.operation.name()).unwrap();
        for codec in codecs {
            let cell = row.cells.iter().find(|cell| cell.codec.name == codec.name);
            write!(table, "{:>1$}", figure_text(cell.and_then(&measure)), width(codec)).unwrap();
        }
        let ours = row.ours().and_then(&measure);
        let measured = row.by(Role::Peer).filter_map(|peer| Some((measure(peer)?, peer.codec.name)));
        let best = measured.min_by(|(one, _), (other, _)| one.total_cmp(other));
        let floor = row.floor().and_then(&measure);
        writeln!(
            table,
            "{:>14}{:>11}{:>13}",
            best.map_or("-", |(_, name)| name),
            ratio_text(ratio(ours, best.map(|(value, _)| value))),
            ratio_text(ratio(ours, floor)),
        )
        .unwrap();
    }
    table
}

/// Room for the name, and for the millions that a batch takes.
fn width(codec: &Codec) -> usize {
    codec.name.len().max(8) + 1
}

/// How far the samples of one codec lay apart: what a difference between two codecs must exceed.
fn noise(rows: &[Row<'_>]) -> String {
    let mut spreads: Vec<(f64, String)> = Vec::new();
    for row in rows {
        for cell in &row.cells {
            let place = format!("{} {} {}", row.shape.name(), row.operation.name(), cell.codec.name);
            spreads.push((cell.time.spread * 100.0, place));
        }
    }
    spreads.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (Some((worst, place)), Some((usual, _))) = (spreads.last(), spreads.get(spreads.len() / 2)) else {
        return String::new();
    };
    format!(
        "\nnoise: half of a codec's samples lie within {usual:.1} % of each other; at worst {worst:.1} % ({place})\n"
    )
}

/// One row for programs. What was not measured is left out; what only we cannot do is `null`.
fn json(row: &Row<'_>, rows: &[Row<'_>]) -> String {
    let ours = row.ours().map(Cell::nanoseconds);
    let mut line = format!("{{\"shape\":\"{}\",\"op\":\"{}\"", row.shape.name(), row.operation.name());
    let mut key = |name: &str, value: Option<f64>| {
        let value = value.map_or("null".to_owned(), |value| format!("{value:.3}"));
        write!(line, ",\"{name}\":{value}").unwrap();
    };
    key("ours_ns", ours);
    if let Some(best) = row.best_peer() {
        key("best_peer_ns", Some(best.nanoseconds()));
        key("ratio", ratio(ours, Some(best.nanoseconds())));
    }
    if let Some(floor) = row.floor() {
        key("memcpy_ns", Some(floor.nanoseconds()));
        key("memcpy_ratio", ratio(ours, Some(floor.nanoseconds())));
    }
    if row.operation == Operation::DecodeBorrowed {
        let same_shape = |other: &&Row<'_>| other.shape == row.shape && other.operation == Operation::Decode;
        let owned = rows.iter().find(same_shape).and_then(Row::ours).map(Cell::nanoseconds);
        key("owned_ratio", ratio(owned, ours));
    }
    for (name, cell) in [("ours_instructions", row.ours()), ("best_peer_instructions", row.best_peer())] {
        if let Some(instructions) = cell.and_then(|cell| cell.instructions) {
            key(name, Some(instructions));
        }
    }
    if let Some(best) = row.best_peer() {
        write!(line, ",\"best_peer\":\"{}\"", best.codec.name).unwrap();
    }
    line + "}"
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn cell<'a>(codecs: &'a [Codec], name: &str, operation: Operation, nanoseconds: f64) -> Cell<'a> {
        let codec = codecs.iter().find(|codec| codec.name == name).unwrap();
        let case = codec.case(Shape::Status, operation).unwrap();
        let time = Time { median_nanoseconds: nanoseconds, spread: nanoseconds / 1000.0 };
        Cell { time, ..Cell::new(codec, case) }
    }

    fn row<'a>(codecs: &'a [Codec], operation: Operation, figures: &[(&str, f64)]) -> Row<'a> {
        let cells = figures.iter().map(|(name, figure)| cell(codecs, name, operation, *figure)).collect();
        Row { shape: Shape::Status, operation, cells }
    }

    /// Ours takes 10 and 20 ns to write and to read, and 5 ns to look.
    fn rows(codecs: &[Codec]) -> Vec<Row<'_>> {
        let name = codecs.iter().find(|codec| codec.role == Role::Ours).unwrap().name;
        let mut encode = row(
            codecs,
            Operation::Encode,
            &[(name, 10.0), ("prost", 40.0), ("wincode", 8.0), ("memcpy", 4.0)],
        );
        encode.cells.iter_mut().zip([100.0, 90.0, 160.0]).for_each(|(cell, count)| {
            cell.instructions = Some(count);
        });
        let decode = row(codecs, Operation::Decode, &[(name, 20.0)]);
        vec![encode, decode, row(codecs, Operation::DecodeBorrowed, &[(name, 5.0)])]
    }

    #[test]
    fn a_row_for_programs_has_its_names_figures_and_ratios() {
        let codecs = crate::codecs();
        let rows = rows(&codecs);
        let read = |row| serde_json::from_str::<Value>(&json(row, &rows)).unwrap();
        assert_eq!(
            rows.iter().map(read).collect::<Vec<_>>(),
            [
                json!({
                    "shape": "Status", "op": "encode", "ours_ns": 10.0, "best_peer": "wincode",
                    "best_peer_ns": 8.0, "ratio": 1.25, "memcpy_ns": 4.0, "memcpy_ratio": 2.5,
                    "ours_instructions": 100.0, "best_peer_instructions": 160.0,
                }),
                json!({ "shape": "Status", "op": "decode", "ours_ns": 20.0 }),
                json!({ "shape": "Status", "op": "decode-borrowed", "ours_ns": 5.0, "owned_ratio": 4.0 }),
            ]
        );
    }

    #[test]
    fn a_table_has_a_column_for_each_codec_and_names_the_best_peer() {
        let codecs = crate::codecs();
        let rows = rows(&codecs);
        let table = table(&codecs, &rows, |cell| Some(cell.nanoseconds()));
        let lines: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
        let names: Vec<&str> = codecs.iter().map(|codec| codec.name).collect();
        assert_eq!(
            lines[0],
            [&["shape", "operation"], &names[..], &["best", "peer", "ours/best", "ours/memcpy"]].concat()
        );
        let figures =
            names.iter().map(|name| match rows[0].cells.iter().find(|cell| cell.codec.name == *name) {
                Some(cell) => figure_text(Some(cell.nanoseconds())),
                None => "-".to_owned(),
            });
        let figures: Vec<String> = figures.collect();
        let figures: Vec<&str> = figures.iter().map(String::as_str).collect();
        assert_eq!(lines[1], [&["Status", "encode"], &figures[..], &["wincode", "1.25", "2.50"]].concat());
    }

    #[test]
    fn the_noise_is_that_of_the_middle_and_of_the_worst() {
        let codecs = crate::codecs();
        let noise = noise(&rows(&codecs));
        assert!(noise.contains(" 1.0 % of each other; at worst 4.0 % (Status encode prost)"), "{noise}");
        assert_eq!(super::noise(&[]), "");
    }
}

//! What is printed: tables for people, and a line of JSON for every row.

use std::fmt::Write;

use rpcplugin_bench::calls::{Cell, Figure, Operation, Peer as _, Row, noise};
use rpcplugin_bench::figures::{figure_text, ratio, ratio_text};

use crate::peers::Peer;
use crate::peers::layers::Layer;

/// Whether ours is held against itself.
fn is_of_interceptors(row: &Row<Peer>) -> bool {
    row.peers().any(|peer| peer.layer().is_some())
}

/// How long we take, as a part of what another takes: by the middle call where there is one, or by the rate.
fn time_ratio(row: &Row<Peer>, peer: Peer) -> Option<f64> {
    match row.work.operation {
        Operation::Unary => ratio(row.of(Peer::Ours, Cell::p50), row.of(peer, Cell::p50)),
        Operation::InFlight(_) | Operation::Stream => {
            ratio(row.of(peer, Cell::per_second), row.of(Peer::Ours, Cell::per_second))
        }
    }
}

fn instructions_ratio(row: &Row<Peer>, peer: Peer) -> Option<f64> {
    ratio(row.of(Peer::Ours, Cell::instructions), row.of(peer, Cell::instructions))
}

pub(crate) fn print(all: &[Row<Peer>]) {
    let (intercepted, rows): (Vec<&Row<Peer>>, Vec<&Row<Peer>>) =
        all.iter().partition(|row| is_of_interceptors(row));
    let rows_of = |operation| rows.iter().copied().filter(move |row| row.work.operation == operation);
    section(
        "one call at a time, microseconds",
        rows_of(Operation::Unary),
        &[("p50", Cell::p50), ("p99", Cell::p99)],
    );
    section(
        "64 calls in flight, calls a second",
        rows_of(Operation::InFlight(64)),
        &[("", Cell::per_second)],
    );
    section(
        "the messages of one answer, messages a second",
        rows_of(Operation::Stream),
        &[("", Cell::per_second)],
    );
    let counted = rows.iter().copied().filter(|row| row.cells.iter().any(|cell| cell.instructions.is_some()));
    let figures: [(&str, Figure<Peer>); 2] =
        [("client", Cell::client_instructions), ("server", Cell::server_instructions)];
    section("instructions of a call or a message", counted, &figures);
    intercepted.iter().for_each(|row| print!("{}", interceptors(row)));
    println!("{}", noise(all));
    rows.iter().for_each(|row| println!("{}", json(row)));
    intercepted.iter().for_each(|row| print!("{}", json_of_interceptors(row)));
}

/// What each interceptor adds to a call of ours.
fn interceptors(row: &Row<Peer>) -> String {
    let mut table = format!("an interceptor on both sides: {} {}\n\n", row.place.line(), row.work.line());
    writeln!(table, "{:<26}{:>15}{:>15}{:>14}", "", "p50 us", "instructions", "with/without").unwrap();
    for cell in &row.cells {
        let part = ratio(cell.instructions(), row.of(Peer::Ours, Cell::instructions));
        let part = part.or_else(|| ratio(cell.p50(), row.of(Peer::Ours, Cell::p50)));
        let (time, count) = (figure_text(cell.p50()), figure_text(cell.instructions()));
        let name = cell.peer.layer().map_or("none", Layer::name);
        writeln!(table, "{name:<26}{time:>15}{count:>15}{:>14}", ratio_text(part)).unwrap();
    }
    table + "\n"
}

/// One line for each interceptor.
fn json_of_interceptors(row: &Row<Peer>) -> String {
    let mut lines = String::new();
    for cell in &row.cells {
        let Some(layer) = cell.peer.layer() else { continue };
        write!(lines, "{},\"interceptor\":\"{}\"", place_and_work(row), layer.name()).unwrap();
        let of_ours = |figure: Figure<Peer>| row.of(Peer::Ours, figure);
        for (name, value) in [
            ("p50_us", cell.p50()),
            ("p99_us", cell.p99()),
            ("client_instructions", cell.client_instructions()),
            ("server_instructions", cell.server_instructions()),
            ("ratio", ratio(cell.p50(), of_ours(Cell::p50))),
            ("instructions_ratio", ratio(cell.instructions(), of_ours(Cell::instructions))),
        ] {
            write_key(&mut lines, name, value);
        }
        lines.push_str("}\n");
    }
    lines
}

/// A table: a group of columns for each peer, and what part of theirs ours is.
fn section<'a>(title: &str, rows: impl Iterator<Item = &'a Row<Peer>>, figures: &[(&str, Figure<Peer>)]) {
    let rows: Vec<&Row<Peer>> = rows.collect();
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
            |peer| ratio_text(if counts { instructions_ratio(row, peer) } else { time_ratio(row, peer) });
        writeln!(table, "{:>12}{:>9}", part(Peer::Tonic), part(Peer::H2)).unwrap();
    }
    println!("{table}");
}

/// One row for programs. What was not measured is left out.
fn json(row: &Row<Peer>) -> String {
    let mut line = place_and_work(row);
    let figures: [(&str, Figure<Peer>); 5] = [
        ("p50_us", Cell::p50),
        ("p99_us", Cell::p99),
        ("per_second", Cell::per_second),
        ("client_instructions", Cell::client_instructions),
        ("server_instructions", Cell::server_instructions),
    ];
    for peer in Peer::WIRES {
        for (name, figure) in figures {
            write_key(&mut line, &format!("{}_{name}", peer.name()), row.of(peer, figure));
        }
    }
    write_key(&mut line, "ratio", time_ratio(row, Peer::Tonic));
    write_key(&mut line, "instructions_ratio", instructions_ratio(row, Peer::Tonic));
    write_key(&mut line, "h2_ratio", time_ratio(row, Peer::H2));
    write_key(&mut line, "h2_instructions_ratio", instructions_ratio(row, Peer::H2));
    line + "}"
}

fn place_and_work(row: &Row<Peer>) -> String {
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

#[cfg(test)]
mod tests {
    use rpcplugin_bench::calls::{Counts, Place, Times, Work};
    use serde_json::{Value, json};

    use super::*;

    fn row(operation: Operation, peers: Vec<Peer>, times: &[Times]) -> Row<Peer> {
        let mut row = Row::new(Place::all().next().unwrap(), Work { operation, payload_bytes: 32 }, peers);
        row.cells.iter_mut().zip(times).for_each(|(cell, times)| cell.times = *times);
        row
    }

    fn time(p50: f64) -> Times {
        Times { p50: Some(p50), p99: Some(p50 * 2.0), ..Times::default() }
    }

    fn rate(per_second: f64) -> Times {
        Times { per_second: Some(per_second), ..Times::default() }
    }

    fn read(line: &str) -> Value {
        serde_json::from_str(line).unwrap()
    }

    #[test]
    fn a_row_for_programs_has_its_names_figures_and_ratios() {
        let wires = Peer::WIRES.to_vec();
        let mut unary = row(Operation::Unary, wires.clone(), &[time(30.0), time(60.0), time(20.0)]);
        unary.cells[0].instructions = Some(Counts { client: 100.0, server: 200.0 });
        unary.cells[1].instructions = Some(Counts { client: 300.0, server: 300.0 });
        assert_eq!(
            read(&json(&unary)),
            json!({
                "transport": "unix", "runtime": "current-thread", "op": "unary", "payload_bytes": 32,
                "ours_p50_us": 30.0, "ours_p99_us": 60.0, "tonic_p50_us": 60.0, "tonic_p99_us": 120.0,
                "h2_p50_us": 20.0, "h2_p99_us": 40.0, "ratio": 0.5, "h2_ratio": 1.5,
                "ours_client_instructions": 100.0, "ours_server_instructions": 200.0,
                "tonic_client_instructions": 300.0, "tonic_server_instructions": 300.0,
                "instructions_ratio": 0.5,
            })
        );
        // Of a rate more is better, and the ratio is still that of the times.
        let stream = row(Operation::Stream, wires, &[rate(200.0), rate(100.0)]);
        let line = read(&json(&stream));
        assert_eq!((&line["ratio"], &line["ours_per_second"]), (&json!(0.5), &json!(200.0)));
        assert!(line.get("h2_ratio").is_none(), "{line}");
    }

    #[test]
    fn an_interceptor_has_a_line_beside_ours_without_it() {
        let intercepted = row(Operation::Unary, Peer::intercepted(), &[time(20.0), time(30.0)]);
        let lines: Vec<Value> = json_of_interceptors(&intercepted).lines().map(read).collect();
        assert_eq!(lines.len(), Layer::ALL.len());
        assert_eq!(
            lines[0],
            json!({
                "transport": "unix", "runtime": "current-thread", "op": "unary", "payload_bytes": 32,
                "interceptor": "nothing", "p50_us": 30.0, "p99_us": 60.0, "ratio": 1.5,
            })
        );
    }
}

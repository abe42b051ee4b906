//! What is printed: a table for people, and a line of JSON for every row.

use std::fmt::Write;

use rpcplugin_bench::calls::{Cell, Counts, Figure, Operation, Row};
use rpcplugin_bench::figures::{figure_text, ratio, ratio_text};

use crate::peers::Peer;
use crate::target::{self, Bound};

/// One figure of everybody.
#[derive(Debug)]
pub(crate) struct Line {
    case: String,
    unit: &'static str,
    /// Whether the figure is a rate: then more is better.
    is_rate: bool,
    pub(crate) ours: Option<f64>,
    pub(crate) floor: Option<f64>,
    pub(crate) tonic: Option<f64>,
    pub(crate) tarpc: Option<f64>,
    /// What else is known about ours, by name.
    pub(crate) more: Vec<(&'static str, Option<f64>)>,
    pub(crate) bounds: Vec<Bound>,
}

impl Line {
    /// A figure that is better the lower it is.
    pub(crate) fn of_time(case: String, unit: &'static str, ours: Option<f64>) -> Self {
        let (floor, tonic, tarpc) = (None, None, None);
        Self { case, unit, is_rate: false, ours, floor, tonic, tarpc, more: Vec::new(), bounds: Vec::new() }
    }

    /// A figure that is better the higher it is.
    pub(crate) fn of_rate(case: String, unit: &'static str, ours: Option<f64>) -> Self {
        Self { is_rate: true, ..Self::of_time(case, unit, ours) }
    }

    /// Our figure as a part of the floor's.
    pub(crate) fn ratio_to_floor(&self) -> Option<f64> {
        ratio(self.ours, self.floor)
    }

    /// How many times as fast as a peer we are.
    pub(crate) fn times(&self, peer: Option<f64>) -> Option<f64> {
        if self.is_rate { ratio(self.ours, peer) } else { ratio(peer, self.ours) }
    }

    fn json(&self) -> String {
        let mut line = format!("{{\"case\":\"{}\",\"unit\":\"{}\"", self.case, self.unit);
        let figures = [
            ("ours", self.ours),
            ("floor", self.floor),
            ("tonic", self.tonic),
            ("tarpc", self.tarpc),
            ("ratio_to_floor", self.ratio_to_floor()),
            ("times_tonic", self.times(self.tonic)),
            ("times_tarpc", self.times(self.tarpc)),
        ];
        for (name, figure) in figures.iter().chain(&self.more) {
            match figure {
                Some(figure) => write!(line, ",\"{name}\":{figure:.3}").unwrap(),
                None => write!(line, ",\"{name}\":null").unwrap(),
            }
        }
        write!(line, ",\"target\":\"{}\"}}", target::verdict(self)).unwrap();
        line
    }

    fn text(&self) -> String {
        let mut line = format!("{:<56}{:<16}", self.case, self.unit);
        for figure in [self.ours, self.floor, self.tonic, self.tarpc] {
            write!(line, "{:>12}", figure_text(figure)).unwrap();
        }
        for part in [self.ratio_to_floor(), self.times(self.tonic), self.times(self.tarpc)] {
            write!(line, "{:>12}", ratio_text(part)).unwrap();
        }
        format!("{line}   {}", target::verdict(self)).trim_end().to_owned()
    }
}

pub(crate) fn print(lines: &[Line], noise: &str) {
    let names = ["ours", "floor", "tonic", "tarpc", "ours/floor", "x tonic", "x tarpc"];
    println!("{:<72}{}   target", "", names.map(|name| format!("{name:>12}")).concat());
    lines.iter().for_each(|line| println!("{}", line.text()));
    println!("\n{noise}");
    lines.iter().for_each(|line| println!("{}", line.json()));
}

/// What was measured of a row.
pub(crate) fn lines(row: &Row<Peer>) -> Vec<Line> {
    let mut lines = vec![of_times(row)];
    lines.push(of_counts(
        row,
        "instructions",
        Cell::instructions,
        |cell| cell.instructions,
        target::INSTRUCTIONS,
    ));
    lines.push(of_counts(
        row,
        "allocations",
        Cell::allocations,
        |cell| cell.allocations,
        target::ALLOCATIONS,
    ));
    lines.retain(|line| line.ours.is_some());
    lines
}

fn of_times(row: &Row<Peer>) -> Line {
    let mut line = match row.work.operation {
        Operation::Unary => {
            let mut line = Line::of_time(row.name(), "us p50", None);
            line.more = vec![
                ("ours_p99", row.of(Peer::Ours, Cell::p99)),
                ("floor_p99", row.of(Peer::Floor, Cell::p99)),
                ("tonic_p99", row.of(Peer::Tonic, Cell::p99)),
                ("tarpc_p99", row.of(Peer::Tarpc, Cell::p99)),
            ];
            fill(line, row, Cell::p50, 1.0)
        }
        Operation::InFlight(_) => {
            fill(Line::of_rate(row.name(), "calls/s", None), row, Cell::per_second, 1.0)
        }
        Operation::Stream if row.work.payload_bytes < BULK_BYTES => {
            fill(Line::of_rate(row.name(), "messages/s", None), row, Cell::per_second, 1.0)
        }
        Operation::Stream => {
            let line = Line::of_rate(row.name(), "MB/s", None);
            fill(line, row, Cell::per_second, f64::from(row.work.payload_bytes) / 1e6)
        }
    };
    line.bounds = target::of_times(row);
    line
}

/// From this size of a message on, bytes count and not messages.
const BULK_BYTES: u32 = 64 * 1024;

/// The figures of everybody. tonic's better setting counts where both were tried.
fn fill(line: Line, row: &Row<Peer>, figure: Figure<Peer>, scale: f64) -> Line {
    let of = |peer| row.of(peer, figure).map(|figure| figure * scale);
    let tonic = match (of(Peer::Tonic), of(Peer::WideTonic)) {
        (Some(stock), Some(wide)) if line.is_rate => Some(stock.max(wide)),
        (stock, _) => stock,
    };
    Line { ours: of(Peer::Ours), floor: of(Peer::Floor), tonic, tarpc: of(Peer::Tarpc), ..line }
}

fn of_counts(
    row: &Row<Peer>,
    what: &'static str,
    figure: Figure<Peer>,
    counts: fn(&Cell<Peer>) -> Option<Counts>,
    bound: Bound,
) -> Line {
    let unit = if row.work.operation == Operation::Stream { "a message" } else { "a call" };
    let line = Line::of_time(format!("{what} {}", row.name()), unit, None);
    let mut line = fill(line, row, figure, 1.0);
    let ours = row.cells.iter().find(|cell| cell.peer == Peer::Ours).and_then(counts);
    line.more =
        vec![("ours_client", ours.map(|ours| ours.client)), ("ours_server", ours.map(|ours| ours.server))];
    if row.work.operation == Operation::Unary {
        line.bounds.push(bound);
    }
    line
}

#[cfg(test)]
mod tests {
    use rpcplugin_bench::calls::{Place, Times, Work};
    use serde_json::{Value, json};

    use super::*;

    fn row(operation: Operation, payload_bytes: u32, times: &[Times]) -> Row<Peer> {
        let work = Work { operation, payload_bytes };
        let mut row = Row::new(Place::all().next().unwrap(), work, Peer::who_can(work));
        row.cells.iter_mut().zip(times).for_each(|(cell, times)| cell.times = *times);
        row
    }

    fn read(line: &Line) -> Value {
        serde_json::from_str(&line.json()).unwrap()
    }

    #[test]
    fn a_row_for_programs_has_its_names_figures_and_ratios() {
        let time = |p50| Times { p50: Some(p50), p99: Some(p50 * 2.0), ..Times::default() };
        let row = row(Operation::Unary, 32, &[time(10.0), time(8.0), time(30.0), time(20.0)]);
        let [line] = &lines(&row)[..] else { panic!("times alone were measured") };
        assert_eq!(
            read(line),
            json!({
                "case": "unix/current-thread unary/32", "unit": "us p50",
                "ours": 10.0, "floor": 8.0, "tonic": 30.0, "tarpc": 20.0,
                "ratio_to_floor": 1.25, "times_tonic": 3.0, "times_tarpc": 2.0,
                "ours_p99": 20.0, "floor_p99": 16.0, "tonic_p99": 60.0, "tarpc_p99": 40.0,
                "target": "over: >= 3.5 x tonic",
            })
        );
        assert!(line.text().ends_with("10.0         8.0        30.0        20.0        1.25        3.00        2.00   over: >= 3.5 x tonic"), "{}", line.text());
    }

    #[test]
    fn a_rate_of_large_messages_is_one_of_bytes_and_the_better_tonic_counts() {
        let rate = |per_second| Times { per_second: Some(per_second), ..Times::default() };
        let row = row(Operation::Stream, 1_000_000, &[rate(400.0), rate(500.0), rate(100.0), rate(200.0)]);
        let line = read(&lines(&row)[0]);
        assert_eq!(
            (&line["unit"], &line["ours"], &line["tonic"], &line["times_tonic"], &line["ratio_to_floor"]),
            (&json!("MB/s"), &json!(400.0), &json!(200.0), &json!(2.0), &json!(0.8))
        );
        assert_eq!(line["tarpc"], Value::Null);
    }

    #[test]
    fn a_figure_of_nothing_has_no_ratio() {
        let mut line = Line::of_time("allocations".to_owned(), "a call", Some(0.0));
        (line.floor, line.tonic) = (Some(0.0), Some(5.0));
        let line = read(&line);
        assert_eq!((&line["ratio_to_floor"], &line["times_tonic"]), (&Value::Null, &Value::Null));
    }
}

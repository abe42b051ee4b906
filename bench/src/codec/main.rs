//! Measures what a message costs: our layouts beside those of other codecs, in one process, on the same values.
//!
//! `README.md` in this package says how to read what comes out.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a codec that fails on a value it wrote itself has nothing to be measured: the run ends there"
)]

mod options;

mod shapes;
mod touch;

mod case;
mod work;

mod ours;
mod peers;

mod harness;
mod instructions;
mod report;

use std::process::ExitCode;

use crate::case::{Case, Codec, Operation, Role};
use crate::options::{Options, Order};
use crate::report::{Cell, Row};
use crate::shapes::Shape;

fn main() -> ExitCode {
    let order = match options::parse(std::env::args().skip(1)) {
        Ok(order) => order,
        Err(fault) => {
            eprintln!("bench-codec: {fault}\n\n{}", options::USAGE);
            return ExitCode::from(2);
        }
    };
    match order {
        Order::Help => println!("{}", options::USAGE),
        Order::Child(child) => instructions::run_child(&child, &codecs()),
        Order::Measure(options) => measure(&options),
    }
    ExitCode::SUCCESS
}

/// Every codec, in the order of the columns.
fn codecs() -> Vec<Codec> {
    let mut codecs = vec![ours::codec()];
    codecs.extend(peers::codecs());
    codecs
}

fn measure(options: &Options) {
    let codecs = codecs();
    let mut plan = plan(&codecs, options);
    check(&codecs, &plan);

    for (number, row) in plan.iter_mut().enumerate() {
        eprintln!("time {:>2}: {} {}", number + 1, row.shape.name(), row.operation.name());
        let cases: Vec<&Case> = row.cells.iter().map(|cell| cell.case).collect();
        for (cell, time) in row.cells.iter_mut().zip(harness::measure(&cases, &options.budget)) {
            cell.time = time;
        }
    }
    if let Some(effort) = options.instructions {
        instructions::count(&mut plan, effort);
    }
    report::print(&codecs, &plan);
}

/// One row for each shape and operation, one cell for each codec that can do it.
fn plan<'a>(codecs: &'a [Codec], options: &Options) -> Vec<Row<'a>> {
    let wanted = |shape: &Shape| options.only.is_none_or(|only| only == *shape);
    let mut plan = Vec::new();
    for shape in Shape::ALL.into_iter().filter(wanted) {
        for operation in Operation::ALL {
            let cells: Vec<Cell<'a>> = codecs
                .iter()
                .filter_map(|codec| Some(Cell::new(codec, codec.case(shape, operation)?)))
                .collect();
            if !cells.is_empty() {
                plan.push(Row { shape, operation, cells });
            }
        }
    }
    plan
}

/// Goes through every case once, since preparing one compares what it decodes with what it encoded; then compares our
/// bytes with those of the codec that should write the same.
fn check(codecs: &[Codec], plan: &[Row<'_>]) {
    for cell in plan.iter().flat_map(|row| &row.cells) {
        drop(cell.case.prepare());
    }
    let ours = codecs.iter().find(|codec| codec.role == Role::Ours).expect("we are measured");
    for row in plan.iter().filter(|row| row.operation == Operation::Encode) {
        let twin = codecs.iter().find(|codec| codec.name == row.shape.same_bytes_as()).expect("a peer");
        let (Some(case), Some(twin_case)) =
            (ours.case(row.shape, row.operation), twin.case(row.shape, row.operation))
        else {
            continue;
        };
        let same = case.bytes() == twin_case.bytes();
        assert!(same, "{}: our bytes and those of {} differ", row.shape.name(), twin.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_codec_gives_back_what_it_was_given_and_our_bytes_are_those_of_the_peer() {
        let Ok(Order::Measure(options)) = options::parse(std::iter::empty()) else {
            panic!("no run without options")
        };
        let codecs = codecs();
        let plan = plan(&codecs, &options);
        // Encode and decode of six shapes, and the two views.
        assert_eq!(plan.len(), 14);
        check(&codecs, &plan);
    }
}

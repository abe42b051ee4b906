//! Measures what a call costs on the binary wire: beside the bare socket, tonic and tarpc, in the same run.
//!
//! `README.md` in this package says how to read what comes out.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what fails while it is measured has no figures: the run ends there"
)]

mod cold;
mod contract;
mod peers;
mod report;
mod target;

use std::process::ExitCode;

use rpcplugin_bench::calls::{
    Bench, Fault, Operation, Options, Place, Row, Socket, Threads, Work, count, measure_times, noise,
};
use rpcplugin_bench::valgrind::{self, Count};

use crate::peers::Peer;

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some(cold::NOTHING) {
        return ExitCode::SUCCESS;
    }
    Bench::<Peer>::new("bench-wire", measure).run(std::env::args().skip(1))
}

fn measure(options: &Options) -> Result<(), Fault> {
    let mut rows = plan();
    rows.retain(|row| options.wants(&row.name()));
    let mut starts = cold::plan();
    starts.retain(|start| options.wants(&start.name()));
    if options.times {
        cold::measure(&mut starts, options.budget.rounds)?;
        measure_times(&mut rows, &options.budget)?;
    }
    if options.instructions && valgrind::is_here_or_warn() {
        let instructions = rows.iter_mut().filter(|row| counts_instructions(row));
        count(Count::Instructions, instructions, options.profiles.as_deref())?;
        let allocations = rows.iter_mut().filter(|row| counts_allocations(row));
        if let Err(fault) = count(Count::Allocations, allocations, None) {
            // As a rule memcheck lacks the symbols of the C library, without which callgrind does.
            eprintln!("\n*** NO ALLOCATIONS: {fault} ***\n");
        }
    }
    let lines: Vec<report::Line> =
        starts.iter().flat_map(cold::Start::line).chain(rows.iter().flat_map(report::lines)).collect();
    report::print(&lines, &noise(&rows));
    Ok(())
}

/// Everything at every place.
fn plan() -> Vec<Row<Peer>> {
    Place::all()
        .flat_map(|place| works().map(move |work| Row::new(place, work, Peer::who_can(work))))
        .collect()
}

fn works() -> impl Iterator<Item = Work> {
    let unary = [32, 1024, 65_536].map(|payload_bytes| (Operation::Unary, payload_bytes));
    let in_flight = [(64, 32), (64, 1024), (64, 65_536), (1024, 32)]
        .map(|(calls, payload_bytes)| (Operation::InFlight(calls), payload_bytes));
    let stream = [32, 1024, 65_536, 1 << 20].map(|payload_bytes| (Operation::Stream, payload_bytes));
    unary
        .into_iter()
        .chain(in_flight)
        .chain(stream)
        .map(|(operation, payload_bytes)| Work { operation, payload_bytes })
}

/// Where a count says something: threads wake each other by chance, TLS is counted on a processor that has no instructions
/// for it, and the sockets differ in the kernel only, which is not counted.
fn is_counted(row: &Row<Peer>) -> bool {
    row.place == Place { socket: Socket::Unix, tls: false, threads: Threads::Current }
        && row.work.payload_bytes == 32
}

fn counts_instructions(row: &Row<Peer>) -> bool {
    is_counted(row)
}

fn counts_allocations(row: &Row<Peer>) -> bool {
    is_counted(row) && row.work.operation == Operation::Unary
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_and_streams_are_measured_from_32_bytes_up_at_every_place() {
        let plan = plan();
        for place in Place::all() {
            let sizes_of = |operation| -> Vec<u32> {
                let is_it = |row: &&Row<Peer>| row.place == place && row.work.operation == operation;
                plan.iter().filter(is_it).map(|row| row.work.payload_bytes).collect()
            };
            assert_eq!(sizes_of(Operation::Unary), [32, 1024, 64 * 1024], "{place:?}");
            assert_eq!(sizes_of(Operation::InFlight(64)), [32, 1024, 64 * 1024], "{place:?}");
            assert_eq!(sizes_of(Operation::Stream), [32, 1024, 64 * 1024, 1024 * 1024], "{place:?}");
        }
    }
}

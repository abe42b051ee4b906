//! Measures what a call costs: ours beside tonic's on the same contract, and beside the HTTP/2 that both stand on.
//!
//! `README.md` in this package says how to read what comes out.
#![expect(clippy::unwrap_used, reason = "what fails while it is measured has no figures: the run ends there")]

mod contract;
mod peers;
mod report;

use std::process::ExitCode;

use rpcplugin_bench::calls::{
    Bench, Fault, Operation, Options, Place, Row, Socket, Threads, Work, count, measure_times,
};
use rpcplugin_bench::valgrind::{self, Count};

use crate::peers::Peer;

fn main() -> ExitCode {
    Bench::<Peer>::new("bench-grpc", measure).run(std::env::args().skip(1))
}

fn measure(options: &Options) -> Result<(), Fault> {
    let mut rows = plan();
    rows.retain(|row| options.wants(&row.name()));
    if options.times {
        measure_times(&mut rows, &options.budget)?;
    }
    if options.instructions && valgrind::is_here_or_warn() {
        let counted = rows.iter_mut().filter(|row| is_counted(row.place));
        count(Count::Instructions, counted, options.profiles.as_deref())?;
    }
    report::print(&rows);
    Ok(())
}

/// Everybody at every place, and the interceptors at the one where most plugins are.
fn plan() -> Vec<Row<Peer>> {
    let wires =
        Place::all().flat_map(|place| works().map(move |work| Row::new(place, work, Peer::wires_at(place))));
    let intercepted = Place::all()
        .take(1)
        .flat_map(|place| works().take(1).map(move |work| Row::new(place, work, Peer::intercepted())))
        .map(|row| Row { about: "interceptors", ..row });
    wires.chain(intercepted).collect()
}

fn works() -> impl Iterator<Item = Work> {
    [32, 1024, 64 * 1024].into_iter().flat_map(|payload_bytes| {
        [Operation::Unary, Operation::InFlight(64), Operation::Stream]
            .map(|operation| Work { operation, payload_bytes })
    })
}

/// What threads do to wake each other is chance, TLS is counted on a processor that has no instructions for it, and the
/// sockets differ in the kernel only, which is not counted.
fn is_counted(place: Place) -> bool {
    place == Place { socket: Socket::Unix, tls: false, threads: Threads::Current }
}

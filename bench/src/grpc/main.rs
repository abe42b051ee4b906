//! Measures what a call costs: ours beside tonic's on the same contract, and beside the HTTP/2 that both stand on.
//!
//! `README.md` in this package says how to read what comes out.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what fails while it is measured has no figures: the run ends there"
)]

mod options;

mod contract;
mod place;

mod identities;
mod peers;
mod processes;

mod work;

mod harness;
mod instructions;
mod report;

use std::process::ExitCode;

use crate::harness::Station;
use crate::options::{Options, Order};
use crate::peers::Peer;
use crate::place::Place;
use crate::report::Row;
use crate::work::Work;

/// Why there is nothing to report.
pub(crate) type Fault = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    let order = match options::parse(std::env::args().skip(1)) {
        Ok(order) => order,
        Err(fault) => {
            eprintln!("bench-grpc: {fault}\n\n{}", options::USAGE);
            return ExitCode::from(2);
        }
    };
    let done = match order {
        Order::Help => {
            println!("{}", options::USAGE);
            Ok(())
        }
        Order::Serve(peer, place, directory) => processes::serve(peer, place, &directory),
        Order::Count(case, directory) => instructions::run_child(&case, &directory),
        Order::Measure(options) => measure(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("bench-grpc: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn measure(options: &Options) -> Result<(), Fault> {
    let mut rows = plan();
    rows.retain(|row| options.wants(&row.name()));
    if options.times {
        for rows in rows.chunk_by_mut(Row::shares_servers_with) {
            measure_with_same_servers(rows, options)?;
        }
    }
    if options.instructions {
        instructions::count(&mut rows, options.profiles.as_deref())?;
    }
    report::print(&rows);
    Ok(())
}

/// Everybody at every place, and the interceptors at the one where most plugins are.
fn plan() -> Vec<Row> {
    let wires = Place::all()
        .flat_map(|place| Work::all().map(move |work| Row::new(place, work, Peer::wires_at(place))));
    let intercepted = Place::all()
        .take(1)
        .flat_map(|place| Work::all().take(1).map(move |work| Row::new(place, work, Peer::intercepted())));
    wires.chain(intercepted).collect()
}

/// Fills in the times of some rows.
fn measure_with_same_servers(rows: &mut [Row], options: &Options) -> Result<(), Fault> {
    let place = rows[0].place;
    place.threads.runtime()?.block_on(async {
        let mut directories = Vec::new();
        let mut stations: Vec<Box<dyn Station>> = Vec::new();
        for peer in rows[0].peers() {
            let directory = tempfile::tempdir()?;
            stations.push(harness::start(peer, place, directory.path(), false).await?);
            directories.push(directory);
        }
        for row in rows {
            eprintln!("time: {}", row.name());
            let times = harness::measure(&stations, row.work, &options.budget).await?;
            for (cell, times) in row.cells.iter_mut().zip(times) {
                cell.times = times;
            }
        }
        for station in stations {
            station.stop().await?;
        }
        Ok(())
    })
}

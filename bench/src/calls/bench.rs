//! What the processes of a benchmark have in common: one program, which measures, serves and is counted.

use std::marker::PhantomData;
use std::process::ExitCode;

use super::{Fault, Options, Order, Peer, options, processes};

/// A benchmark of calls.
#[derive(Debug)]
pub struct Bench<P> {
    name: &'static str,
    measure: fn(&Options) -> Result<(), Fault>,
    peers: PhantomData<P>,
}

impl<P: Peer> Bench<P> {
    /// A program with this name, and what it does unless it is a part of another process's work.
    #[must_use]
    pub const fn new(name: &'static str, measure: fn(&Options) -> Result<(), Fault>) -> Self {
        Self { name, measure, peers: PhantomData }
    }

    /// Does what the arguments ask for.
    pub fn run(&self, arguments: impl Iterator<Item = String>) -> ExitCode {
        let order: Order<P> = match options::parse(arguments) {
            Ok(order) => order,
            Err(fault) => {
                eprintln!("{}: {fault}\n\n{}", self.name, options::usage(self.name));
                return ExitCode::from(2);
            }
        };
        let done = match order {
            Order::Help => {
                println!("{}", options::usage(self.name));
                Ok(())
            }
            Order::Serve(peer, place, directory) => processes::serve(peer, place, &directory),
            Order::Count(case, directory) => case.run(&directory),
            Order::Measure(options) => (self.measure)(&options),
        };
        match done {
            Ok(()) => ExitCode::SUCCESS,
            Err(fault) => {
                eprintln!("{}: {fault}", self.name);
                ExitCode::FAILURE
            }
        }
    }
}

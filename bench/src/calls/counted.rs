//! Counts what a call costs, in the client and in the server.
//!
//! A count is of a whole process. So each case runs twice, the second time with twice as many calls, and what the second
//! run took more is what the calls cost: not the start, and not the end.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use super::processes::Counted;
use super::{Fault, Operation, Peer, Place, Program, Row, Work, write_identities};
use crate::valgrind::{self, Count};

/// What one call or message costs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// In the client.
    pub client: f64,
    /// In the server.
    pub server: f64,
}

/// Counts for every peer of some rows, and gives the counts to each cell: none where chance was larger than they are.
///
/// With a directory, the profiles of all cases stay there.
pub fn count<'a, P: Peer>(
    what: Count,
    rows: impl Iterator<Item = &'a mut Row<P>>,
    profiles: Option<&Path>,
) -> Result<(), Fault> {
    for row in rows {
        eprintln!("{}: {}", what.name(), row.name());
        for cell in &mut row.cells {
            let case =
                Case { what, peer: cell.peer, place: row.place, work: row.work, times: times(row.work) };
            let counts = difference(&case, profiles)?;
            if counts.is_none() {
                eprintln!("*** no {} of {}: more calls took less ***", what.name(), case.line());
            }
            match what {
                Count::Instructions => cell.instructions = counts,
                Count::Allocations => cell.allocations = counts,
            }
        }
    }
    Ok(())
}

fn times(work: Work) -> u32 {
    match work.operation {
        Operation::Unary | Operation::InFlight(_) => 2560,
        // Many go in one system call: with few of them chance is larger than what they cost.
        Operation::Stream => 64_000,
    }
}

/// What a process under valgrind has to do.
#[derive(Clone, Copy, Debug)]
pub struct Case<P> {
    what: Count,
    peer: P,
    place: Place,
    work: Work,
    times: u32,
}

impl<P: Peer> Case<P> {
    pub(super) const FLAG: &'static str = "--count";

    /// As [`parse`](Self::parse) reads it.
    fn line(&self) -> String {
        let (place, work) = (self.place.line(), self.work.line());
        format!("{}/{}/{place}/{work}/{}", self.what.name(), self.peer.name(), self.times)
    }

    pub(super) fn parse(line: &str) -> Result<Self, String> {
        let fault = || {
            format!("{} takes COUNT/PEER/TRANSPORT/RUNTIME/OPERATION/PAYLOAD/TIMES, not `{line}`", Self::FLAG)
        };
        let [what, peer, transport, threads, operation, payload, times] =
            <[&str; 7]>::try_from(line.split('/').collect::<Vec<_>>()).map_err(|_| fault())?;
        Ok(Self {
            what: Count::ALL.into_iter().find(|count| count.name() == what).ok_or_else(fault)?,
            peer: P::named(peer).ok_or_else(fault)?,
            place: Place::parse(&format!("{transport}/{threads}")).ok_or_else(fault)?,
            work: Work::parse(&format!("{operation}/{payload}")).ok_or_else(fault)?,
            times: times.parse().map_err(|_| fault())?,
        })
    }

    /// The part of the client's process. Its server is counted as well.
    pub fn run(&self, directory: &Path) -> Result<(), Fault> {
        // On one processor, which the server inherits: neither process sees half of what the other one writes, so both do
        // the same in every run.
        sched_setaffinity(None, &first_of(&sched_getaffinity(None)?))?;
        self.place.threads.runtime()?.block_on(async {
            if self.place.tls {
                write_identities(directory)?;
            }
            let program = Program::server(self.peer, self.place, directory, Some(self.what))?;
            let station = self.peer.start(&program, self.place, directory).await?;
            station.sample(self.work, self.times).await?;
            station.stop().await
        })
    }
}

/// The first processor of those that this process may use.
fn first_of(allowed: &CpuSet) -> CpuSet {
    let mut first = CpuSet::new();
    if let Some(number) = (0..CpuSet::MAX_CPU).find(|number| allowed.is_set(*number)) {
        first.set(number);
    }
    first
}

fn difference<P: Peer>(case: &Case<P>, profiles: Option<&Path>) -> Result<Option<Counts>, Fault> {
    let once = counted(case, profiles)?;
    let twice = counted(&Case { times: case.times * 2, ..*case }, profiles)?;
    let each = |once, twice| valgrind::difference(once, twice, case.times);
    let sides = each(once.0, twice.0).zip(each(once.1, twice.1));
    Ok(sides.map(|(client, server)| Counts { client, server }))
}

/// What was counted in the client and in the server.
fn counted<P: Peer>(case: &Case<P>, profiles: Option<&Path>) -> Result<(u64, u64), Fault> {
    let temporary = tempfile::tempdir()?;
    let directory: PathBuf = match profiles {
        None => temporary.path().to_owned(),
        Some(profiles) => profiles.join(case.line().replace('/', "-")),
    };
    std::fs::create_dir_all(&directory)?;
    let client = Counted { count: case.what, directory: &directory, side: "client" };
    let server = Counted { count: case.what, directory: &directory, side: "server" };
    let own = [Case::<P>::FLAG.into(), case.line().into(), directory.clone().into()];
    let status = Program::this(own, Some(client))?.command().stdin(Stdio::null()).status()?;
    if !status.success() {
        return Err(format!("counting {} ended with {status}", case.line()).into());
    }
    Ok((client.read()?, server.read()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::options::tests::Somebody;

    #[test]
    fn a_child_understands_what_it_is_told() {
        for place in Place::all() {
            for operation in [Operation::Unary, Operation::InFlight(64), Operation::Stream] {
                let work = Work { operation, payload_bytes: 32 };
                let case = Case { what: Count::Instructions, peer: Somebody, place, work, times: 100 };
                assert_eq!(Case::<Somebody>::parse(&case.line()).unwrap().line(), case.line());
            }
        }
        for line in ["unix/current-thread/unary/32", "instructions/somebody/pigeon/current-thread/unary/32/1"]
        {
            assert!(Case::<Somebody>::parse(line).is_err(), "{line}");
        }
    }
}

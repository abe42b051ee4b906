//! Counts the instructions of a call, in the client and in the server.
//!
//! A count is of a whole process. So each case runs twice, the second time with twice as many calls, and what the second
//! run took more is what the calls cost: not the start, and not the end.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use rpcplugin_bench::valgrind;
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use crate::Fault;
use crate::harness;
use crate::peers::Peer;
use crate::place::{Place, Socket, Threads};
use crate::processes::{Counted, Program};
use crate::report::Row;
use crate::work::{Operation, Work};

/// What one call or message costs.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Instructions {
    pub(crate) client: f64,
    pub(crate) server: f64,
}

/// Fills in the instructions of the rows that have any, or says on standard error why it cannot.
///
/// With a directory, the profiles of all cases stay there.
pub(crate) fn count(rows: &mut [Row], profiles: Option<&Path>) -> Result<(), Fault> {
    if !valgrind::is_here_or_warn() {
        return Ok(());
    }
    for row in rows.iter_mut().filter(|row| is_counted(row.place)) {
        eprintln!("instructions: {} {}", row.place.line(), row.work.line());
        for cell in &mut row.cells {
            let case = Case { peer: cell.peer, place: row.place, work: row.work, times: times(row.work) };
            cell.instructions = Some(difference(&case, profiles)?);
        }
    }
    Ok(())
}

/// What threads do to wake each other is chance, TLS is counted on a processor that has no instructions for it, and the
/// sockets differ in the kernel only, which is not counted.
fn is_counted(place: Place) -> bool {
    place == Place { socket: Socket::Unix, tls: false, threads: Threads::Current }
}

fn times(work: Work) -> u32 {
    match work.operation {
        Operation::Unary | Operation::InFlight => 2560,
        Operation::Stream => 8000,
    }
}

/// What a process under valgrind has to do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case {
    peer: Peer,
    place: Place,
    work: Work,
    times: u32,
}

impl Case {
    pub(crate) const FLAG: &'static str = "--count";

    /// As [`parse`](Self::parse) reads it.
    fn line(&self) -> String {
        format!("{}/{}/{}/{}", self.peer.name(), self.place.line(), self.work.line(), self.times)
    }

    pub(crate) fn parse(line: &str) -> Result<Self, String> {
        let fault =
            || format!("{} takes PEER/TRANSPORT/RUNTIME/OPERATION/PAYLOAD/TIMES, not `{line}`", Self::FLAG);
        let [peer, transport, threads, operation, payload, times] =
            <[&str; 6]>::try_from(line.split('/').collect::<Vec<_>>()).map_err(|_| fault())?;
        Ok(Self {
            peer: Peer::parse(peer).ok_or_else(fault)?,
            place: Place::parse(&format!("{transport}/{threads}")).ok_or_else(fault)?,
            work: Work::parse(&format!("{operation}/{payload}")).ok_or_else(fault)?,
            times: times.parse().map_err(|_| fault())?,
        })
    }
}

/// The part of the client's process. Its server is counted as well.
pub(crate) fn run_child(case: &Case, directory: &Path) -> Result<(), Fault> {
    // On one processor, which the server inherits: neither process sees half of what the other one writes, so both do the
    // same in every run.
    sched_setaffinity(None, &first_of(&sched_getaffinity(None)?))?;
    case.place.threads.runtime()?.block_on(async {
        let station = harness::start(case.peer, case.place, directory, true).await?;
        station.sample(case.work, case.times).await?;
        station.stop().await
    })
}

/// The first processor of those that this process may use.
fn first_of(allowed: &CpuSet) -> CpuSet {
    let mut first = CpuSet::new();
    if let Some(number) = (0..CpuSet::MAX_CPU).find(|number| allowed.is_set(*number)) {
        first.set(number);
    }
    first
}

fn difference(case: &Case, profiles: Option<&Path>) -> Result<Instructions, Fault> {
    let once = counted(case, profiles)?;
    let twice = counted(&Case { times: case.times * 2, ..*case }, profiles)?;
    let each = |once, twice| valgrind::difference(once, twice, case.times).ok_or("more calls took less");
    Ok(Instructions { client: each(once.0, twice.0)?, server: each(once.1, twice.1)? })
}

/// The instructions of the client and of the server.
fn counted(case: &Case, profiles: Option<&Path>) -> Result<(u64, u64), Fault> {
    let temporary = tempfile::tempdir()?;
    let directory: PathBuf = match profiles {
        None => temporary.path().to_owned(),
        Some(profiles) => profiles.join(case.line().replace('/', "-")),
    };
    std::fs::create_dir_all(&directory)?;
    let client = Counted { directory: &directory, side: "client" };
    let server = Counted { directory: &directory, side: "server" };
    let own = [Case::FLAG.into(), case.line().into(), directory.clone().into()];
    let status = Program::this(own, Some(client))?.command().stdin(Stdio::null()).status()?;
    if !status.success() {
        return Err(format!("counting {} ended with {status}", case.line()).into());
    }
    Ok((client.count()?, server.count()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_understands_what_it_is_told() {
        for place in Place::all() {
            for work in Work::all() {
                for peer in Peer::WIRES.into_iter().chain(Peer::intercepted()) {
                    let case = Case { peer, place, work, times: 100 };
                    assert_eq!(Case::parse(&case.line()).unwrap().line(), case.line());
                }
            }
        }
        assert!(Case::parse("ours/unix/current-thread/unary/32").is_err());
        assert!(Case::parse("ours/pigeon/current-thread/unary/32/1").is_err());
    }
}

//! Counts instructions with valgrind. They are the same in every run, on a machine however busy.
//!
//! A count is of a whole process. So each case runs in two processes, the second with twice as many messages, and what
//! the second took more is what the messages cost.

use std::process::{Command, Stdio};
use std::sync::Mutex;

use crate::case::{Codec, Operation};
use crate::report::{Cell, Row};
use crate::shapes::Shape;

/// How many messages are counted.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Effort {
    Brief,
    Thorough,
}

impl Effort {
    fn messages(self, shape: Shape) -> u32 {
        let messages = if shape == Shape::Batch { 1 } else { 100 };
        match self {
            Self::Brief => messages,
            Self::Thorough => messages * 10,
        }
    }
}

/// Fills in the instructions of every cell, or says on standard error why it cannot.
pub(crate) fn count(plan: &mut [Row<'_>], effort: Effort) {
    if !valgrind_is_here() {
        eprintln!("\n*** NO INSTRUCTIONS: valgrind is not installed. The times above stand alone. ***\n");
        return;
    }
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let mut jobs: Vec<(Child, &mut Option<f64>)> = Vec::new();
    for row in plan {
        for Cell { codec, instructions, .. } in &mut row.cells {
            let times = effort.messages(row.shape);
            let child =
                Child { shape: row.shape, operation: row.operation, codec: codec.name.to_owned(), times };
            jobs.push((child, instructions));
        }
    }
    eprintln!("instructions: {} cases under valgrind", jobs.len());
    // Counts do not disturb each other, unlike times.
    let jobs = Mutex::new(jobs.into_iter());
    let next = || jobs.lock().expect("no worker failed").next();
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((child, instructions)) = next() {
                    *instructions = difference(&child);
                }
            });
        }
    });
}

/// What one process under valgrind has to do.
#[derive(Debug, Clone)]
pub(crate) struct Child {
    shape: Shape,
    operation: Operation,
    codec: String,
    times: u32,
}

impl Child {
    pub(crate) const FLAG: &'static str = "--one-case";

    /// As [`parse`](Self::parse) reads it.
    fn line(&self) -> String {
        format!("{}/{}/{}/{}", self.shape.name(), self.operation.name(), self.codec, self.times)
    }

    pub(crate) fn parse(line: &str) -> Result<Self, String> {
        let fault = || format!("{} takes SHAPE/OPERATION/CODEC/TIMES, not `{line}`", Self::FLAG);
        let [shape, operation, codec, times] =
            <[&str; 4]>::try_from(line.split('/').collect::<Vec<_>>()).map_err(|_| fault())?;
        let named = |candidate: &Operation| candidate.name() == operation;
        Ok(Self {
            shape: Shape::from_name(shape)?,
            operation: Operation::ALL.into_iter().find(named).ok_or_else(fault)?,
            codec: codec.to_owned(),
            times: times.parse().map_err(|_| fault())?,
        })
    }
}

/// The part of the child: prepare one case and run it.
pub(crate) fn run_child(child: &Child, codecs: &[Codec]) {
    let codec = codecs.iter().find(|codec| codec.name == child.codec).expect("a codec of the table");
    let case = codec.case(child.shape, child.operation).expect("a case of the table");
    let mut work = case.prepare();
    // The first messages make the allocator take pages and the linker find functions.
    work.run(2);
    work.run(child.times);
}

fn difference(child: &Child) -> Option<f64> {
    let once = counted(child)?;
    let twice = counted(&Child { times: child.times * 2, ..child.clone() })?;
    let more = u32::try_from(twice.checked_sub(once)?).ok()?;
    Some(f64::from(more) / f64::from(child.times))
}

fn counted(child: &Child) -> Option<u64> {
    let program = std::env::current_exe().ok()?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args([Child::FLAG, &child.line()])
        .env("GLIBC_TUNABLES", NO_STRING_INSTRUCTIONS)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let count = said.lines().find_map(collected);
    if count.is_none() || !output.status.success() {
        eprintln!("no count of {}:\n{said}", child.line());
        return None;
    }
    count
}

/// `==1234== Collected : 5678`
fn collected(line: &str) -> Option<u64> {
    line.split_once("Collected :")?.1.trim().parse().ok()
}

fn valgrind_is_here() -> bool {
    Command::new("valgrind")
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The x86 instruction that copies any number of bytes counts as one for each byte under valgrind, and glibc takes it for
/// long copies. Kept from it, it copies with vectors, as the loops do that it is compared with.
const NO_STRING_INSTRUCTIONS: &str =
    "glibc.cpu.x86_rep_movsb_threshold=1000000000:glibc.cpu.x86_rep_stosb_threshold=1000000000";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_understands_what_it_is_told() {
        let child = Child {
            shape: Shape::StatusTagged,
            operation: Operation::DecodeBorrowed,
            codec: "hand-written".to_owned(),
            times: 100,
        };
        assert_eq!(Child::parse(&child.line()).unwrap().line(), child.line());
        assert!(Child::parse("Status/encode/prost").is_err());
        assert!(Child::parse("Status/write/prost/1").is_err());
    }

    #[test]
    fn the_count_is_found_in_what_valgrind_says() {
        assert_eq!(collected("==4242== Collected : 123456"), Some(123_456));
        assert_eq!(collected("==4242== Events    : Ir"), None);
    }
}

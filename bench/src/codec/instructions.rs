//! Counts instructions with valgrind. They are the same in every run, on a machine however busy.
//!
//! A count is of a whole process. So each case runs in two processes, the second with twice as many messages, and what
//! the second took more is what the messages cost.

use std::process::{Command, Stdio};
use std::sync::Mutex;

use rpcplugin_bench::valgrind::{self, Count};

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
    if !valgrind::is_here_or_warn() {
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
    valgrind::difference(once, twice, child.times)
}

fn counted(child: &Child) -> Option<u64> {
    let program = std::env::current_exe().ok()?;
    let (variable, value) = valgrind::NO_STRING_INSTRUCTIONS;
    let output = Command::new(valgrind::PROGRAM)
        .args(Count::Instructions.arguments(None, None))
        .arg(program)
        .args([Child::FLAG, &child.line()])
        .env(variable, value)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let count = Count::Instructions.read(&said);
    if count.is_none() || !output.status.success() {
        eprintln!("no count of {}:\n{said}", child.line());
        return None;
    }
    count
}

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
}

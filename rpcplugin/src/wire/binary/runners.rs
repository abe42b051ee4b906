//! Who runs the calls that came? Where there are several threads, others than who reads.
//!
//! With one thread, calls run where they are read. With several, a call that works for long or blocks its thread must not
//! keep others from being read or run, though it was quick until now. So calls that came wait in one line, and tasks take
//! them from there; a task that finds more calls waiting than its own has another one started first.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::runtime::{Handle, RuntimeFlavor};

use super::calls::{Calls, Common};
use super::machine::Arrived;

/// Runs the calls of a connection.
pub(super) enum Runners {
    /// Whoever reads.
    Reader(Calls),
    /// Tasks that share the calls.
    Tasks(Arc<Line>),
}

impl Runners {
    /// As the current runtime has one thread or several.
    pub(super) fn new(common: Arc<Common>) -> Self {
        let runtime = Handle::current();
        match runtime.runtime_flavor() {
            RuntimeFlavor::CurrentThread => Self::Reader(Calls::new(common)),
            _ => {
                let most = runtime.metrics().num_workers();
                Self::Tasks(Arc::new(Line { common, most, waiting: Mutex::default() }))
            }
        }
    }

    /// Runs calls, or has them run. Whether some are left, because the others took long.
    pub(super) fn run(&mut self, arrived: &mut VecDeque<Arrived>) -> bool {
        match self {
            Self::Tasks(line) => line.add(arrived),
            Self::Reader(calls) => {
                calls.start_clock();
                while let Some(call) = arrived.pop_front() {
                    calls.run(call);
                    if calls.took_long() {
                        break;
                    }
                }
            }
        }
        !arrived.is_empty()
    }
}

/// Calls that wait for a task to run them.
pub(super) struct Line {
    common: Arc<Common>,
    /// Tasks that run calls at once, as a number. With more of them than threads none would be run sooner.
    most: usize,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    calls: VecDeque<Arrived>,
    /// The tasks that take them.
    runners: usize,
}

impl Waiting {
    /// Whether one more task is to be started, which is counted then.
    fn starts_another(&mut self, most: usize) -> bool {
        let starts = self.runners < most;
        self.runners += usize::from(starts);
        starts
    }
}

impl Line {
    fn add(self: &Arc<Self>, arrived: &mut VecDeque<Arrived>) {
        let mut waiting = self.lock();
        waiting.calls.append(arrived);
        // Those that run may all be blocked.
        if waiting.starts_another(self.most) {
            drop(waiting);
            tokio::spawn(run(Arc::clone(self)));
        }
    }

    /// Ready when no call waits any more.
    fn poll_run(self: &Arc<Self>, context: &mut Context<'_>, calls: &mut Calls) -> Poll<()> {
        calls.start_clock();
        loop {
            let mut waiting = self.lock();
            if waiting.calls.len() > 1 && waiting.starts_another(self.most) {
                drop(waiting);
                tokio::spawn(run(Arc::clone(self)));
                // The new task is the next one of this thread, and this one goes where another thread finds it: whichever
                // runs a call that blocks, the other is free.
                break;
            }
            let Some(call) = waiting.calls.pop_front() else {
                waiting.runners -= 1;
                return Poll::Ready(());
            };
            drop(waiting);
            calls.run(call);
            if calls.took_long() {
                break;
            }
        }
        // What was answered is sent.
        self.common.shared.with(|_| ());
        context.waker().wake_by_ref();
        Poll::Pending
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn run(line: Arc<Line>) {
    let mut calls = Calls::new(Arc::clone(&line.common));
    poll_fn(|context| line.poll_run(context, &mut calls)).await;
    line.common.shared.with(|_| ());
}

//! Who runs the calls that came? Where there are several threads, others than who reads.
//!
//! With one thread, calls run where they are read. With several, a call that works for long or blocks its thread must not
//! keep others from being read or run, though it was quick until now. So calls that came wait in one line, and tasks take
//! them from there. While a call waits, at least one of the tasks is free: it runs no call, and will take that one.

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
                let free_max = runtime.metrics().num_workers().max(2);
                Self::Tasks(Arc::new(Line { common, free_max, waiting: Mutex::default() }))
            }
        }
    }

    /// Others have had their turn.
    pub(super) const fn begin_turn(&mut self) {
        if let Self::Reader(calls) = self {
            calls.begin_turn();
        }
    }

    /// Runs calls, or has them run. Whether they took so long that others should have their turn; some may be left.
    pub(super) fn run(&mut self, arrived: &mut VecDeque<Arrived>) -> bool {
        let calls = match self {
            Self::Reader(calls) => calls,
            Self::Tasks(line) => {
                line.add(arrived);
                return false;
            }
        };
        calls.begin_calls();
        while let Some(call) = arrived.pop_front() {
            calls.run(call);
            if calls.took_long() {
                return true;
            }
        }
        false
    }
}

/// Calls that wait for a task to run them.
pub(super) struct Line {
    common: Arc<Common>,
    /// Tasks that are free, at most, as a number: with more of them than threads no call would run sooner.
    free_max: usize,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    calls: VecDeque<Arrived>,
    /// Tasks that take calls, and have none. One that is blocked within a call is not counted, so there may be as many of
    /// those as calls.
    free: usize,
}

impl Line {
    fn add(self: &Arc<Self>, arrived: &mut VecDeque<Arrived>) {
        let mut waiting = self.lock();
        waiting.calls.append(arrived);
        if waiting.free == 0 {
            self.start_another(waiting);
        }
    }

    fn start_another(self: &Arc<Self>, mut waiting: MutexGuard<'_, Waiting>) {
        waiting.free += 1;
        drop(waiting);
        tokio::spawn(run(Arc::clone(self)));
    }

    /// Ready when no call waits any more, or others take them.
    fn poll_run(self: &Arc<Self>, context: &mut Context<'_>, calls: &mut Calls) -> Poll<()> {
        calls.begin_turn();
        calls.begin_calls();
        let mut waiting = self.lock();
        loop {
            if waiting.free == 1 && waiting.calls.len() > 1 {
                // The new task is the next one of this thread, and this one goes where another thread finds it: whichever
                // takes a call that blocks, the other is free.
                self.start_another(waiting);
                break;
            }
            // Free no more: it has a call, or ends.
            waiting.free -= 1;
            if waiting.free >= self.free_max {
                return Poll::Ready(());
            }
            let Some(call) = waiting.calls.pop_front() else { return Poll::Ready(()) };
            let nobody_is_free = waiting.free == 0;
            drop(waiting);
            if nobody_is_free {
                // This call may block, as may all that run, and the answers before them must not wait for that.
                self.common.shared.with(|_| ());
            }
            calls.run(call);
            waiting = self.lock();
            waiting.free += 1;
            if calls.took_long() {
                drop(waiting);
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

//! Between what plugins say and the log of the host: a thread of their own, so that a log that stands still stops neither
//! plugins nor calls.

use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak, mpsc};

use tokio::sync::{Notify, oneshot};
use tracing::Dispatch;
use tracing::subscriber::NoSubscriber;

use super::log_line::LogLine;
use crate::call::contain;
use crate::limits::{LOG_PATIENCE, LOG_WAITING_BYTES_MAX};

/// The thread's queue, while some plugin has something to say. What waits in it is bounded by each [`Voice`].
static WRITER: Mutex<Weak<Writer>> = Mutex::new(Weak::new());

/// All queues have one thread: a log that stands still, or that panics, holds up those of other tests.
#[cfg(test)]
pub(super) static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

type Writer = mpsc::Sender<Entry>;

/// One stream of one plugin, as the thread knows it.
pub(super) struct Voice {
    write: Box<dyn Fn(&LogLine) + Send + Sync>,
    report: Box<dyn Fn(u64) + Send + Sync>,
    /// The log of whoever started the plugin. Else it is that of the whole process, once there is one.
    dispatch: Option<Dispatch>,
    /// Bytes that wait for the log.
    waiting: AtomicUsize,
    caught_up: Notify,
    /// Lines that were left out since the last report.
    left_out: AtomicU64,
}

/// What the thread does next.
enum Entry {
    Line {
        voice: Arc<Voice>,
        line: LogLine,
        cost: usize,
    },
    /// Nothing follows for now. Whoever waits is told.
    Pause {
        voice: Arc<Voice>,
        told: Option<oneshot::Sender<()>>,
    },
}

/// The beginning of the queue, for one stream of one plugin.
pub(super) struct LogQueue {
    voice: Arc<Voice>,
    /// `None` where the system gives no thread: then lines are written at once.
    writer: Option<Arc<Writer>>,
    /// The log was waited for in vain, and has not caught up since.
    is_late: bool,
}

impl LogQueue {
    /// `write` writes a line, and `report` how many were left out.
    pub(super) fn open(
        write: impl Fn(&LogLine) + Send + Sync + 'static,
        report: impl Fn(u64) + Send + Sync + 'static,
    ) -> Self {
        let dispatch = tracing::dispatcher::get_default(Clone::clone);
        let voice = Voice {
            write: Box::new(write),
            report: Box::new(report),
            dispatch: (!dispatch.is::<NoSubscriber>()).then_some(dispatch),
            waiting: AtomicUsize::new(0),
            caught_up: Notify::new(),
            left_out: AtomicU64::new(0),
        };
        Self { voice: Arc::new(voice), writer: writer(), is_late: false }
    }

    /// Takes a line that costs so many bytes, or leaves it out if the log is far behind. It never waits.
    pub(super) fn send(&mut self, line: LogLine, cost: usize) {
        self.is_late &= self.voice.waiting.load(Ordering::Relaxed) > LOG_WAITING_BYTES_MAX / 2;
        if self.is_late {
            return self.leave_out();
        }
        self.voice.waiting.fetch_add(cost, Ordering::Relaxed);
        self.pass(Entry::Line { voice: Arc::clone(&self.voice), line, cost });
    }

    /// Counts a line that is left out.
    pub(super) fn leave_out(&self) {
        self.voice.left_out.fetch_add(1, Ordering::Relaxed);
    }

    /// Waits for a log that is behind, for a moment: a short halt must not cost a line, and a long one must not stop the plugin.
    ///
    /// Cancel-safe.
    pub(super) async fn room(&mut self) {
        if self.is_late || self.voice.waiting.load(Ordering::Relaxed) <= LOG_WAITING_BYTES_MAX {
            return;
        }
        let voice = &self.voice;
        let caught_up = async {
            while voice.waiting.load(Ordering::Relaxed) > LOG_WAITING_BYTES_MAX / 2 {
                voice.caught_up.notified().await;
            }
        };
        self.is_late = tokio::time::timeout(LOG_PATIENCE, caught_up).await.is_err();
    }

    /// Waits no longer for a log that is behind: lines are left out until it has caught up.
    pub(super) const fn give_up(&mut self) {
        self.is_late = true;
    }

    /// Waits until everything is in the log. Cancel-safe.
    pub(super) async fn written(&self) {
        let (told, written) = oneshot::channel();
        self.pass(Entry::Pause { voice: Arc::clone(&self.voice), told: Some(told) });
        drop(written.await);
    }

    /// Bytes that wait for the log.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.voice.waiting.load(Ordering::Relaxed)
    }

    fn pass(&self, entry: Entry) {
        match &self.writer {
            // The thread is there as long as somebody has its queue.
            Some(writer) => drop(writer.send(entry)),
            None => entry.take(),
        }
    }
}

/// What was left out last is reported as well.
impl Drop for LogQueue {
    fn drop(&mut self) {
        self.pass(Entry::Pause { voice: Arc::clone(&self.voice), told: None });
    }
}

impl Entry {
    fn take(self) {
        match self {
            Self::Line { voice, line, cost } => {
                voice.speak(|| (voice.write)(&line));
                let before = voice.waiting.fetch_sub(cost, Ordering::Relaxed);
                if before.saturating_sub(cost) <= LOG_WAITING_BYTES_MAX / 2 {
                    voice.caught_up.notify_one();
                }
            }
            Self::Pause { voice, told } => {
                voice.speak(|| {});
                if let Some(told) = told {
                    // Nobody waits any more.
                    let _ = told.send(());
                }
            }
        }
    }
}

impl Voice {
    /// Says how much was left out, and this. A log that panics loses what it panics at, and nothing else: every plugin of this
    /// host has the same thread.
    fn speak(&self, say: impl FnOnce()) {
        let all = || {
            match self.left_out.swap(0, Ordering::Relaxed) {
                0 => {}
                lines => (self.report)(lines),
            }
            say();
        };
        let said = contain(|| match &self.dispatch {
            Some(dispatch) => tracing::dispatcher::with_default(dispatch, all),
            None => all(),
        });
        // The hook for panics has told of it, and here it would be told to the same log.
        drop(said);
    }
}

/// The queue of the thread, which is started where there is none. It ends when nobody has its queue any more.
fn writer() -> Option<Arc<Writer>> {
    let mut known = WRITER.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(writer) = known.upgrade() {
        return Some(writer);
    }
    let (sender, receiver) = mpsc::channel::<Entry>();
    let thread = std::thread::Builder::new().name("plugin-log".to_owned());
    thread.spawn(move || receiver.into_iter().for_each(Entry::take)).ok()?;
    let writer = Arc::new(sender);
    *known = Arc::downgrade(&writer);
    Some(writer)
}

impl fmt::Debug for LogQueue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("LogQueue").field("waiting", &self.voice.waiting).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Condvar, MutexGuard};

    use futures_util::FutureExt;

    use super::*;

    /// A log that stands still until it is told to go on.
    #[derive(Default)]
    struct Gate {
        state: Mutex<(bool, Vec<String>)>,
        opened: Condvar,
    }

    impl Gate {
        fn state(&self) -> MutexGuard<'_, (bool, Vec<String>)> {
            self.state.lock().unwrap_or_else(PoisonError::into_inner)
        }

        fn write(&self, line: String) {
            let mut state = self.opened.wait_while(self.state(), |(is_open, _)| !*is_open).unwrap();
            state.1.push(line);
        }

        fn open(&self) {
            self.state().0 = true;
            self.opened.notify_all();
        }
    }

    fn queue(gate: &Arc<Gate>) -> LogQueue {
        let (writing, reporting) = (Arc::clone(gate), Arc::clone(gate));
        LogQueue::open(
            move |line| writing.write(line.message.clone()),
            move |lines| reporting.write(format!("{lines} left out")),
        )
    }

    const COST: usize = LOG_WAITING_BYTES_MAX / 4;

    #[tokio::test(start_paused = true)]
    async fn a_log_that_stands_still_costs_lines_and_keeps_nobody_waiting() {
        let _turn = TURN.lock().await;
        let gate = Arc::new(Gate::default());
        let mut queue = queue(&gate);
        for number in 0..20 {
            queue.send(LogLine::text(None, &number.to_string()), COST);
            queue.room().await;
        }
        assert!(queue.is_late);
        gate.open();
        queue.written().await;
        queue.send(LogLine::text(None, "later"), COST);
        queue.written().await;
        let mut found = gate.state().1.clone();
        // The report comes before whatever is next, and that is a line that waits in the log already, or one behind it.
        let report =
            found.iter().position(|line| line == "15 left out").expect("what was left out is counted");
        found.remove(report);
        assert_eq!(found, ["0", "1", "2", "3", "4", "later"]);
        assert!(report <= 5, "{report}");
    }

    #[tokio::test]
    async fn a_log_that_is_given_up_has_no_more_waiting_than_one_that_was_waited_for() {
        let _turn = TURN.lock().await;
        let gate = Arc::new(Gate::default());
        let mut queue = queue(&gate);
        for number in 0..20 {
            queue.send(LogLine::text(None, &number.to_string()), COST);
            if queue.room().now_or_never().is_none() {
                queue.give_up();
            }
        }
        gate.open();
        queue.written().await;
        let mut found = gate.state().1.clone();
        found.retain(|line| line != "15 left out");
        assert_eq!(found, ["0", "1", "2", "3", "4"]);
    }

    #[tokio::test]
    async fn what_was_left_out_is_said_before_the_next_line_and_at_the_end() {
        let _turn = TURN.lock().await;
        let gate = Arc::new(Gate::default());
        gate.open();
        let mut first = queue(&gate);
        first.leave_out();
        first.send(LogLine::text(None, "next"), COST);
        first.written().await;
        first.leave_out();
        first.leave_out();
        let another = queue(&gate);
        drop(first);
        // One thread writes for both, in the order in which it is asked.
        another.written().await;
        assert_eq!(gate.state().1, ["1 left out", "next", "2 left out"]);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_for_the_log_is_told_when_it_has_caught_up() {
        let _turn = TURN.lock().await;
        let gate = Arc::new(Gate::default());
        let mut queue = queue(&gate);
        for number in 0..6 {
            queue.send(LogLine::text(None, &number.to_string()), COST);
        }
        let opening = Arc::clone(&gate);
        // No time passes meanwhile: the clock stands, and goes on by itself only where nobody has anything to do.
        let clock = tokio::time::Instant::now();
        let busy = async {
            opening.open();
            while queue_is_behind(&opening) {
                tokio::task::yield_now().await;
            }
            for _ in 0..1000 {
                tokio::task::yield_now().await;
            }
        };
        tokio::join!(queue.room(), busy);
        assert!(!queue.is_late && clock.elapsed().is_zero(), "it waited for {:?}", clock.elapsed());
    }

    /// Whether the six lines are not written yet.
    fn queue_is_behind(gate: &Gate) -> bool {
        gate.state().1.len() < 6
    }

    #[tokio::test]
    async fn a_log_that_is_only_slow_gets_every_line() {
        let _turn = TURN.lock().await;
        let gate = Arc::new(Gate::default());
        let mut queue = queue(&gate);
        for number in 0..5 {
            queue.send(LogLine::text(None, &number.to_string()), COST);
        }
        let opening = Arc::clone(&gate);
        let room = queue.room();
        let (_, ()) = tokio::join!(room, async move { opening.open() });
        for number in 5..100 {
            queue.send(LogLine::text(None, &number.to_string()), COST);
            queue.room().await;
        }
        queue.written().await;
        let expected: Vec<_> = (0..100).map(|number| number.to_string()).collect();
        assert_eq!(gate.state().1, expected);
    }

    #[tokio::test]
    async fn a_log_that_panics_costs_the_line_that_it_panics_at() {
        let _turn = TURN.lock().await;
        let gate = Arc::new(Gate::default());
        gate.open();
        let writing = Arc::clone(&gate);
        let write = move |line: &LogLine| {
            assert!(line.message != "bad", "the log cannot have it");
            writing.write(line.message.clone());
        };
        let mut queue = LogQueue::open(write, |_| panic!("the log cannot count"));
        queue.leave_out();
        for line in ["lost with the report", "one", "bad", "two"] {
            queue.send(LogLine::text(None, line), COST);
            queue.written().await;
        }
        assert_eq!(gate.state().1, ["one", "two"]);
        assert_eq!(queue.voice.waiting.load(Ordering::Relaxed), 0);
    }
}

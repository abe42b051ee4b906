use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rpcplugin::{CallOptions, Channel, Code, MethodKind, NotRunning, PluginExit, Status, Streaming};
use tokio::task::JoinSet;

use super::plugins::{LastKill, Plugins};
use crate::supervised::{Supervised, SupervisedClient};

/// The time of each call.
const DEADLINE: Duration = Duration::from_secs(10);

/// How late a call may end on a busy machine.
const LATE: Duration = Duration::from_secs(2);

/// How long a call is under way that does nothing but wait, so that kills meet some.
const PAUSE_MILLISECONDS: u64 = 50;

/// Numbers in a stream.
const COUNT: u64 = 20;

/// Callers of each plugin.
const CALLERS: usize = 2;

/// Callers that call until they are told to end.
pub(super) struct Load {
    done: Arc<AtomicBool>,
    failures: Arc<AtomicU64>,
    callers: JoinSet<Ends>,
}

/// How calls ended.
#[derive(Debug, Default)]
pub(super) struct Ends {
    pub(super) sent: u64,
    pub(super) answered: u64,
    /// The number for each kind of call and cause.
    pub(super) failed: BTreeMap<(&'static str, Cause), u64>,
    /// Answers that were not those that had to come.
    pub(super) wrong: u64,
    /// Calls that ended long behind their time.
    pub(super) late: u64,
    pub(super) slowest: Duration,
    /// From the kill of a plugin, or from the beginning of the call where that was later, to the word of it.
    pub(super) told_after: Vec<Duration>,
    /// Callers that did not come back.
    pub(super) hung: usize,
}

/// Why a call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cause {
    /// The plugin ended, and the call says how.
    Ended,
    /// The connection was lost, and nobody says why, which must not be.
    Lost,
    /// No plugin was there to be called.
    NotRunning,
    /// No plugin came in time.
    Deadline,
    /// Anything else, which must not be.
    Other(&'static str),
}

impl Cause {
    fn of(status: &Status) -> Self {
        match status.code() {
            Code::Unavailable if NotRunning::of(status).is_some() => Self::NotRunning,
            Code::Unavailable if PluginExit::of(status).is_some() => Self::Ended,
            Code::Unavailable => Self::Lost,
            Code::DeadlineExceeded => Self::Deadline,
            code => Self::Other(code.as_str()),
        }
    }
}

impl Load {
    pub(super) fn begin(plugins: &Plugins, pause: Duration) -> Self {
        let (done, failures) = (Arc::<AtomicBool>::default(), Arc::<AtomicU64>::default());
        let mut callers = JoinSet::new();
        for plugin in plugins.all.iter().flat_map(|plugin| [plugin; CALLERS]) {
            let caller = Caller {
                client: client(plugin.supervisor.channel()),
                killed: plugin.killed.clone(),
                done: Arc::clone(&done),
                failures: Arc::clone(&failures),
                ends: Ends::default(),
            };
            callers.spawn(caller.run(pause));
        }
        Self { done, failures, callers }
    }

    /// Calls that failed so far.
    pub(super) fn failures(&self) -> u64 {
        self.failures.load(Ordering::SeqCst)
    }

    /// Waits for the end of all calls, and sums them up.
    pub(super) async fn end(mut self) -> Ends {
        self.done.store(true, Ordering::SeqCst);
        let mut total = Ends::default();
        let ended = async {
            while let Some(ends) = self.callers.join_next().await {
                match ends {
                    Ok(ends) => total.add(ends),
                    Err(_) => total.hung += 1,
                }
            }
        };
        drop(tokio::time::timeout(2 * (DEADLINE + LATE), ended).await);
        total.hung += self.callers.len();
        total
    }
}

impl Ends {
    fn add(&mut self, other: Self) {
        self.sent += other.sent;
        self.answered += other.answered;
        self.wrong += other.wrong;
        self.late += other.late;
        self.slowest = self.slowest.max(other.slowest);
        self.told_after.extend(other.told_after);
        for (cause, count) in other.failed {
            *self.failed.entry(cause).or_default() += count;
        }
    }
}

/// A client whose calls have a time.
pub(super) fn client(channel: Channel) -> SupervisedClient {
    SupervisedClient::new(channel).with(CallOptions::new().timeout(DEADLINE))
}

/// Who calls one plugin.
struct Caller {
    client: SupervisedClient,
    killed: LastKill,
    done: Arc<AtomicBool>,
    failures: Arc<AtomicU64>,
    ends: Ends,
}

impl Caller {
    async fn run(mut self, pause: Duration) -> Ends {
        while !self.done.load(Ordering::SeqCst) {
            let number = self.ends.sent;
            self.ends.sent += 1;
            let begun = Instant::now();
            let (kind, answer) = call(&self.client, number).await;
            let took = begun.elapsed();
            self.ends.slowest = self.ends.slowest.max(took);
            self.ends.late += u64::from(took > DEADLINE + LATE);
            match answer {
                Ok(is_right) => {
                    self.ends.answered += 1;
                    self.ends.wrong += u64::from(!is_right);
                }
                Err(status) => {
                    self.failures.fetch_add(1, Ordering::SeqCst);
                    let cause = Cause::of(&status);
                    if cause == Cause::Ended
                        && let Some(killed) = self.killed.at()
                    {
                        self.ends.told_after.push(killed.max(begun).elapsed());
                    }
                    *self.ends.failed.entry((kind.as_str(), cause)).or_default() += 1;
                }
            }
            tokio::time::sleep(pause).await;
        }
        self.ends
    }
}

/// A call of each kind in turn, and one that takes its time: whether the answer is right.
async fn call(client: &SupervisedClient, number: u64) -> (MethodKind, Result<bool, Status>) {
    let numbers = || Streaming::from_iter(0..COUNT);
    match number % 5 {
        0 => (MethodKind::UnaryUnary, client.next(number).await.map(|next| next == number + 1)),
        1 => (MethodKind::UnaryStream, all(client.below(COUNT).await).await),
        2 => (MethodKind::StreamUnary, client.sum(numbers()).await.map(|sum| sum == COUNT * (COUNT - 1) / 2)),
        3 => (MethodKind::StreamStream, all(client.echo(numbers()).await).await),
        _ => {
            let answer = client.pause(PAUSE_MILLISECONDS).await;
            (MethodKind::UnaryUnary, answer.map(|answer| answer == PAUSE_MILLISECONDS))
        }
    }
}

/// Whether a stream is all of the numbers, in their order.
async fn all(answer: Result<Streaming<u64>, Status>) -> Result<bool, Status> {
    let numbers: Vec<_> = answer?.collect().await?;
    Ok(numbers.into_iter().eq(0..COUNT))
}

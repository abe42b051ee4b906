use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::select_all;
use tokio::sync::watch;
use tokio::time::Instant;

use super::PoolStrategy;
use super::member::{Member, PoolMember};
use super::no_member::{NoMember, NoMemberReason};
use crate::call::{Call, InUse, ResponseFuture, Uses};
use crate::client::SupervisorState;
use crate::client::supervisor::{Gate, Now};
use crate::rpc::Channel;
use crate::wire::Caller;

/// Finds a member of a pool for each call.
#[derive(Debug)]
pub(super) struct Picker {
    members: Vec<Member>,
    strategy: PoolStrategy,
    /// How long is waited for a member.
    member_timeout: Duration,
    /// Whose turn it is. Whoever picks holds it: two calls at once do not both go to the one that has the fewest.
    turn: Mutex<usize>,
    /// Says whether the pool is being stopped, and tells of each member that was given back.
    is_stopping: watch::Sender<bool>,
    /// Calls that wait for a member.
    waiting: Uses,
    /// Members that somebody has for himself.
    held: Uses,
    /// Who wants one for himself waits here, in the order in which they came.
    queue: tokio::sync::Mutex<()>,
}

/// A member that was found.
pub(super) struct Picked {
    pub(super) member: usize,
    pub(super) channel: Channel,
    pub(super) in_use: InUse,
}

/// What a member is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum For {
    /// One call among others.
    Call,
    /// Somebody who wants it for himself.
    Holder,
}

impl Picker {
    pub(super) fn new(
        gates: impl IntoIterator<Item = Arc<Gate>>,
        strategy: PoolStrategy,
        member_timeout: Duration,
    ) -> Self {
        Self {
            members: gates.into_iter().map(Member::new).collect(),
            strategy,
            member_timeout,
            turn: Mutex::new(0),
            is_stopping: watch::Sender::new(false),
            waiting: Uses::default(),
            held: Uses::default(),
            queue: tokio::sync::Mutex::new(()),
        }
    }

    pub(super) fn look(&self) -> Vec<PoolMember> {
        self.members.iter().map(Member::look).collect()
    }

    pub(super) fn states(&self) -> Vec<SupervisorState> {
        self.members.iter().map(|member| member.gate().subscribe().borrow().state.clone()).collect()
    }

    /// A call of whoever has this member, unless it was given back.
    pub(super) fn begin(&self, member: usize, is_back: impl FnOnce() -> bool) -> Option<InUse> {
        self.members.get(member)?.begin(is_back)
    }

    /// Finds a member that may be called now.
    pub(super) fn pick(&self, purpose: For) -> Result<Picked, NoMember> {
        let mut turn = self.turn();
        if *self.is_stopping.borrow() {
            return Err(NoMember::new(NoMemberReason::Stopped, self.states()));
        }
        let load = |member: usize| {
            let member = self.members.get(member).filter(|member| !member.is_taken())?;
            member.channel().map(|_channel| member.calls().number())
        };
        let chosen = self.strategy.choose(self.members.len(), *turn, load);
        let picked = chosen.and_then(|number| {
            let member = self.members.get(number)?;
            // It may have been lost since it was chosen.
            let channel = member.channel()?;
            let in_use = match purpose {
                For::Call => member.begin(|| false)?,
                For::Holder => {
                    member.take(true);
                    self.held.begin()
                }
            };
            Some(Picked { member: number, channel, in_use })
        });
        let Some(picked) = picked else { return Err(self.none()) };
        *turn = picked.member.saturating_add(1).checked_rem(self.members.len()).unwrap_or_default();
        Ok(picked)
    }

    /// Waits for a member that may be called, and no longer than a call may. Cancel-safe.
    pub(super) async fn wait(&self, purpose: For) -> Result<Picked, NoMember> {
        let begun = Instant::now();
        let waited = tokio::time::timeout(self.member_timeout, async {
            // Who has come for himself later waits until this one has his.
            let _turn = match purpose {
                For::Call => None,
                For::Holder => Some(self.queue.lock().await),
            };
            // Before anybody is looked at: what changes then is not missed.
            let mut changes = self.changes();
            loop {
                match self.pick(purpose) {
                    Err(error) if !error.is_final() => changes.next().await,
                    done => return done,
                }
            }
        });
        match waited.await {
            Ok(done) => done.map_err(|error| error.after(begun.elapsed())),
            Err(_elapsed) => Err(self.none().after(begun.elapsed())),
        }
    }

    pub(super) fn give_back(&self, member: usize) {
        if let Some(member) = self.members.get(member) {
            member.take(false);
        }
        self.is_stopping.send_modify(|_is_stopping| {});
    }

    /// From here on no call begins, but of those who have a member for themselves.
    pub(super) fn stop(&self) {
        let _turn = self.turn();
        self.is_stopping.send_replace(true);
    }

    /// Waits until no call is under way and no member is taken, within this time. How many calls are left. Cancel-safe.
    pub(super) async fn drain(&self, limit: Duration) -> usize {
        let drained = tokio::time::timeout(limit, async {
            // First: who has a member may still call it.
            self.held.ended().await;
            for member in &self.members {
                member.calls().ended().await;
            }
        });
        match drained.await {
            Ok(()) => 0,
            Err(_elapsed) => self.members.iter().map(|member| member.calls().number()).sum(),
        }
    }

    fn turn(&self) -> MutexGuard<'_, usize> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why there is no member to be called.
    fn none(&self) -> NoMember {
        let could_be = |member: &Member| member.is_taken() && member.channel().is_some();
        let reason = match self.members.iter().any(could_be) {
            _ if *self.is_stopping.borrow() => NoMemberReason::Stopped,
            true => NoMemberReason::Taken,
            false => NoMemberReason::NoneHealthy,
        };
        NoMember::new(reason, self.states())
    }

    fn changes(&self) -> Changes {
        Changes {
            stop: self.is_stopping.subscribe(),
            members: self.members.iter().map(|member| member.gate().subscribe()).collect(),
        }
    }
}

/// Tells that a member may be called that could not be before.
struct Changes {
    stop: watch::Receiver<bool>,
    members: Vec<watch::Receiver<Now>>,
}

impl Changes {
    /// Waits for a change. Cancel-safe.
    async fn next(&mut self) {
        let members = self.members.iter_mut().map(|member| changed(member).boxed());
        let stop = changed(&mut self.stop).boxed();
        drop(select_all(members.chain(std::iter::once(stop))).await);
    }
}

async fn changed<T>(receiver: &mut watch::Receiver<T>) {
    if receiver.changed().await.is_err() {
        // Nobody is left who could change it: it says nothing more.
        std::future::pending().await
    }
}

/// The caller of the one channel of a pool.
#[derive(Debug)]
pub(super) struct PoolCaller(pub(super) Arc<Picker>);

impl Caller for PoolCaller {
    fn call(&self, call: Call) -> ResponseFuture {
        match self.0.pick(For::Call) {
            Ok(picked) => picked.channel.forward_counted(call, picked.in_use),
            Err(error) if error.is_final() => Box::pin(std::future::ready(Err(error.status()))),
            Err(_error) => {
                let (picker, waits) = (Arc::clone(&self.0), self.0.waiting.begin());
                Box::pin(async move {
                    let picked = picker.wait(For::Call).await.map_err(NoMember::status)?;
                    let answer = picked.channel.forward_counted(call, picked.in_use);
                    drop(waits);
                    answer.await
                })
            }
        }
    }

    fn is_connected(&self) -> bool {
        self.0.members.iter().any(|member| member.channel().is_some())
    }

    fn may_wait(&self) -> bool {
        // A call that waits must be asked again by somebody, and who asks this has just made one.
        let may_wait = |member: &Member| member.channel().is_some_and(|channel| channel.may_wait());
        self.0.waiting.are_any() || self.0.members.iter().any(may_wait)
    }
}

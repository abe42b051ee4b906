use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use tokio::task::unconstrained;
use tokio::time::{Instant, Sleep, sleep_until};

use super::process::Process;
use super::{Connection, Hearing, KeepAlive};
use crate::call::Peer;

/// Who is at the other end: what its silence means depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "hosts have one of them and plugins the other")]
pub(crate) enum Role {
    /// Who calls it waits for an answer.
    Plugin {
        /// The process that was started; it counts where the socket does not say who is there.
        process: Option<u32>,
    },
    /// Nobody waits for it, and it wants to find its connection whenever it comes back to it.
    Host,
}

/// What speaks for a peer that is silent, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Excuse {
    None,
    /// It runs, or may run, and all of its threads may be busy.
    MayBeBusy,
    /// Its silence is all right, however long it is.
    Good,
}

/// A silence that was noticed. The peer is asked for a sign of life then.
#[derive(Clone, Copy, Debug, Default)]
struct Silence {
    /// Since when there is no good excuse for it.
    doubtful: Option<Instant>,
    /// Since when there is none at all.
    inexcusable: Option<Instant>,
}

/// What has a connection fail when its peer is silent for too long. Somebody else asks the peer for signs of life.
///
/// Bytes that wait to be read are a sign as well, however late they are read: a process that was stopped itself, or had no
/// time, does not take its peers for dead when it goes on.
pub(super) struct Alive {
    peer: Arc<Peer>,
    hearing: Hearing,
    keep_alive: KeepAlive,
    role: Role,
    silence: Option<Silence>,
    alarm: Pin<Box<Sleep>>,
    /// Who is woken by the alarm as it is set: it need not be told again whenever nothing comes.
    woken: Option<Waker>,
}

impl Connection {
    /// This connection, failing when nothing comes for as long as `keep_alive` says, once its hearing is told to judge.
    pub(crate) fn kept_alive(mut self, keep_alive: KeepAlive, role: Role) -> (Self, Hearing) {
        let hearing = Hearing::new();
        let alive = Alive {
            peer: Arc::clone(self.peer()),
            hearing: hearing.clone(),
            keep_alive,
            role,
            silence: None,
            alarm: Box::pin(sleep_until(hearing.last() + keep_alive.interval())),
            woken: None,
        };
        self.alive = Some(Box::new(alive));
        (self, hearing)
    }
}

impl Alive {
    /// Something came, or the connection ended.
    pub(super) fn hear(&mut self) {
        self.hearing.something();
        // If the peer was silent before, its next silence begins anew.
        if self.silence.take().is_some() {
            self.set_alarm(self.hearing.last() + self.keep_alive.interval());
        }
    }

    /// To be asked when the connection can do nothing: fails when that has been so for too long.
    pub(super) fn listen<T>(&mut self, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        let waker = context.waker();
        if !self.alarm.is_elapsed() && self.woken.as_ref().is_some_and(|woken| woken.will_wake(waker)) {
            return Poll::Pending;
        }
        // Every byte would move the alarm; it is moved only when it rings.
        while self.rings(context) {
            let now = Instant::now();
            let due = self.hearing.last() + self.keep_alive.interval();
            let next = if now < due { Some(due) } else { self.judge(now) };
            match next {
                Some(next) => self.set_alarm(next),
                None => return Poll::Ready(Err(self.fall_silent(now))),
            }
        }
        self.woken = Some(waker.clone());
        Poll::Pending
    }

    /// Has it wake who asks, also where the task has had its turn: an alarm that took no notice of it would never ring.
    fn rings(&mut self, context: &mut Context<'_>) -> bool {
        Pin::new(&mut unconstrained(self.alarm.as_mut())).poll(context).is_ready()
    }

    fn set_alarm(&mut self, at: Instant) {
        self.alarm.as_mut().reset(at);
        self.woken = None;
    }

    /// When the peer, which is silent, is to be looked at again; `None` if it is dead.
    ///
    /// It takes two looks, and the time begins with the first: if this process was stopped, or had no time, nobody has asked
    /// the peer for anything. That holds for a look that comes late as well.
    fn judge(&mut self, now: Instant) -> Option<Instant> {
        let (timeout, patience) = (self.keep_alive.timeout(), self.keep_alive.patience());
        let is_late = now.saturating_duration_since(self.alarm.deadline()) > timeout;
        let before = self.silence.filter(|_| !is_late).unwrap_or_default();
        let excuse = self.excuse();
        let doubtful = (excuse != Excuse::Good).then(|| before.doubtful.unwrap_or(now));
        let inexcusable = (excuse == Excuse::None).then(|| before.inexcusable.unwrap_or(now));
        self.silence = Some(Silence { doubtful, inexcusable });
        let ends = [doubtful.map(|since| since + patience), inexcusable.map(|since| since + timeout)];
        let next = ends.into_iter().flatten().fold(now + timeout, Instant::min);
        (now < next).then_some(next)
    }

    /// What speaks for this peer at this moment.
    fn excuse(&self) -> Excuse {
        if !self.hearing.is_judged() {
            return Excuse::Good;
        }
        match (self.role, self.process(), self.hearing.is_in_use()) {
            // Who calls it has said how long that may take.
            (Role::Plugin { .. }, Process::Runs, true) | (Role::Host, Process::Runs, true) => Excuse::Good,
            (Role::Host, Process::Stopped, _) => Excuse::Good,
            (Role::Plugin { .. }, Process::Runs, false) | (Role::Host, Process::Unknown, true) => {
                Excuse::MayBeBusy
            }
            _ => Excuse::None,
        }
    }

    /// What the process at the other end does.
    fn process(&self) -> Process {
        let credentials = self.peer.credentials();
        let told = Process::look(credentials.and_then(|credentials| credentials.process_id));
        match self.role {
            Role::Plugin { process } if told == Process::Unknown => Process::look(process),
            _ => told,
        }
    }

    fn fall_silent(&self, now: Instant) -> io::Error {
        self.hearing.fall_silent();
        let silence = now.saturating_duration_since(self.hearing.last());
        let text =
            format!("nothing came from the other side for {silence:?}; it hangs, was stopped or is gone");
        io::Error::new(io::ErrorKind::TimedOut, text)
    }
}

#[cfg(test)]
mod tests;

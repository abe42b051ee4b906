use tokio::sync::{Notify, watch};

use super::{DownReason, NotRunning, SupervisorState};
use crate::call::{Call, ResponseFuture, Uses};
use crate::contract::Status;
use crate::rpc::Channel;
use crate::wire::Caller;

/// What becomes of calls while a supervised plugin does not run.
///
/// It is about calls that come meanwhile. One that was under way when the plugin ended ends with an error, and is not made again:
/// it may have run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum DuringRestart {
    /// They wait until the plugin runs or their own time is up: give calls a time. Where nothing will change, as in a crash
    /// loop, they end at once.
    #[default]
    Wait,
    /// They end at once as [`Code::Unavailable`](crate::Code::Unavailable).
    Fail,
}

/// What is known of a supervised plugin, and where calls for it go.
#[derive(Clone, Debug)]
pub(in crate::client) struct Now {
    pub(in crate::client) state: SupervisorState,
    /// `None` unless it runs. Nobody else keeps it: the connection ends with its last handle.
    pub(super) channel: Option<Channel>,
    /// Whether it ever ran. A state that lasts for a moment may be over before anybody has seen it.
    pub(super) has_run: bool,
    /// Why it was down the last time.
    pub(in crate::client) last_reason: Option<DownReason>,
}

/// The caller of a channel that stays while plugins come and go.
#[derive(Debug)]
pub(in crate::client) struct Gate {
    now: watch::Sender<Now>,
    during_restart: DuringRestart,
    /// Calls that wait for a plugin.
    waiting: Uses,
    /// A call has found no connection.
    lost: Notify,
}

impl Gate {
    pub(in crate::client) fn new(during_restart: DuringRestart) -> Self {
        let state = SupervisorState::Starting { restarts: 0 };
        let now = watch::Sender::new(Now { state, channel: None, has_run: false, last_reason: None });
        Self { now, during_restart, waiting: Uses::default(), lost: Notify::new() }
    }

    pub(in crate::client) fn subscribe(&self) -> watch::Receiver<Now> {
        self.now.subscribe()
    }

    /// Calls do not reach the plugin.
    pub(in crate::client) fn close(&self, state: SupervisorState) {
        self.now.send_modify(|now| {
            if let Some(reason) = state.reason() {
                now.last_reason = Some(reason.clone());
            }
            now.channel = None;
            now.state = state;
        });
    }

    /// Calls go to this plugin.
    pub(in crate::client) fn open(&self, state: SupervisorState, channel: Channel) {
        self.now.send_modify(|now| {
            now.channel = Some(channel);
            now.has_run = true;
            now.state = state;
        });
    }

    /// Another word for where calls go already.
    pub(in crate::client) fn rename(&self, state: SupervisorState) {
        self.now.send_modify(|now| now.state = state);
    }

    /// Waits until a call has found no connection. Cancel-safe.
    pub(super) async fn lost(&self) {
        self.lost.notified().await;
    }

    /// Where calls go if the plugin runs, is healthy, and its connection is there: for who has others to call.
    pub(in crate::client) fn healthy(&self) -> Option<Channel> {
        let now = self.now.borrow();
        let channel =
            now.channel.as_ref().filter(|_| matches!(now.state, SupervisorState::Running { .. }))?;
        if !channel.is_connected() {
            self.look();
            return None;
        }
        Some(channel.clone())
    }

    /// Somebody should look whether the connection is there.
    pub(super) fn look(&self) {
        self.lost.notify_one();
    }
}

impl Gate {
    /// Where a call goes now; `None` if it has to wait.
    fn way(&self) -> Option<Result<Channel, Status>> {
        let now = self.now.borrow();
        if now.channel.as_ref().is_some_and(|channel| !channel.is_connected()) {
            self.look();
        }
        now.way(self.during_restart)
    }
}

/// Waits until there is a way for a call.
async fn way_out(mut now: watch::Receiver<Now>, during_restart: DuringRestart) -> Result<Channel, Status> {
    let mut way = None;
    let found = now.wait_for(|now| {
        way = now.way(during_restart);
        way.is_some()
    });
    drop(found.await);
    // Without a way the gate is gone, and with it whoever could open it.
    way.unwrap_or_else(|| Err(NotRunning::new(SupervisorState::Stopped).status()))
}

impl Now {
    /// Where a call goes now; `None` if it has to wait.
    fn way(&self, during_restart: DuringRestart) -> Option<Result<Channel, Status>> {
        match &self.channel {
            Some(channel) if channel.is_connected() => Some(Ok(channel.clone())),
            _ if self.state.is_final() || during_restart == DuringRestart::Fail => {
                Some(Err(NotRunning::new(self.state.clone()).status()))
            }
            _ => None,
        }
    }
}

impl Caller for Gate {
    fn call(&self, call: Call) -> ResponseFuture {
        match self.way() {
            Some(Ok(channel)) => channel.forward(call),
            Some(Err(status)) => Box::pin(std::future::ready(Err(status))),
            None => {
                let (now, waits, during_restart) =
                    (self.now.subscribe(), self.waiting.begin(), self.during_restart);
                Box::pin(async move {
                    let answer = way_out(now, during_restart).await?.forward(call);
                    drop(waits);
                    answer.await
                })
            }
        }
    }

    fn is_connected(&self) -> bool {
        self.now.borrow().channel.as_ref().is_some_and(Channel::is_connected)
    }

    fn may_wait(&self) -> bool {
        // A call that waits must be asked again by somebody, and who asks this has just made one.
        self.waiting.are_any() || self.now.borrow().channel.as_ref().is_some_and(Channel::may_wait)
    }
}

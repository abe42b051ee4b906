//! The life of a supervised plugin: start, attend, judge, pause, and again.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::gate::Gate;
use super::health::{Change, HealthCheck, until, watch_health};
use super::history::{History, Verdict};
use super::orders::{Order, Orders};
use super::{DownReason, SupervisorState};
use crate::client::{PluginExit, Stopped};
use crate::limits::CONNECTION_LOOK_INTERVAL;
use crate::rpc::Channel;

/// Where plugins come from.
pub(super) trait Origin: Send + Sync + 'static {
    type Plugin: Plugin;

    /// Starts one. When it fails, or is dropped, there is none.
    fn start(&self) -> impl Future<Output = Result<Self::Plugin, DownReason>> + Send;
}

/// A plugin that runs. Dropping it kills it.
pub(super) trait Plugin: Send + Sync + 'static {
    fn id(&self) -> Option<u32>;

    /// For the calls of the user.
    fn channel(&self) -> Channel;

    /// For the supervisor's own.
    fn own_channel(&self) -> Channel;

    /// Waits for the end of the process. Cancel-safe.
    fn ended(&self) -> impl Future<Output = Arc<PluginExit>> + Send;

    /// Whether its connection was given up because nothing came.
    fn is_silent(&self) -> bool;

    /// How long it may take to end by itself.
    fn grace(&self) -> Duration;

    /// Asks it to end, and kills it in the end. It may be there all the same.
    fn stop(&self) -> impl Future<Output = Stopped> + Send;

    /// Kills it. It may be there all the same.
    fn kill(&self) -> impl Future<Output = Stopped> + Send;
}

/// Everything that goes on over the lives of a plugin. Dropping it leaves no plugin, and nobody waits for one.
pub(super) struct Run<O> {
    pub(super) origin: O,
    pub(super) history: History,
    pub(super) gate: Arc<Gate>,
    pub(super) orders: Orders,
    pub(super) health: Option<HealthCheck>,
    pub(super) restarts: u64,
}

/// What comes next.
enum Next {
    Start,
    Stop(Option<Stopped>),
}

/// Why a plugin is attended to no longer.
enum Turn {
    Ordered(Order),
    Exited(Arc<PluginExit>),
    Lost,
    Unhealthy(DownReason),
}

impl<O: Origin> Run<O> {
    /// Goes on until it is told to stop. How the last plugin ended, if one ran.
    pub(super) async fn run(mut self) -> Option<Stopped> {
        loop {
            self.gate.close(SupervisorState::Starting { restarts: self.restarts });
            let started = tokio::select! {
                biased;
                () = self.orders.stop() => return None,
                started = self.origin.start() => started,
            };
            let next = match started {
                Ok(plugin) => self.attend(plugin).await,
                Err(reason) => self.down(reason, std::future::ready(())).await,
            };
            match next {
                Next::Start => self.restarts = self.restarts.saturating_add(1),
                Next::Stop(stopped) => return stopped,
            }
        }
    }

    /// Lets a plugin be called until something happens.
    async fn attend(&mut self, plugin: O::Plugin) -> Next {
        // Who asked for a restart while it was started has it.
        self.orders.fulfil();
        self.history.runs(Instant::now());
        match self.turn(&plugin).await {
            Turn::Ordered(order) => {
                self.gate.close(SupervisorState::Stopping { restarts: self.restarts });
                let stopped = plugin.stop().await;
                match order {
                    Order::Stop => Next::Stop(Some(stopped)),
                    Order::Restart if !self.is_gone(plugin).await => Next::Stop(Some(stopped)),
                    Order::Restart => {
                        self.history.forget();
                        Next::Start
                    }
                }
            }
            Turn::Exited(exit) => {
                let reason = DownReason::Exit(exit);
                self.down(reason, async move { drop(plugin.stop().await) }).await
            }
            Turn::Lost => {
                self.gate.close(SupervisorState::Stopping { restarts: self.restarts });
                let is_silent = plugin.is_silent();
                // Who closes the connection may be about to end. Who is silent is not.
                let grace = if is_silent { Duration::ZERO } else { plugin.grace() };
                let ended = tokio::select! {
                    biased;
                    ended = tokio::time::timeout(grace, plugin.ended()) => ended,
                    () = self.orders.stop() => return Next::Stop(Some(plugin.stop().await)),
                };
                let stopped = plugin.kill().await;
                if !self.is_gone(plugin).await {
                    return Next::Stop(Some(stopped));
                }
                let reason = ended.map_or(DownReason::ConnectionLost { is_silent }, DownReason::Exit);
                self.down(reason, std::future::ready(())).await
            }
            Turn::Unhealthy(reason) => {
                self.gate.close(SupervisorState::Stopping { restarts: self.restarts });
                let stopped = plugin.stop().await;
                if !self.is_gone(plugin).await {
                    return Next::Stop(Some(stopped));
                }
                self.down(reason, std::future::ready(())).await
            }
        }
    }

    /// Waits for the end of a plugin that was killed: one in an uninterruptible sleep ends later, and there are never two at a
    /// time. Not so where it is to stop: then it is known how this one ended, and that is asked for.
    async fn is_gone(&mut self, plugin: O::Plugin) -> bool {
        tokio::select! {
            biased;
            () = self.orders.stop() => false,
            _exit = plugin.ended() => true,
        }
    }

    /// Waits until something happens to a plugin that runs.
    async fn turn(&mut self, plugin: &O::Plugin) -> Turn {
        let (pid, restarts, channel) = (plugin.id(), self.restarts, plugin.channel());
        let running = SupervisorState::Running { pid, since: Instant::now().into_std(), restarts };
        self.gate.open(running.clone(), channel.clone());
        let gate = Arc::clone(&self.gate);
        let tell = |change| match change {
            Change::Healthy => {
                tracing::info!(pid, "the plugin is healthy again");
                gate.rename(running.clone());
            }
            Change::Unhealthy { since, unhealthy } => {
                tracing::warn!(pid, %unhealthy, "the plugin is not healthy");
                let since = since.into_std();
                gate.rename(SupervisorState::Unhealthy { pid, since, restarts, unhealthy });
            }
        };
        let healthy = async {
            match &self.health {
                None => std::future::pending().await,
                Some(check) => watch_health(plugin.own_channel(), check, tell, || gate.look()).await,
            }
        };
        tokio::select! {
            biased;
            order = self.orders.next() => Turn::Ordered(order),
            exit = plugin.ended() => Turn::Exited(exit),
            () = lost(&channel, &self.gate) => Turn::Lost,
            reason = healthy => Turn::Unhealthy(reason),
        }
    }

    /// Judges why a plugin is down, and waits until it is to be started again. Meanwhile what is left of it is put away.
    async fn down(&mut self, reason: DownReason, put_away: impl Future<Output = ()> + Send) -> Next {
        let restarts = self.restarts;
        let verdict = self.history.ended(Instant::now(), reason.is_failure());
        let due = match verdict {
            Verdict::Restart(at) => {
                tracing::warn!(%reason, restarts, "a plugin is down, and is started again");
                self.gate.close(SupervisorState::Backoff { until: at.into_std(), restarts, reason });
                Some(at)
            }
            Verdict::CrashLoop { restarts: restarts_in_window, window } => {
                tracing::error!(%reason, restarts_in_window, ?window, "a plugin is in a crash loop, and stays down");
                self.gate.close(SupervisorState::CrashLoop { restarts_in_window, window, restarts, reason });
                None
            }
            Verdict::Rest => {
                tracing::info!(%reason, restarts, "a plugin has ended, and stays down");
                self.gate.close(SupervisorState::Down { restarts, reason });
                None
            }
        };
        // Never two at a time.
        put_away.await;
        tokio::select! {
            biased;
            order = self.orders.next() => match order {
                Order::Stop => Next::Stop(None),
                Order::Restart => {
                    self.history.forget();
                    Next::Start
                }
            },
            () = until(due) => Next::Start,
        }
    }
}

impl<O> Drop for Run<O> {
    fn drop(&mut self) {
        self.gate.close(SupervisorState::Stopped);
    }
}

/// Waits until a connection is lost: calls say so, and when nobody calls it is looked at.
async fn lost(channel: &Channel, gate: &Gate) {
    while channel.is_connected() {
        // The time being up is a reason to look as well.
        drop(tokio::time::timeout(CONNECTION_LOOK_INTERVAL, gate.lost()).await);
    }
}

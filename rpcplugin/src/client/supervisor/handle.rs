use std::sync::Arc;

use super::gate::Gate;
use super::orders::{Order, Orderer};
use super::run::{Origin, Run};
use super::{DownReason, NotRunning, SupervisorBuilder, SupervisorState, SupervisorStates};
use crate::client::{PluginClientBuilder, Stopped};
use crate::rpc::Channel;
use crate::task::OwnedTask;

/// Keeps a plugin running: starts it again when it ends, and has one channel for all of its lives. Dropping it kills the plugin.
///
/// There is never more than one process of it at a time.
///
/// A call that was under way when the plugin ended is not made again, whatever its kind: whether it may be, only its caller
/// knows. What a plugin was told is told again by [`OnStart`](crate::OnStart).
///
/// # Examples
///
/// ```no_run
/// use std::time::Duration;
/// use rpcplugin::{
///     Cookie, DuringRestart, PluginClient, RestartPolicy, Status, Supervisor, rpc_protocol,
/// };
///
/// #[rpc_protocol(service = "example.Greeter")]
/// trait Greeter {
///     #[rpc(timeout = "2s")]
///     async fn greet(&self, request: String) -> Result<String, Status>;
/// }
///
/// # async fn host() -> Result<(), Box<dyn std::error::Error>> {
/// let cookie = Cookie::new("GREETER_PLUGIN", "5d1a")?;
/// // The options are made anew for each start.
/// let supervisor = Supervisor::builder(move || PluginClient::builder("target/debug/greeter", cookie.clone()))
///     .policy(RestartPolicy::always().restarts(5, Duration::from_secs(60)))
///     .during_restart(DuringRestart::Wait)
///     .start()
///     .await?;
/// // Made once: it works however often the plugin is started again.
/// let greeter = GreeterClient::new(supervisor.channel());
/// println!("{}", greeter.greet("Ada".to_owned()).await?);
/// supervisor.stop().await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Supervisor {
    gate: Arc<Gate>,
    orderer: Orderer,
    task: OwnedTask<Option<Stopped>>,
}

impl Supervisor {
    /// Supervises the plugin that starts with these options. They are asked for before each start, and may differ: a new version of
    /// the program, another log.
    ///
    /// A panic in there is the end of the supervisor, as if it were dropped.
    pub fn builder(options: impl Fn() -> PluginClientBuilder + Send + Sync + 'static) -> SupervisorBuilder {
        SupervisorBuilder::new(options)
    }

    pub(super) fn new<O: Origin>(gate: Arc<Gate>, orderer: Orderer, run: Run<O>) -> Self {
        Self { gate, orderer, task: OwnedTask::spawn(run.run()) }
    }

    /// This supervisor once its plugin has run, unless the first start fails.
    pub(super) async fn started(self) -> Result<Self, NotRunning> {
        let mut now = self.gate.subscribe();
        let is_over = |state: &SupervisorState| matches!(state, SupervisorState::Stopped);
        let settled = now.wait_for(|now| now.has_run || now.state.reason().is_some() || is_over(&now.state));
        let (has_run, state) = match settled.await {
            Ok(now) => (now.has_run, now.state.clone()),
            Err(_) => (false, SupervisorState::Stopped),
        };
        // One that ran for a moment has been started: its end is the policy's.
        if has_run && !is_over(&state) { Ok(self) } else { Err(NotRunning::new(state)) }
    }

    /// Where calls go, whichever process answers them. It may be kept for as long as anybody likes.
    ///
    /// A call goes through the interceptors of this channel, and then through those of the plugin's options. While the plugin does
    /// not run, [`DuringRestart`](crate::DuringRestart) says what becomes of calls; one that is not sent ends with the source
    /// [`NotRunning`].
    #[must_use]
    pub fn channel(&self) -> Channel {
        Channel::from_caller(Arc::<Gate>::clone(&self.gate))
    }

    /// The same for who has several plugins.
    pub(in crate::client) fn gate(&self) -> Arc<Gate> {
        Arc::clone(&self.gate)
    }

    /// What the plugin does right now.
    #[must_use]
    pub fn state(&self) -> SupervisorState {
        self.states().now()
    }

    /// Why the plugin was down the last time, although it may run again; `None` if it never was. A state that lasts for a moment
    /// may be over before anybody has seen it.
    #[must_use]
    pub fn last_reason(&self) -> Option<DownReason> {
        self.gate.subscribe().borrow().last_reason.clone()
    }

    /// What the plugin does from now on. The first state that [`next`](SupervisorStates::next) waits for is one that is not yet.
    #[must_use]
    pub fn states(&self) -> SupervisorStates {
        SupervisorStates::new(self.gate.subscribe())
    }

    /// Waits until the plugin can be called.
    ///
    /// # Errors
    ///
    /// [`NotRunning`] if that will not be by itself: in a crash loop, or where the policy does not start it again.
    ///
    /// # Cancel safety
    ///
    /// Cancel-safe.
    pub async fn running(&self) -> Result<(), NotRunning> {
        let settled = |state: &SupervisorState| state.is_running() || state.is_final();
        match self.states().until(settled).await {
            Some(state) if state.is_running() => Ok(()),
            state => Err(NotRunning::new(state.unwrap_or(SupervisorState::Stopped))),
        }
    }

    /// Starts the plugin again, and forgets how often it failed: the way out of a crash loop.
    ///
    /// A plugin that runs is asked to end first, as by [`PluginClient::stop`](crate::PluginClient::stop); one that is being
    /// started is what was asked for. It returns at once: see [`running`](Self::running) and [`states`](Self::states).
    pub fn restart_now(&self) {
        self.orderer.give(Order::Restart);
    }

    /// Ends the plugin, and supervises it no more. How it ended, if it ran.
    ///
    /// It always returns: as [`PluginClient::stop`](crate::PluginClient::stop) where the plugin's process is there, be its
    /// connection lost or not, and at once otherwise, in the middle of a start as well. The channel stays, and calls end at once.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future kills the process.
    pub async fn stop(self) -> Option<Stopped> {
        let Self { orderer, mut task, .. } = self;
        orderer.give(Order::Stop);
        // A task that panicked has ended as well.
        task.ended().await.flatten()
    }
}

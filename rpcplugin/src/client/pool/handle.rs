use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;

use super::picker::{For, Picker, PoolCaller};
use super::{NoMember, PluginPoolBuilder, PoolMember, PoolStopped, PoolStrategy, PooledPlugin};
use crate::client::{PluginClientBuilder, Supervisor};
use crate::rpc::Channel;

/// Several processes of one plugin behind one channel. Dropping it kills them.
///
/// Each is supervised: one that ends is started again, and meanwhile the others are called. One that is being started again or
/// is not healthy gets no calls. A call stays where it was begun, streams to their end, and none is made twice.
///
/// # Examples
///
/// ```no_run
/// use std::time::Duration;
/// use rpcplugin::{Cookie, PluginClient, PluginPool, PoolStrategy, Status, rpc_protocol};
///
/// #[rpc_protocol(service = "example.Greeter")]
/// trait Greeter {
///     async fn choose_language(&self, request: String) -> Result<(), Status>;
///     async fn greet(&self, request: String) -> Result<String, Status>;
/// }
///
/// # async fn host() -> Result<(), Box<dyn std::error::Error>> {
/// let cookie = Cookie::new("GREETER_PLUGIN", "5d1a")?;
/// let pool = PluginPool::builder(move |_member| PluginClient::builder("target/debug/greeter", cookie.clone()))
///     .size(8)
///     .strategy(PoolStrategy::LeastLoaded)
///     .member_timeout(Duration::from_secs(2))
///     .start()
///     .await?;
/// // Whichever is free answers.
/// let greeter = GreeterClient::new(pool.channel());
/// println!("{}", greeter.greet("Ada".to_owned()).await?);
/// {
///     // One process for calls that belong together. It goes back to the pool at the end of the block.
///     let plugin = pool.acquire().await?;
///     let greeter = GreeterClient::new(plugin.channel());
///     greeter.choose_language("fr".to_owned()).await?;
///     println!("{}", greeter.greet("Ada".to_owned()).await?);
/// }
/// for (number, member) in pool.members().iter().enumerate() {
///     println!("{number}: {} calls under way, {} restarts", member.calls_under_way(), member.restarts());
/// }
/// pool.stop().await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct PluginPool {
    picker: Arc<Picker>,
    supervisors: Vec<Supervisor>,
    drain_timeout: Duration,
}

impl PluginPool {
    /// A pool of plugins that start with these options. They are asked for before each start, with the number of the member, from 0
    /// on.
    pub fn builder(
        options: impl Fn(usize) -> PluginClientBuilder + Send + Sync + 'static,
    ) -> PluginPoolBuilder {
        PluginPoolBuilder::new(options)
    }

    pub(super) fn new(
        supervisors: Vec<Supervisor>,
        strategy: PoolStrategy,
        member_timeout: Duration,
        drain_timeout: Duration,
    ) -> Self {
        let picker = Picker::new(supervisors.iter().map(Supervisor::gate), strategy, member_timeout);
        Self { picker: Arc::new(picker), supervisors, drain_timeout }
    }

    /// Where calls go, whichever plugin answers them. It may be kept for as long as anybody likes.
    ///
    /// A call goes through the interceptors of this channel, and then through those of the plugin's options. One that finds no
    /// plugin ends with the source [`NoMember`].
    #[must_use]
    pub fn channel(&self) -> Channel {
        Channel::from_caller(Arc::new(PoolCaller(Arc::clone(&self.picker))))
    }

    /// Takes a plugin that nobody else is given, neither by this function nor for a call of [`channel`](Self::channel), until the
    /// value is dropped. Calls that were under way there go on.
    ///
    /// Where all are taken it waits for one, and whoever has waited longest gets the next.
    ///
    /// # Errors
    ///
    /// [`NoMember`], as for a call: after [`member_timeout`](PluginPoolBuilder::member_timeout).
    ///
    /// # Cancel safety
    ///
    /// Cancel-safe. Whoever asks again waits behind the others.
    pub async fn acquire(&self) -> Result<PooledPlugin, NoMember> {
        let picked = self.picker.wait(For::Holder).await?;
        Ok(PooledPlugin::new(Arc::clone(&self.picker), picked.member, picked.channel, picked.in_use))
    }

    /// What each plugin does and how much it has to do, in their order.
    #[must_use]
    pub fn members(&self) -> Vec<PoolMember> {
        self.picker.look()
    }

    /// Who keeps each plugin running, in their order: to wait for its states, or to have it started again.
    #[must_use]
    pub fn supervisors(&self) -> &[Supervisor] {
        &self.supervisors
    }

    /// Ends the plugins when they are done: no call begins from now on, and those that are under way have the
    /// [`drain_timeout`](PluginPoolBuilder::drain_timeout), as has whoever holds a plugin. Then each is ended as by
    /// [`PluginClient::stop`](crate::PluginClient::stop), all together.
    ///
    /// It always returns. The channel stays, and calls end at once.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future kills the processes.
    pub async fn stop(mut self) -> PoolStopped {
        self.picker.stop();
        let calls_left = self.picker.drain(self.drain_timeout).await;
        let supervisors = std::mem::take(&mut self.supervisors);
        let members = join_all(supervisors.into_iter().map(Supervisor::stop)).await;
        PoolStopped { members, calls_left }
    }
}

impl Drop for PluginPool {
    fn drop(&mut self) {
        // The supervisors end a moment later, and no call should begin until then.
        self.picker.stop();
    }
}

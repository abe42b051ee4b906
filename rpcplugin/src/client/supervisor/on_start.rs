use std::error::Error;
use std::future::Future;
use std::pin::Pin;

use crate::client::PluginClient;

/// What is done behind each start of a supervised plugin, before it is called: configure it, register services for it.
///
/// A plugin that was started again knows nothing of what its predecessor was told.
///
/// # Examples
///
/// ```no_run
/// use std::error::Error;
/// use rpcplugin::{Cookie, OnStart, PluginClient, Status, Supervisor, rpc_protocol};
///
/// #[rpc_protocol(service = "example.Greeter")]
/// trait Greeter {
///     async fn configure(&self, language: String) -> Result<(), Status>;
/// }
///
/// /// Says to each plugin which language is spoken.
/// struct Configures(String);
///
/// impl OnStart for Configures {
///     async fn on_start(&self, plugin: &PluginClient) -> Result<(), Box<dyn Error + Send + Sync>> {
///         GreeterClient::new(plugin.channel()).configure(self.0.clone()).await?;
///         Ok(())
///     }
/// }
///
/// # async fn host(cookie: Cookie) -> Result<(), Box<dyn Error>> {
/// let supervisor = Supervisor::builder(move || PluginClient::builder("target/debug/greeter", cookie.clone()))
///     .on_start(Configures("en".to_owned()))
///     .start()
///     .await?;
/// # Ok(())
/// # }
/// ```
pub trait OnStart: Send + Sync + 'static {
    /// Does it. The plugin has answered its first question, and the supervisor's channel does not lead to it yet: call it over
    /// its own.
    ///
    /// The future is dropped when the plugin ends, when the supervisor is stopped, and when it takes
    /// [too long](crate::SupervisorBuilder::on_start_timeout).
    ///
    /// # Errors
    ///
    /// Whatever was in the way. The plugin is ended then, as one that could not be started.
    fn on_start(
        &self,
        plugin: &PluginClient,
    ) -> impl Future<Output = Result<(), Box<dyn Error + Send + Sync>>> + Send;
}

/// The same, whose type is forgotten.
pub(super) trait AnyOnStart: Send + Sync {
    fn run<'a>(&'a self, plugin: &'a PluginClient) -> Doing<'a>;
}

pub(super) type Doing<'a> =
    Pin<Box<dyn Future<Output = Result<(), Box<dyn Error + Send + Sync>>> + Send + 'a>>;

impl<T: OnStart> AnyOnStart for T {
    fn run<'a>(&'a self, plugin: &'a PluginClient) -> Doing<'a> {
        Box::pin(self.on_start(plugin))
    }
}

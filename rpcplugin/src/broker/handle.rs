use std::sync::Arc;
use std::time::Duration;

use super::BrokerError;
use super::served::{Served, serve};
use super::session::Session;
use super::sessions::Sessions;
use crate::call::Context;
use crate::limits::BROKER_DIAL_TIMEOUT_DEFAULT;
use crate::rpc::{Channel, Router};

/// Serves further services for the other side, and calls those that it serves: the way for callbacks, and for objects that a
/// message refers to.
///
/// Either side serves services under a number, tells the other one the number in a message of its contract, and the other side
/// dials it. The numbers of each side are its own. A connection is made in the same way as the first: the same
/// certificates in either role, a socket in a private directory, and the limits on messages of the side that serves or dials.
/// When the connection between host and plugin ends, all that was brokered ends.
///
/// A host's is [`PluginClient::broker`](crate::PluginClient::broker), a plugin's
/// [`PluginServer::broker`](crate::PluginServer::broker). It is go-plugin's broker: the other side may be written in Go.
///
/// # Examples
///
/// A plugin that calls its host:
///
/// ```no_run
/// use rpcplugin::{Broker, Cookie, PluginClient, PluginServer, Router, Status, rpc_protocol};
///
/// #[rpc_protocol(service = "example.Adder")]
/// trait Adder {
///     async fn add_one(&self, number: u64) -> Result<u64, Status>;
/// }
///
/// #[rpc_protocol(service = "example.Counter")]
/// trait Counter {
///     /// `adder` is the number under which the host serves an adder.
///     async fn count(&self, adder: u32) -> Result<u64, Status>;
/// }
///
/// // The plugin.
/// struct Counting(Broker);
/// impl Counter for Counting {
///     async fn count(&self, adder: u32) -> Result<u64, Status> {
///         let adder = self.0.dial(adder).await.map_err(|error| Status::unavailable(error.to_string()))?;
///         AdderClient::new(adder).add_one(2).await
///     }
/// }
///
/// async fn plugin(cookie: Cookie) -> Result<(), Box<dyn std::error::Error>> {
///     let server = PluginServer::new(cookie);
///     let counting = Counting(server.broker());
///     Ok(server.service(CounterServer::new(counting)).serve().await?)
/// }
///
/// // The host.
/// struct Adding;
/// impl Adder for Adding {
///     async fn add_one(&self, number: u64) -> Result<u64, Status> {
///         Ok(number + 1)
///     }
/// }
///
/// async fn host(cookie: Cookie) -> Result<(), Box<dyn std::error::Error>> {
///     let plugin = PluginClient::builder("target/debug/counter", cookie).start().await?;
///     let adder = plugin.broker().serve(Router::new().service(AdderServer::new(Adding))?).await?;
///     let counter = CounterClient::new(plugin.channel());
///     assert_eq!(counter.count(adder.id()).await?, 3);
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Broker {
    of: Of,
}

#[derive(Clone, Debug)]
enum Of {
    Session(Arc<Session>),
    /// Whichever connection is meant when it is used.
    Plugin(Arc<Sessions>),
    /// The call came on no connection.
    Nobody,
}

impl Broker {
    pub(super) const fn of_session(session: Arc<Session>) -> Self {
        Self { of: Of::Session(session) }
    }

    /// For a plugin: it brokers with whoever called.
    pub(crate) const fn of_plugin(sessions: Arc<Sessions>) -> Self {
        Self { of: Of::Plugin(sessions) }
    }

    /// On a plugin, the broker with the host whose call this is, wherever and whenever it is used.
    ///
    /// A handler needs it only for what it leaves running in a task of its own: a plugin's broker is with the host whose call
    /// the current task handles, and else with the host that came last. On a host it is the same broker.
    #[must_use]
    pub fn of(&self, context: &Context) -> Self {
        match &self.of {
            Of::Plugin(sessions) => match sessions.of(context) {
                Some(session) => Self::of_session(session),
                None => Self { of: Of::Nobody },
            },
            Of::Session(_) | Of::Nobody => self.clone(),
        }
    }

    /// A number under which this side serves nothing yet and never has, for [`serve_on`](Self::serve_on).
    ///
    /// The first is 1, and after some four billion they begin anew.
    #[must_use]
    pub fn next_id(&self) -> u32 {
        match &self.of {
            Of::Session(session) => session.next_id(),
            Of::Plugin(sessions) => sessions.next_id(),
            Of::Nobody => 1,
        }
    }

    /// Serves the services of `router` under a fresh number, for as long as the value is kept.
    ///
    /// When it returns, this side listens, and the other side can dial.
    ///
    /// # Errors
    ///
    /// [`BrokerError::Listen`] if there is no socket, and as [`dial`](Self::dial) if there is nobody to serve for.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves nothing behind.
    pub async fn serve(&self, router: Router) -> Result<Served, BrokerError> {
        let session = self.session()?;
        serve(&session, session.next_id(), router).await
    }

    /// The same under a number that the other side knows already, be it that it has been told before, or that the contract
    /// says it. The other side may be dialling it.
    ///
    /// # Errors
    ///
    /// As [`serve`](Self::serve), and [`BrokerError::IdInUse`] if this side serves something under the number.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves nothing behind.
    pub async fn serve_on(&self, id: u32, router: Router) -> Result<Served, BrokerError> {
        serve(&self.session()?, id, router).await
    }

    /// A channel to what the other side serves under the number. It may begin to do so within five seconds.
    ///
    /// Any number of them may be dialled at once, and each as often as it is served. go-plugin takes one dial for each time
    /// that it accepts.
    ///
    /// # Errors
    ///
    /// [`BrokerError::NotServed`] if the other side does not serve the number in time, [`BrokerError::Refused`] if it says so
    /// itself until then, [`BrokerError::Connect`] if it does and cannot be reached, [`BrokerError::Closed`] once the
    /// connection between both sides has ended.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves nothing behind.
    pub async fn dial(&self, id: u32) -> Result<Channel, BrokerError> {
        self.dial_within(id, BROKER_DIAL_TIMEOUT_DEFAULT).await
    }

    /// The same with another time, from now to the channel.
    ///
    /// # Errors
    ///
    /// As [`dial`](Self::dial).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves nothing behind.
    pub async fn dial_within(&self, id: u32, limit: Duration) -> Result<Channel, BrokerError> {
        // In a box: whoever dials has this future within one of their own.
        Box::pin(self.session()?.dial(id, limit)).await
    }

    fn session(&self) -> Result<Arc<Session>, BrokerError> {
        match &self.of {
            Of::Session(session) => Ok(Arc::clone(session)),
            Of::Plugin(sessions) => sessions.current(),
            Of::Nobody => Err(BrokerError::NotConnected),
        }
    }
}

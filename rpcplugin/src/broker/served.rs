use std::fmt;
use std::sync::Arc;

use tokio::sync::watch;

use super::BrokerError;
use super::place::{SHARED, words};
use super::session::Session;
use super::ways::Ways;
use crate::accept::{Attend, Connections, Serving, Source, serve_connections};
use crate::rpc::Router;
use crate::services::plugin::ConnInfo;
use crate::task::OwnedTask;
use crate::transport::{Address, waiting_streams};
use crate::wire::Servers;

/// Services that this side serves for the other, under a number. Made by [`Broker::serve`](crate::Broker::serve).
///
/// Dropping it ends them at once: their connections are closed, their socket is removed, and the number is free again.
#[must_use = "what is served ends when this is dropped"]
pub struct Served {
    // In this order: nobody is told that the number is free while somebody may still connect.
    task: OwnedTask,
    stop: watch::Sender<bool>,
    number: Number,
}

impl Served {
    /// The number to tell the other side, in a message of your own.
    #[must_use]
    pub const fn id(&self) -> u32 {
        self.number.id
    }

    /// Takes no connection any more, and lets the calls run that are under way until they are done. The number is free at once.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends them at once.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        // Nobody is sent here any more: a stream would find that nothing is served.
        self.number.give_back();
        self.task.ended().await;
    }
}

impl fmt::Debug for Served {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Served").field("id", &self.number.id).finish_non_exhaustive()
    }
}

/// A number that is taken until the value is dropped.
struct Number {
    session: Arc<Session>,
    id: u32,
    /// Whether it is free again: it may be somebody else's by now.
    is_free: bool,
}

impl Number {
    fn take(session: &Arc<Session>, id: u32) -> Result<Self, BrokerError> {
        session.reserve(id)?;
        Ok(Self { session: Arc::clone(session), id, is_free: false })
    }

    fn give_back(&mut self) {
        if std::mem::replace(&mut self.is_free, true) {
            return;
        }
        if let Some(knocks) = &self.session.knocks {
            knocks.stop(self.id);
        }
        self.session.change(|state| state.withdraw(self.id));
    }
}

impl Drop for Number {
    fn drop(&mut self) {
        self.give_back();
    }
}

/// Serves a router under a number. When it returns, this side listens, and the other side is told.
pub(super) async fn serve(session: &Arc<Session>, id: u32, router: Router) -> Result<Served, BrokerError> {
    let number = Number::take(session, id)?;
    let refused = |source| BrokerError::Listen { id, source };
    let ground = &session.ground;
    let acceptor = ground.credentials.acceptor().map_err(refused)?;
    let (source, streams) = match &session.knocks {
        None => (Source::Socket(ground.listen().await.map_err(refused)?), None),
        Some(_) => {
            let (to, streams) = waiting_streams();
            (Source::Streams(streams), Some(to))
        }
    };
    let info = announcement(id, source.address(), &*ground.ways)?;
    let (stop, stopping) = watch::channel(false);
    let serving = Serving {
        acceptor,
        servers: Servers::new(Arc::new(router), ground.messages),
        // Whether the other side is alive, the connection over which is brokered finds out.
        limits: ground.limits.clone().keep_alive(None),
        accept_other_users: ground.accept_other_users,
        group: ground.group,
        connections: Connections::default(),
        attend: at_home(session),
        stop: stopping,
    };
    let over = session.over();
    let task = OwnedTask::spawn(async move {
        tokio::select! {
            () = serve_connections(source, serving) => {}
            () = over => {}
        }
    });
    session.change(|state| {
        state.announce(info);
        // At once with the word and the answer: the other side knocks when it is told, and where a yes is not said, no
        // stream comes.
        let knocks = session.knocks.as_ref().zip(streams);
        let answer = knocks.and_then(|(knocks, to)| knocks.serve(id, to, state.has_room()));
        if let Some(answer) = answer {
            state.say(answer);
        }
    });
    Ok(Served { task, stop, number })
}

/// Has the handlers of a plugin find the session over which their own services are brokered.
fn at_home(session: &Arc<Session>) -> Option<Attend> {
    let (home, session) = (session.home.upgrade()?, Arc::clone(session));
    Some(Box::new(move |peer, _protocol, _mux| Box::new(home.add(peer, Arc::clone(&session)))))
}

fn announcement(id: u32, own: Option<&Address>, ways: &dyn Ways) -> Result<ConnInfo, BrokerError> {
    let (network, address) = match own {
        None => (SHARED.to_owned(), String::new()),
        Some(own) => {
            let untranslated = |source| BrokerError::Untranslated { id, address: own.clone(), source };
            words(&ways.tell(own.clone()).map_err(untranslated)?)
        }
    };
    Ok(ConnInfo { service_id: id, network, address, knock: None })
}

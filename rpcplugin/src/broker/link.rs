//! The stream on which both sides say what they serve.

use std::sync::{Arc, Weak};

use futures_util::stream;
use tokio::sync::watch;

use super::handle::Broker;
use super::session::{Ground, Session};
use super::sessions::Sessions;
use super::state::{State, Stream};
use crate::call::{Context, Metadata};
use crate::contract::{Code, Status};
use crate::quote::quote;
use crate::rpc::{Channel, Streaming};
use crate::services::broker::{self, Broker as _, BrokerClient};
use crate::services::plugin::ConnInfo;
use crate::task::OwnedTask;
use crate::transport::Mux;
use crate::wire::Protocol;

/// A host's end. The session is over when the value is dropped.
#[derive(Debug)]
pub(crate) struct HostBroker {
    session: Arc<Session>,
    _link: OwnedTask,
}

impl HostBroker {
    /// Opens the stream at once: a Go plugin waits for it when it wants to serve something.
    pub(crate) fn open(channel: Channel, protocol: Protocol, ground: Ground, mux: Option<Mux>) -> Self {
        let session = Session::new(Arc::new(ground), protocol, Arc::default(), mux, Weak::new());
        let link = OwnedTask::spawn(follow(channel, Arc::clone(&session)));
        Self { session, _link: link }
    }

    /// For the user.
    pub(crate) fn broker(&self) -> Broker {
        Broker::of_session(Arc::clone(&self.session))
    }

    #[cfg(test)]
    pub(super) fn session(&self) -> &Session {
        &self.session
    }
}

impl Drop for HostBroker {
    fn drop(&mut self) {
        self.session.end();
    }
}

async fn follow(channel: Channel, session: Arc<Session>) {
    // In whichever way this ends, nobody waits for a word any more.
    let ended = EndAtTheEnd(session);
    let session = &ended.0;
    session.change(State::open);
    match converse(channel, session).await {
        Ok(()) => tracing::debug!("the plugin ended the broker's stream"),
        Err(status) if status.code() == Code::Unimplemented => {
            tracing::debug!("the plugin has no broker");
            session.change(State::refuse);
            // What is served here stays until the connection ends, of which the owner tells.
            session.over().await;
        }
        Err(status) => {
            let message = quote(status.message());
            tracing::debug!(code = %status.code(), message, "the broker's stream ended");
        }
    }
}

async fn converse(channel: Channel, session: &Arc<Session>) -> Result<(), Status> {
    let mut metadata = Metadata::new();
    broker::mark(&mut metadata);
    let client = BrokerClient::new(channel);
    let own = (Arc::clone(session), session.changes());
    let outgoing = stream::unfold(own, |(session, mut changes)| async move {
        let next = session.next_outgoing(&mut changes).await?;
        Some((Ok(next), (session, changes)))
    });
    let mut infos =
        client.start_stream(Context::new().with_metadata(metadata), Streaming::new(outgoing)).await?;
    // The answer goes on without it, and the connection ends with its last handle.
    drop(client);
    while let Some(info) = infos.message().await? {
        session.hear(info);
    }
    Ok(())
}

struct EndAtTheEnd(Arc<Session>);

impl Drop for EndAtTheEnd {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// A plugin's end: each of its connections has a stream of its own.
#[derive(Debug)]
pub(crate) struct PluginBroker {
    sessions: Arc<Sessions>,
    /// Turns true when the plugin has nothing more to say.
    ended: watch::Receiver<bool>,
}

impl PluginBroker {
    pub(crate) const fn new(sessions: Arc<Sessions>, ended: watch::Receiver<bool>) -> Self {
        Self { sessions, ended }
    }
}

impl broker::Broker for PluginBroker {
    async fn start_stream(
        &self,
        context: Context,
        infos: Streaming<ConnInfo>,
    ) -> Result<Streaming<ConnInfo>, Status> {
        let Some(session) = self.sessions.of(&context) else {
            return Err(Status::failed_precondition(
                "nothing can be brokered over a connection within one process; connect by a socket",
            ));
        };
        let linked = Linked::begin(session, broker::is_ours(context.metadata()), infos, self.ended.clone())?;
        Ok(Streaming::new(stream::unfold(linked, Linked::next)))
    }
}

/// Both directions of a plugin's stream: it listens while somebody waits for its next word.
struct Linked {
    session: Arc<Session>,
    changes: watch::Receiver<State>,
    infos: Streaming<ConnInfo>,
    ended: watch::Receiver<bool>,
}

impl Linked {
    fn begin(
        session: Arc<Session>,
        is_ours: bool,
        infos: Streaming<ConnInfo>,
        ended: watch::Receiver<bool>,
    ) -> Result<Self, Status> {
        let mut begins = false;
        session.change(|state| {
            // Two readers would each see half of what is said.
            begins = state.stream() != Stream::Open;
            if begins {
                state.open();
            }
            if begins && is_ours {
                state.say_so_too();
            }
        });
        if !begins {
            return Err(Status::failed_precondition(
                "this connection has a broker's stream already; close the other stream first",
            ));
        }
        let changes = session.changes();
        Ok(Self { session, changes, infos, ended })
    }

    async fn next(mut self) -> Option<(Result<ConnInfo, Status>, Self)> {
        let info = self.next_outgoing().await?;
        Some((Ok(info), self))
    }

    /// `None` when the stream is to end.
    async fn next_outgoing(&mut self) -> Option<ConnInfo> {
        loop {
            tokio::select! {
                next = self.session.next_outgoing(&mut self.changes) => return next,
                heard = self.infos.message() => match heard {
                    Ok(Some(info)) => self.session.hear(info),
                    Ok(None) | Err(_) => return None,
                },
                // An error means that the plugin is gone, which is an end as well.
                _ = self.ended.wait_for(|ended| *ended) => return None,
            }
        }
    }
}

impl Drop for Linked {
    fn drop(&mut self) {
        self.session.change(State::lose);
    }
}

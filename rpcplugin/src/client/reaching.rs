//! From an announced address to a connection: a plugin may be a moment late, or gone.

use std::io;
use std::pin::pin;

use tokio::time::Instant;

use super::failure::Failure;
use super::process::Process;
use crate::limits::{ENDING_TIMEOUT, LISTEN_PAUSE_MAX, LISTEN_PAUSE_MIN, LISTEN_TIMEOUT};
use crate::transport::{
    Address, Connection, SocketGroup, TransportError, check_file, check_listener, connect,
};

/// Who may listen at the announced address.
#[derive(Clone, Copy, Debug)]
pub(super) enum Listens {
    /// Whoever does: the user said so.
    Anybody,
    /// This user, or root, or whoever is in the group that the sockets are shared with.
    User(Option<SocketGroup>),
    /// The same, in the plugin's process or one that it started.
    Process(u32, Option<SocketGroup>),
}

/// Connects. A plugin that announces its socket a moment before it listens there is waited for.
pub(super) async fn reach(address: &Address, listener: Listens) -> Result<Connection, TransportError> {
    let deadline = Instant::now() + LISTEN_TIMEOUT;
    let mut pause = LISTEN_PAUSE_MIN;
    loop {
        match connect_to(address, listener).await {
            Err(TransportError::Connect { source, .. }) if may_come(&source) && Instant::now() < deadline => {
            }
            other => return other,
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LISTEN_PAUSE_MAX);
    }
}

async fn connect_to(address: &Address, listener: Listens) -> Result<Connection, TransportError> {
    let (path, plugin, group) = match (address, listener) {
        (Address::Tcp(_), _) | (_, Listens::Anybody) => return connect(address).await,
        (Address::Unix(path), Listens::User(group)) => (path, None, group),
        (Address::Unix(path), Listens::Process(process, group)) => (path, Some(process), group),
    };
    check_file(path, group)?;
    let connection = connect(address).await?;
    check_listener(path, connection.peer().credentials().as_ref(), plugin, group)?;
    Ok(connection)
}

/// Whether this is what a plugin that is late looks like: no socket yet, nobody who accepts, or too many who wait.
fn may_come(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionRefused, NotFound, WouldBlock};

    matches!(error.kind(), ConnectionRefused | NotFound | WouldBlock)
}

/// What comes of opening a connection, unless the process ends meanwhile: then that is what went wrong.
pub(super) async fn unless_ended<T>(
    process: &Process,
    address: &Address,
    opening: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let mut opening = pin!(opening);
    let (status, failure) = tokio::select! {
        biased;
        opened = &mut opening => match opened {
            Ok(opened) => return Ok(opened),
            Err(failure) if failure.may_be_an_end() => {
                let exit = process.wait(ENDING_TIMEOUT).await;
                (exit.and_then(|exit| exit.status()), failure)
            }
            Err(failure) => return Err(failure),
        },
        // What it has said before its end may be a better reason. The system closes the connection with it.
        exit = process.ended() => match (exit.status(), tokio::time::timeout(ENDING_TIMEOUT, &mut opening).await) {
            (status, Ok(Err(failure))) if failure.may_be_an_end() => (status, failure),
            (_, Ok(Err(failure))) => return Err(failure),
            // Somebody else holds the connection, or the answer had come before.
            (Some(status), _) => return Err(Failure::EndedConnecting { status, address: address.clone() }),
            // The system does not say how it ended. The connection will say that it is gone.
            (None, Ok(opened)) => return opened,
            (None, Err(_elapsed)) => return opening.await,
        },
    };
    match status {
        Some(status) => Err(Failure::EndedConnecting { status, address: address.clone() }),
        None => Err(failure),
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::UnixListener;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_plugin_that_listens_a_moment_late_is_reached() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("socket");
        let address = Address::Unix(path.clone());
        let late = tokio::spawn(async move {
            tokio::time::sleep(LISTEN_TIMEOUT / 2).await;
            UnixListener::bind(path).unwrap()
        });
        reach(&address, Listens::User(None)).await.unwrap();
        late.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_plugin_that_never_listens_is_given_up() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("socket");
        let clock = Instant::now();
        reach(&Address::Unix(path.clone()), Listens::User(None)).await.unwrap_err();
        assert!(clock.elapsed() >= LISTEN_TIMEOUT, "{:?}", clock.elapsed());
        // A socket that nobody accepts on any more.
        drop(UnixListener::bind(&path).unwrap());
        reach(&Address::Unix(path), Listens::User(None)).await.unwrap_err();
    }

    #[tokio::test]
    async fn what_time_does_not_mend_is_not_tried_again() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let below = Address::Unix(file.path().join("socket"));
        let TransportError::Connect { source, .. } = reach(&below, Listens::User(None)).await.unwrap_err()
        else {
            panic!("connected")
        };
        assert!(!may_come(&source), "{source}");
    }
}

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use super::capture::HeldStdout;
use super::{ServeError, Transport};
#[cfg(feature = "broker")]
use crate::broker::{Credentials, ListenAt};
use crate::handshake::{CLIENT_CERT, HandshakeLine, Offer, choose, speaks_binary};
use crate::transport::tls::{Acceptor, Identity, PeerCertificate};
use crate::transport::{Address, HostWatch, Listener, SocketGroup, TlsConfig};
use crate::wire::Protocol;

/// A plugin that a host can connect to.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) listener: Listener,
    pub(super) line: HandshakeLine,
    /// Where this plugin listens for what it brokers.
    #[cfg(feature = "broker")]
    pub(super) listen_at: ListenAt,
    /// Sees whether the host is still there, where it can be seen.
    pub(super) host: Option<HostWatch>,
    /// The group that sockets are shared with.
    pub(super) group: Option<SocketGroup>,
    /// Whether streams share each connection.
    #[cfg(feature = "broker")]
    pub(super) is_shared: bool,
    /// `None` only if the host asked for plaintext.
    secrets: Option<Secrets>,
}

/// What secures the connections.
#[derive(Debug)]
enum Secrets {
    /// What both sides made for this run.
    Made { identity: Arc<Identity>, host: PeerCertificate },
    /// What the user brings.
    Own(TlsConfig, Acceptor),
}

impl Ready {
    /// What secures a connection. Made when the host has its line: it takes a tenth of a millisecond, in which the host
    /// is busy connecting.
    pub(super) fn acceptor(&self) -> Result<Option<Acceptor>, ServeError> {
        let made = self.secrets.as_ref().map(|secrets| match secrets {
            Secrets::Made { identity, host } => {
                Acceptor::new(identity, host.clone(), &Protocol::names(&Protocol::ALL))
            }
            Secrets::Own(_config, acceptor) => Ok(acceptor.clone()),
        });
        made.transpose().map_err(ServeError::Transport)
    }
}

#[cfg(feature = "broker")]
impl Ready {
    /// What secures what is brokered.
    pub(super) fn credentials(&self) -> Credentials {
        match &self.secrets {
            None => Credentials::Absent,
            Some(Secrets::Made { identity, host }) => {
                Credentials::Made { identity: Arc::clone(identity), peer: host.clone() }
            }
            Some(Secrets::Own(config, _acceptor)) => Credentials::Own(config.clone()),
        }
    }
}

/// Reads what the host offers, listens, and makes the line that says where.
pub(super) async fn bring_up(
    versions: &[u32],
    transport: Transport,
    tls: Option<&TlsConfig>,
    lookup: impl Fn(&str) -> Option<String>,
) -> Result<Ready, ServeError> {
    // Before there is a socket: what cannot be used is no plugin.
    let own = tls.map(|tls| Ok((tls.clone(), Acceptor::own(tls, &Protocol::names(&Protocol::ALL))?)));
    let own = own.transpose().map_err(ServeError::Transport)?;
    // A host that offers a certificate to a plugin that brings one of its own is not listened to, as go-plugin does, unless the
    // plugin wants to announce its own.
    let is_deaf = tls.is_some_and(|tls| !tls.is_announced());
    let lookup = |variable: &str| match is_deaf && variable == CLIENT_CERT {
        true => None,
        false => lookup(variable),
    };
    let offer = Offer::read(lookup).map_err(ServeError::Offer)?;
    for bad in &offer.bad_versions {
        tracing::warn!(version = %bad, "the host sent a protocol version that is no number");
    }
    let group = group(transport, &offer).await?;
    let listener = listen(transport, &offer, group).await?;
    let host = offer.lifeline.as_deref().and_then(watch_host);
    if let Some(file) = &offer.wires_file {
        tell_wires(file, listener.address(), group);
    }
    let given = tls.and_then(TlsConfig::announced_identity);
    let (secrets, certificate) = match (own, offer.certificate) {
        (Some((config, acceptor)), None) => (Some(Secrets::Own(config, acceptor)), None),
        (Some((config, acceptor)), Some(host)) => {
            let certificate = config.announced_certificate();
            let secrets = match given {
                Some(identity) => Secrets::Made { identity, host },
                None => Secrets::Own(config, acceptor),
            };
            (Some(secrets), certificate)
        }
        (None, None) => (None, None),
        (None, Some(host)) => {
            let identity = Arc::new(Identity::generate().map_err(ServeError::Transport)?);
            let certificate = identity.certificate().to_vec();
            (Some(Secrets::Made { identity, host }), Some(certificate))
        }
    };
    let version = choose(versions, &offer.versions);
    let line = HandshakeLine::new(version, listener.address().clone(), certificate);
    // Only to who asks: hosts before go-plugin 1.6 do not know the field.
    #[cfg(feature = "broker")]
    let line = HandshakeLine { multiplex: offer.multiplex, ..line };
    Ok(Ready {
        listener,
        line,
        #[cfg(feature = "broker")]
        listen_at: match transport {
            Transport::Unix => ListenAt::Unix(offer.socket_directory),
            Transport::Tcp => ListenAt::Tcp(offer.ports),
        },
        host,
        group,
        #[cfg(feature = "broker")]
        is_shared: offer.multiplex.unwrap_or_default(),
        secrets,
    })
}

async fn group(transport: Transport, offer: &Offer) -> Result<Option<SocketGroup>, ServeError> {
    let Some(group) = &offer.socket_group else { return Ok(None) };
    match transport {
        Transport::Unix => SocketGroup::find(group).await.map(Some).map_err(ServeError::Transport),
        // There is no socket to share, but the host may have to read a file.
        Transport::Tcp if offer.wires_file.is_some() => Ok(SocketGroup::find(group).await.ok()),
        Transport::Tcp => Ok(None),
    }
}

async fn listen(
    transport: Transport,
    offer: &Offer,
    group: Option<SocketGroup>,
) -> Result<Listener, ServeError> {
    match transport {
        Transport::Unix => Listener::unix(offer.socket_directory.as_deref(), group),
        Transport::Tcp => Listener::tcp(offer.ports.clone()).await,
    }
    .map_err(ServeError::Transport)
}

/// Where it cannot be looked at, the plugin lives as one that is not told of it.
fn watch_host(lifeline: &Path) -> Option<HostWatch> {
    let watch = HostWatch::open(lifeline);
    watch
        .inspect_err(|error| {
            tracing::debug!(path = %lifeline.display(), %error, "this plugin cannot see whether its host is still there");
        })
        .ok()
}

/// Says in a new file that this plugin speaks the binary wire. A host that does not read it there speaks gRPC.
fn tell_wires(file: &Path, address: &Address, group: Option<SocketGroup>) {
    // Never into a file that is there: whoever handed the variable on may have meant somebody else.
    let written = File::create_new(file).and_then(|file| {
        // The host may be another user.
        group.map_or(Ok(()), |group| group.own_file(&file, 0o640))?;
        write(file, &speaks_binary(address))
    });
    if let Err(error) = written {
        tracing::debug!(file = %file.display(), %error, "the host was not told that this plugin speaks the binary wire");
    }
}

/// Writes the line in one piece: a host that reads half of it takes it for the whole.
pub(super) fn announce(line: &HandshakeLine, held: Option<&HeldStdout>) -> Result<(), ServeError> {
    let line = format!("{line}\n");
    let written = match held {
        Some(held) => write(held.original(), &line),
        None => write(io::stdout().lock(), &line),
    };
    written.map_err(ServeError::HandshakeLine)
}

fn write(mut output: impl Write, line: &str) -> io::Result<()> {
    output.write_all(line.as_bytes())?;
    output.flush()
}

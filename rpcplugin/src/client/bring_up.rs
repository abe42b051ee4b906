use std::io;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use tokio::process::ChildStdout;

use super::heartbeat::Heartbeat;
use super::launch::Process;
use super::log_forward::LogForwarder;
use super::output::{FirstLine, Tail, drain_stderr, drain_stdout, first_line};
use super::plugin_client::PluginClient;
use super::stdio::Output;
use super::{PluginClientBuilder, Security, StartError};
use crate::call::Peer;
use crate::contract::{Code, Status};
use crate::handshake::{Accepted, Expectation, HandshakeError, HandshakeLine, HostOffer, accept};
use crate::limits::{CONNECT_TIMEOUT, HANDSHAKE_LINE_BYTES_MAX, OUTPUT_DRAIN_TIMEOUT};
use crate::rpc::Channel;
use crate::services::grpc_health::HealthCheckRequest;
use crate::services::grpc_health::health_check_response::ServingStatus;
use crate::services::health::{Health, HealthClient, PLUGIN_SERVICE};
use crate::task::OwnedTask;
use crate::transport::tls::{Connector, Identity};
use crate::transport::{Role, SocketDirectory, TransportError, connect};
use crate::wire::grpc::GrpcConnection;
use crate::wire::{Caller, Protocol};

/// From the options to a plugin that answers. A process that was started is killed when this fails.
pub(super) async fn bring_up(mut builder: PluginClientBuilder) -> Result<PluginClient, StartError> {
    if builder.versions.is_empty() {
        return Err(StartError::NoVersion);
    }
    let identity = match builder.security {
        Security::AutoMtls => Some(Identity::generate().map_err(StartError::Prepare)?),
        Security::Plaintext => None,
    };
    let sockets = SocketDirectory::create(None).map_err(StartError::Prepare)?;
    let offer = HostOffer {
        cookie: &builder.cookie,
        versions: &builder.versions,
        certificate_pem: identity.as_ref().map(Identity::certificate_pem),
        ports: builder.ports.clone(),
        socket_directory: sockets.path(),
    };
    let (mut process, mut stdout, stderr) = Process::launch(&builder, &offer)?;
    let name = plugin_name(&builder);
    let tail = Tail::default();
    let log = LogForwarder::new(Arc::clone(&name), "stderr");
    let stderr = drain_stderr(stderr, log, tail.clone());

    let asked = Expectation { versions: &builder.versions, mutual_tls: identity.is_some() };
    let (accepted, rest) = match shake(&mut process, &mut stdout, &asked, builder.start_timeout).await {
        Ok(shaken) => shaken,
        Err(failure) => return Err(failure.explain(process, stderr, &tail).await),
    };
    // From here on nothing that the plugin prints can stop it.
    let mut output = Output::open(builder.stdout.take(), builder.stderr.take());
    let stdout = drain_stdout(stdout, rest, output.stdout(&name));
    match open(&accepted, identity.as_ref(), &builder, process.id()).await {
        Ok(Opened { channel, calls, peer, heartbeat }) => {
            output.follow(&channel, &name);
            output.pipes = Some([stdout, stderr]);
            let (calls, stop_grace) = (calls.for_users(builder.interceptors), builder.stop_grace);
            Ok(PluginClient {
                process,
                channel,
                calls,
                peer,
                accepted,
                output,
                heartbeat,
                stop_grace,
                sockets,
            })
        }
        Err(failure) => Err(failure.explain(process, stderr, &tail).await),
    }
}

/// The name under which the plugin's lines appear in the log.
fn plugin_name(builder: &PluginClientBuilder) -> Arc<str> {
    let name = builder.program.file_name().unwrap_or(builder.program.as_os_str());
    name.to_string_lossy().into()
}

/// Reads the handshake line and holds it against what was asked for.
async fn shake(
    process: &mut Process,
    stdout: &mut ChildStdout,
    asked: &Expectation<'_>,
    limit: Duration,
) -> Result<(Accepted, BytesMut), Failure> {
    let mut reading = std::pin::pin!(first_line(stdout));
    let first = tokio::time::timeout(limit, async {
        tokio::select! {
            first = &mut reading => first.map_err(Failure::Output),
            // Somebody else may hold its output open: what the process itself wrote is there by now.
            status = process.ended() => match tokio::time::timeout(OUTPUT_DRAIN_TIMEOUT, reading).await {
                Ok(Ok(FirstLine::Ended { printed })) => Err(Failure::Ended { status, printed }),
                Ok(first) => first.map_err(Failure::Output),
                Err(_elapsed) => Err(Failure::Ended { status, printed: String::new() }),
            },
        }
    });
    let first = first.await.unwrap_or(Err(Failure::Timeout(limit)))?;
    let (line, rest) = match first {
        FirstLine::Line { line, rest } => (line, rest),
        FirstLine::TooLong => {
            return Err(Failure::Handshake(HandshakeError::TooLong { limit: HANDSHAKE_LINE_BYTES_MAX }));
        }
        FirstLine::Ended { printed } => {
            // A plugin that closed its output is about to end, and how it ends says more than our kill.
            let status = process.wait(OUTPUT_DRAIN_TIMEOUT).await;
            return Err(Failure::Ended { status, printed });
        }
    };
    let line: HandshakeLine = line.parse().map_err(Failure::Handshake)?;
    let accepted = accept(line, asked).map_err(Failure::Handshake)?;
    Ok((accepted, rest))
}

/// A connection on which the plugin has answered.
struct Opened {
    /// For the calls that this crate makes itself.
    channel: Channel,
    /// For the calls of the user.
    calls: Channel,
    peer: Arc<Peer>,
    heartbeat: Option<Heartbeat>,
}

/// Connects, and asks the first question: only an answer proves that both sides accepted each other.
async fn open(
    accepted: &Accepted,
    identity: Option<&Identity>,
    builder: &PluginClientBuilder,
    process: Option<u32>,
) -> Result<Opened, Failure> {
    let opened = tokio::time::timeout(CONNECT_TIMEOUT, async {
        let connection = connect(&accepted.address).await.map_err(Failure::Connect)?;
        let (connection, secure) = match (identity, &accepted.certificate) {
            (Some(identity), Some(plugin)) => {
                let connector = Connector::new(identity, plugin.clone(), &Protocol::names(&[Protocol::Grpc]))
                    .map_err(Failure::Connect)?;
                (connector.connect(connection).await.map_err(Failure::Connect)?.connection, true)
            }
            (None, None) => (connection, false),
            // `accept` has refused both; this line keeps a mistake there from becoming plaintext.
            (Some(_), None) => return Err(Failure::Handshake(HandshakeError::MissingCertificate)),
            (None, Some(_)) => return Err(Failure::Handshake(HandshakeError::UnexpectedCertificate)),
        };
        let peer = Arc::clone(connection.peer());
        let (connection, hearing) = match builder.keep_alive {
            None => (connection, None),
            Some(keep_alive) => {
                let (connection, hearing) = connection.kept_alive(keep_alive, Role::Plugin { process });
                (connection, Some((hearing, keep_alive)))
            }
        };
        let grpc = GrpcConnection::open(connection, secure, builder.message_bytes_max);
        let grpc = Arc::new(grpc.await.map_err(|error| Failure::Protocol(error.into()))?);
        let channel = Channel::from_caller(grpc).for_own_services();
        ask_health(&channel).await?;
        let Some((hearing, keep_alive)) = hearing else {
            return Ok(Opened { calls: channel.clone(), channel, peer, heartbeat: None });
        };
        // Those that this crate makes itself say nothing about a plugin: one is the question for signs of life, and another
        // is open for as long as the plugin lives.
        let calls = channel.clone().counted(hearing.uses());
        // Only now: the time for the first answer is another one.
        let heartbeat = Some(Heartbeat::start(channel.clone(), hearing, keep_alive));
        Ok(Opened { channel, calls, peer, heartbeat })
    });
    opened.await.unwrap_or(Err(Failure::ConnectTimeout))
}

async fn ask_health(channel: &Channel) -> Result<(), Failure> {
    let question = HealthCheckRequest { service: PLUGIN_SERVICE.to_owned() };
    match HealthClient::new(channel.clone()).check(question).await {
        Ok(answer) if answer.status() == ServingStatus::NotServing => {
            Err(Failure::NotReady(Status::unavailable("the plugin says that it is not serving")))
        }
        Ok(_) => Ok(()),
        // An answer all the same: a plugin need not have the service.
        Err(status) if matches!(status.code(), Code::Unimplemented | Code::NotFound) => Ok(()),
        Err(status) if status.code() == Code::Unavailable => Err(Failure::Protocol(status.into())),
        Err(status) => Err(Failure::NotReady(status)),
    }
}

/// What went wrong, before it is known what the plugin said last.
enum Failure {
    Ended { status: Option<ExitStatus>, printed: String },
    Timeout(Duration),
    Output(io::Error),
    Handshake(HandshakeError),
    Connect(TransportError),
    ConnectTimeout,
    Protocol(Box<dyn std::error::Error + Send + Sync>),
    NotReady(Status),
}

impl Failure {
    /// Ends the process and adds what it said.
    async fn explain(self, mut process: Process, mut stderr: OwnedTask, tail: &Tail) -> StartError {
        process.kill().await;
        drop(tokio::time::timeout(OUTPUT_DRAIN_TIMEOUT, stderr.ended()).await);
        let diagnosis = tail.diagnosis();
        match self {
            Self::Ended { status, printed } => StartError::Exited { status, printed, diagnosis },
            Self::Timeout(limit) => StartError::Timeout { limit, diagnosis },
            Self::Output(source) => StartError::Output { source, diagnosis },
            Self::Handshake(source) => StartError::Handshake { source, diagnosis },
            Self::Connect(source) => StartError::Connect { source, diagnosis },
            Self::ConnectTimeout => StartError::ConnectTimeout { limit: CONNECT_TIMEOUT, diagnosis },
            Self::Protocol(source) => StartError::Protocol { source, diagnosis },
            Self::NotReady(status) => StartError::NotReady { status, diagnosis },
        }
    }
}

#[cfg(all(test, feature = "server"))]
mod tests {
    use tokio::sync::watch;

    use super::*;
    use crate::handshake::Cookie;
    use crate::limits::MESSAGE_BYTES_DEFAULT;
    use crate::rpc::{Router, Streaming};
    use crate::services::grpc_health::HealthCheckResponse;
    use crate::services::health::HealthServer;
    use crate::transport::{KeepAlive, Listener};
    use crate::wire::Terms;
    use crate::wire::grpc::GrpcServer;

    /// Takes this long for its first answer.
    struct Slow(Duration);

    impl Health for Slow {
        async fn check(&self, _request: HealthCheckRequest) -> Result<HealthCheckResponse, Status> {
            tokio::time::sleep(self.0).await;
            Ok(HealthCheckResponse::default())
        }

        async fn watch(
            &self,
            _request: HealthCheckRequest,
        ) -> Result<Streaming<HealthCheckResponse>, Status> {
            Ok(Streaming::empty())
        }
    }

    #[tokio::test]
    async fn the_time_for_signs_of_life_is_not_the_one_for_the_first_answer() {
        let listener = Listener::unix(None).unwrap();
        let accepted = Accepted { version: 1, address: listener.address().clone(), certificate: None };
        let slow = Slow(Duration::from_millis(500));
        let router = Router::new().service(HealthServer::new(slow)).unwrap();
        let server = GrpcServer::new(Arc::new(router), MESSAGE_BYTES_DEFAULT);
        let _server = OwnedTask::spawn(async move {
            let connection = listener.accept().await.unwrap();
            let (_stop, stopping) = watch::channel(false);
            drop(server.serve(connection, BytesMut::new(), Terms::default(), stopping).await);
        });
        let moment = Duration::from_millis(10);
        let keep_alive = KeepAlive::new(moment, moment).with_patience(moment);
        let builder = PluginClientBuilder::new("any".into(), Cookie::new("ANY", "any").unwrap());
        let builder = builder.keep_alive(Some(keep_alive));
        let opened = open(&accepted, None, &builder, None).await;
        opened.unwrap_or_else(|_| panic!("the first answer has ten seconds"));
    }
}

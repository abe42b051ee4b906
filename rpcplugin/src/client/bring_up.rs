use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::BytesMut;
use tokio::sync::OnceCell;

use super::allowed_addresses::AllowedAddresses;
#[cfg(feature = "broker")]
use super::brokering::{HostWays, ground};
use super::cut_off::CutOff;
use super::early_end::Ended;
use super::failure::{Failure, by, output_until};
use super::launch::{Launched, launch, prepare, run};
use super::log_forward::PluginLog;
use super::not_started::NotStarted;
use super::opening::{Opened, Proof, Wanted, open};
use super::output::{FirstLine, Pipe, Tail, drain_stdout, first_line};
use super::plugin_client::PluginClient;
use super::process::Process;
use super::process_stderr::ProcessStderr;
use super::reaching::unless_ended;
use super::sockets::Sockets;
use super::stdio::Output;
use super::stop::Held;
use super::verified::Verified;
use super::wires_file::WiresFile;
use super::{PluginClientBuilder, Security, StartError};
#[cfg(feature = "broker")]
use crate::broker::{Credentials, HostBroker, ListenAt};
use crate::handshake::{Accepted, Expectation, FirstLines, HostOffer, accept};
use crate::limits::OUTPUT_DRAIN_TIMEOUT;
use crate::transport::tls::Identity;
use crate::transport::{Address, Lifeline, SocketGroup, TlsConfig};

/// From the options to a plugin that answers. A process that was started is killed when this fails.
pub(super) async fn bring_up(mut builder: PluginClientBuilder) -> Result<PluginClient, NotStarted> {
    fit(&mut builder)?;
    let verified = verify(&mut builder).await?;
    let (tls, identity) = take_proof(&mut builder)?;
    let (sockets, lifeline) = Sockets::of_start(&builder.sockets).await.map_err(StartError::Prepare)?;
    let wires = WiresFile::below(sockets.path(), builder.wire);
    let offer = HostOffer {
        cookie: &builder.cookie,
        versions: &builder.versions,
        certificate_pem: identity.as_deref().map(Identity::certificate_pem),
        ports: builder.ports.clone(),
        socket_directory: sockets.path(),
        socket_group: sockets.group().map(SocketGroup::number),
        wires_file: wires.path(),
        lifeline: lifeline.as_ref().map(Lifeline::path),
        multiplex: builder.multiplex,
    };
    let prepared = prepare(&builder, &offer, std::env::vars_os());
    let Launched { running, mut stdout, stderr, ends } = match builder.runner.clone() {
        None => launch(&prepared, verified.as_ref(), builder.inherits_stdin)?,
        Some(runner) => run(&*runner, prepared, builder.start_timeout).await?,
    };
    let log = plugin_log(&builder);
    let tail = Tail::default();
    let copy = builder.process_stderr.take();
    let stderr = ProcessStderr::read(stderr, log.forwarder("stderr"), tail.clone(), copy);
    let process = Process::keep(running, Arc::clone(&log.plugin), tail.clone());
    // While the plugin starts, which takes longer.
    if let Some(Err(error)) = identity.as_ref().map(|identity| identity.certified()) {
        let left = NotStarted::kill(process).await;
        stderr.finish().await;
        return Err(NotStarted { error: StartError::Prepare(error), left });
    }

    let asked = Expectation {
        versions: &builder.versions,
        mutual_tls: identity.is_some(),
        multiplex: builder.multiplex,
    };
    let (announced, rest) = match shake(&process, &mut stdout, &Handshake::of(&builder, &asked)).await {
        Ok(shaken) => shaken,
        Err(failure) => return Err(failure.explain(&builder.program, process, stderr, &tail).await),
    };
    // From here on nothing that the plugin prints can stop it.
    let mut output = Output::open(builder.stdout.take(), builder.stderr.take());
    let stdout = drain_stdout(stdout, rest, output.stdout(&log));
    let (accepted, speaks_binary) = match reached(announced, &process, &wires) {
        Ok(reached) => reached,
        Err(failure) => return Err(failure.explain(&builder.program, process, stderr, &tail).await),
    };
    let wanted = Wanted::of(&builder, process.id(), &accepted, sockets.group());
    let proof = Proof::of(tls.as_ref(), identity.as_deref());
    // In a box: whoever starts a plugin has this future within one of their own.
    let opening = Box::pin(open(&accepted, proof, wanted, speaks_binary));
    match unless_ended(&process, &accepted.address, opening).await {
        Ok(opened) => {
            output.pipes = Some((stdout, stderr));
            output.ends = ends;
            let parts = Parts {
                process,
                accepted,
                output,
                log,
                lifeline,
                sockets,
                #[cfg(feature = "broker")]
                tls,
                identity,
            };
            Ok(parts.connected(opened, builder))
        }
        Err(failure) => Err(failure.explain(&builder.program, process, stderr, &tail).await),
    }
}

/// What this host proves itself by: what the user brings, or an identity that goes through the handshake.
fn take_proof(
    builder: &mut PluginClientBuilder,
) -> Result<(Option<TlsConfig>, Option<Arc<Identity>>), StartError> {
    match (builder.tls.take(), builder.security) {
        (Some(tls), _) => match tls.announced_identity() {
            Some(identity) => Ok((None, Some(identity))),
            None => Ok((Some(tls), None)),
        },
        (None, Security::AutoMtls) => {
            Ok((None, Some(Arc::new(Identity::generate().map_err(StartError::Prepare)?))))
        }
        (None, Security::Plaintext) => Ok((None, None)),
    }
}

/// Whether the options go together.
fn fit(builder: &mut PluginClientBuilder) -> Result<(), StartError> {
    if builder.versions.is_empty() {
        return Err(StartError::NoVersion);
    }
    if builder.runner.is_some() {
        if builder.checksum.is_some() {
            return Err(StartError::UncheckedRunner);
        }
        // What counts is where the runner says that they are reached.
        builder.allowed_addresses = AllowedAddresses::new(|_announced| true);
    }
    Ok(())
}

/// What was announced, at the address where this host reaches it, and whether the binary wire is spoken there.
fn reached(announced: Accepted, process: &Process, wires: &WiresFile) -> Result<(Accepted, bool), Failure> {
    let speaks_binary = wires.is_binary_spoken(&announced.address);
    let reached = announced.reached_by(|address| process.plugin_to_host(address));
    let accepted = reached.map_err(|(address, source)| Failure::Unreachable { address, source })?;
    // What the runner has changed in the line, the plugin does not know.
    let speaks_binary = speaks_binary || wires.is_binary_spoken(&accepted.address);
    Ok((accepted, speaks_binary))
}

/// What there is of a plugin, beside the connection.
pub(super) struct Parts {
    pub(super) process: Process,
    pub(super) accepted: Accepted,
    pub(super) output: Output,
    pub(super) log: PluginLog,
    pub(super) lifeline: Option<Lifeline>,
    pub(super) sockets: Sockets,
    #[cfg(feature = "broker")]
    pub(super) tls: Option<TlsConfig>,
    pub(super) identity: Option<Arc<Identity>>,
}

impl Parts {
    /// The plugin that answers.
    pub(super) fn connected(self, opened: Opened, builder: PluginClientBuilder) -> PluginClient {
        let Self { process, accepted, mut output, log, lifeline, sockets, identity, .. } = self;
        let Opened { channel, calls, peer, protocol, heartbeat, .. } = opened;
        output.follow(&channel, &log);
        #[cfg(feature = "broker")]
        let broker = {
            let credentials = Credentials::of(self.tls, identity.clone(), accepted.certificate.clone());
            let listen_at = ListenAt::of_host(sockets.path(), builder.ports.clone());
            let group = sockets.group();
            let messages = builder.message_terms();
            let ways = HostWays::new(&process, builder.allowed_addresses);
            let ground = ground(credentials, listen_at, group, messages, ways);
            HostBroker::open(channel.clone(), protocol, ground, opened.mux)
        };
        let mut interceptors = builder.interceptors;
        if let Some(retry) = builder.retry {
            interceptors.wrap(retry);
        }
        let calls = calls.for_users(interceptors);
        let calls = calls.explained(Arc::new(CutOff::new(process.watch().clone(), channel.watched())));
        PluginClient {
            process,
            channel,
            calls,
            peer,
            accepted,
            protocol,
            identity,
            stop_times: builder.stop_times,
            #[cfg(feature = "broker")]
            broker: broker.broker(),
            held: Mutex::new(Some(Held {
                #[cfg(feature = "broker")]
                broker,
                output,
                heartbeat,
                lifeline,
                sockets,
            })),
            stopped: OnceCell::new(),
        }
    }
}

/// Compares the program with its checksum, where it has one. The copy is there until the plugin has shaken hands: a script is
/// opened by its path once more.
async fn verify(builder: &mut PluginClientBuilder) -> Result<Option<Verified>, StartError> {
    let Some(expected) = builder.checksum.take() else { return Ok(None) };
    let program = builder.program.clone();
    let verified = tokio::task::spawn_blocking(move || Verified::read(&program, &expected)).await;
    let unread =
        |error| StartError::Unread { program: builder.program.clone(), source: io::Error::other(error) };
    verified.map_err(unread)?.map(Some)
}

/// How the plugin's lines appear in the log: under the name of its program.
pub(super) fn plugin_log(builder: &PluginClientBuilder) -> PluginLog {
    let name = builder.program.file_name().unwrap_or(builder.program.as_os_str());
    PluginLog {
        plugin: name.to_string_lossy().into(),
        lowest: builder.log_level,
        line_bytes_max: builder.log_line_bytes_max,
        bytes_per_second: builder.log_bytes_per_second,
    }
}

/// Reads the handshake line and holds it against what was asked for.
async fn shake(
    process: &Process,
    stdout: &mut Pipe,
    wanted: &Handshake<'_>,
) -> Result<(Accepted, BytesMut), Failure> {
    let mut lines = FirstLines::new(wanted.stray_lines_max);
    let first = read_line(process, stdout, &mut lines, wanted).await;
    let line = match first? {
        FirstLine::Line(line) => line,
        FirstLine::Refused(error) => return Err(Failure::Handshake(error)),
        FirstLine::Ended => {
            // A plugin that closed its output is about to end, and how it ends says more than our kill.
            let exit = process.wait(OUTPUT_DRAIN_TIMEOUT).await;
            let ended = exit.map(|exit| Ended(exit.status()));
            return Err(Failure::Ended { ended, printed: lines.printed() });
        }
    };
    if lines.stray_lines() > 0 {
        let lines = lines.stray_lines();
        tracing::warn!(
            lines,
            "the plugin printed to standard output before its handshake line; these lines are taken for output"
        );
    }
    let accepted = accept(line, wanted.asked).map_err(Failure::Handshake)?;
    Ok((accepted, lines.into_output()))
}

/// What a host wants of the handshake.
struct Handshake<'a> {
    asked: &'a Expectation<'a>,
    timeout: Duration,
    stray_lines_max: usize,
    allowed: &'a AllowedAddresses,
}

impl<'a> Handshake<'a> {
    fn of(builder: &'a PluginClientBuilder, asked: &'a Expectation<'a>) -> Self {
        Self {
            asked,
            timeout: builder.start_timeout,
            stray_lines_max: builder.stray_lines_max,
            allowed: &builder.allowed_addresses,
        }
    }
}

/// Reads until the line is there, the process has ended, or the time is up.
async fn read_line(
    process: &Process,
    stdout: &mut Pipe,
    lines: &mut FirstLines,
    wanted: &Handshake<'_>,
) -> Result<FirstLine, Failure> {
    let is_allowed = |address: &Address| wanted.allowed.contains(address);
    let read = tokio::time::timeout(wanted.timeout, async {
        let exit = tokio::select! {
            first = first_line(stdout, lines, &is_allowed) => return first.map_err(Failure::Output),
            exit = process.ended() => exit,
        };
        // Somebody else may hold its output open: what the process itself wrote is there by now.
        let until = output_until(process.begun(), process.output_patience(), Some(&exit));
        match by(until, first_line(stdout, lines, &is_allowed)).await {
            Some(Ok(FirstLine::Ended)) | None => {
                Err(Failure::Ended { ended: Some(Ended(exit.status())), printed: lines.printed() })
            }
            Some(first) => first.map_err(Failure::Output),
        }
    });
    match read.await {
        Ok(read) => read,
        Err(_elapsed) => Err(Failure::Timeout { limit: wanted.timeout, printed: lines.printed() }),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::path::Path;

    use tokio::time::Instant;

    use super::*;
    use crate::client::log_queue::TURN;
    use crate::client::output::tests::forwarder_that_stands_still;
    use crate::client::process::{Boxed, Running};
    use crate::handshake::Cookie;
    use crate::limits::{HANDSHAKE_STRAY_LINES_DEFAULT, LOG_WAITING_BYTES_MAX};

    /// What ended as soon as it had begun.
    #[derive(Debug)]
    struct Gone;

    impl Running for Gone {
        fn id(&self) -> Option<u32> {
            None
        }

        fn ended(&self) -> Boxed<'_, crate::client::process::Ended> {
            Box::pin(std::future::ready(crate::client::process::Ended::default()))
        }

        fn terminate(&self) -> Boxed<'_, ()> {
            Box::pin(std::future::ready(()))
        }

        fn kill(&self) -> Boxed<'_, ()> {
            Box::pin(std::future::ready(()))
        }

        fn abandon(&self) {}
    }

    #[tokio::test(start_paused = true)]
    async fn an_end_is_told_within_a_tenth_of_a_second_although_somebody_else_holds_both_pipes() {
        use tokio::io::AsyncWriteExt;

        let begun = Instant::now();
        let tail = Tail::default();
        let (held, stderr) = tokio::io::duplex(64);
        let (mut said, stdout) = tokio::io::duplex(64);
        said.write_all(b"no line of a handshake\n").await.unwrap();
        let builder = PluginClientBuilder::new("gone".into(), Cookie::new("KEY", "value").unwrap());
        let log = plugin_log(&builder);
        let stderr = ProcessStderr::read(Box::pin(stderr), log.forwarder("stderr"), tail.clone(), None);
        let process = Process::keep(Arc::new(Gone), log.plugin, tail.clone());
        let asked = Expectation { versions: &[1], mutual_tls: false, multiplex: false };
        let allowed = AllowedAddresses::default();
        let wanted = Handshake {
            asked: &asked,
            timeout: Duration::from_secs(3600),
            stray_lines_max: HANDSHAKE_STRAY_LINES_DEFAULT,
            allowed: &allowed,
        };
        let mut stdout: Pipe = Box::pin(stdout);
        let Err(failure) = shake(&process, &mut stdout, &wanted).await else { panic!("it has started") };
        let error = failure.explain(&builder.program, process, stderr, &tail).await.error;
        let StartError::Exited { printed, .. } = error else { panic!("{error}") };
        assert_eq!(printed, "no line of a handshake\n");
        assert!(begun.elapsed() < Duration::from_millis(100), "{:?}", begun.elapsed());
        drop((held, said));
    }

    #[tokio::test(start_paused = true)]
    async fn who_says_much_before_it_fails_has_its_last_words_told_though_the_log_stands_still() {
        let _turn = TURN.lock().await;
        let (held, log) = forwarder_that_stands_still();
        let tail = Tail::default();
        let line = "x".repeat(1000) + "\n";
        let said = line.repeat(2 * LOG_WAITING_BYTES_MAX / line.len()) + "no table\n";
        let stderr = ProcessStderr::read(Box::pin(Cursor::new(said)), log, tail.clone(), None);
        let process = Process::keep(Arc::new(Gone), "gone".into(), tail.clone());
        let failure = Failure::Ended { ended: None, printed: String::new() };
        let error = failure.explain(Path::new("gone"), process, stderr, &tail).await.error;
        let StartError::Exited { diagnosis, .. } = error else { panic!("{error}") };
        assert_eq!(diagnosis.stderr_tail().last().map(String::as_str), Some("no table"));
        assert!(tail.text().ends_with("x\nno table\n"));
        drop(held);
    }
}

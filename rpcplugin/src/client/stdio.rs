use bytes::Bytes;
use tokio::time::Instant;

use super::handover::OutputEnds;
use super::log_forward::PluginLog;
use super::output::Destination;
use super::process_stderr::ProcessStderr;
use super::sink::{Sink, SinkSender, SinkTask};
use crate::contract::{Code, Status};
use crate::limits::OUTPUT_DRAIN_TIMEOUT;
use crate::quote::quote;
use crate::rpc::Channel;
use crate::services::plugin::stdio_data;
use crate::services::stdio::{Stdio, StdioClient};
use crate::task::OwnedTask;

/// All that carries the plugin's output to where the host wants it.
#[derive(Debug)]
pub(super) struct Output {
    stdout: Option<(SinkSender, SinkTask)>,
    stderr: Option<(SinkSender, SinkTask)>,
    /// The reader of the stdio stream.
    stream: Option<OwnedTask>,
    /// The readers of the process's standard output and standard error.
    pub(super) pipes: Option<(OwnedTask, ProcessStderr)>,
    /// Where these are, for whoever reads them in this host's place.
    pub(super) ends: Option<OutputEnds>,
}

impl Output {
    pub(super) fn open(stdout: Option<Sink>, stderr: Option<Sink>) -> Self {
        Self {
            stdout: stdout.map(Sink::open),
            stderr: stderr.map(Sink::open),
            stream: None,
            pipes: None,
            ends: None,
        }
    }

    /// Where the plugin's standard output goes.
    pub(super) fn stdout(&self, log: &PluginLog) -> Destination {
        destination(self.stdout.as_ref(), log, "stdout")
    }

    /// Reads the stdio stream from now on. A Go plugin blocks in its first print until somebody does.
    pub(super) fn follow(&mut self, channel: &Channel, log: &PluginLog) {
        let stdout = self.stdout(log);
        let stderr = destination(self.stderr.as_ref(), log, "stdio stderr");
        self.stream = Some(OwnedTask::spawn(read_stream(channel.clone(), stdout, stderr)));
    }

    /// Where the output of the process is; `None` where it cannot be read by somebody else.
    pub(super) const fn ends(&self) -> Option<&OutputEnds> {
        self.ends.as_ref()
    }

    /// Reads no more: the plugin goes on, and its output does not end.
    pub(super) fn leave(&mut self) {
        self.stream = None;
        self.pipes = None;
    }

    /// Waits for what the plugin wrote before it ended, and for the writers, until this moment: somebody else may hold its pipes.
    pub(super) async fn finish(self, last: Option<Instant>) {
        let Self { stdout, stderr, stream, pipes, ends: _ } = self;
        let (pipe, process_stderr) = pipes.unzip();
        let (reader, copy) = process_stderr.map(|stderr| (stderr.reader, stderr.copy)).unzip();
        let readers = async {
            for mut reader in stream.into_iter().chain(pipe).chain(reader) {
                reader.ended().await;
            }
        };
        // Half of the time is for the writers: what was read is not lost because somebody holds a pipe.
        let half = |end: Instant| end.saturating_duration_since(Instant::now()) / 2;
        drop(tokio::time::timeout(last.map_or(OUTPUT_DRAIN_TIMEOUT, half), readers).await);
        for (sender, task) in stdout.into_iter().chain(stderr) {
            drop(sender);
            task.finish(last.unwrap_or_else(drained)).await;
        }
        if let Some(copy) = copy.flatten() {
            copy.finish(last.unwrap_or_else(drained)).await;
        }
    }
}

/// The end of a wait of which nobody has said how long it is.
fn drained() -> Instant {
    Instant::now() + OUTPUT_DRAIN_TIMEOUT
}

fn destination(sink: Option<&(SinkSender, SinkTask)>, log: &PluginLog, stream: &'static str) -> Destination {
    match sink {
        Some((sender, _task)) => Destination::Sink(sender.clone()),
        None => Destination::Log(log.forwarder(stream)),
    }
}

async fn read_stream(channel: Channel, mut stdout: Destination, mut stderr: Destination) {
    let ended = read_chunks(channel, &mut stdout, &mut stderr).await;
    stdout.finish().await;
    stderr.finish().await;
    match ended {
        Ok(()) => {}
        // A plugin without the service, or one that has gone.
        Err(status) if matches!(status.code(), Code::Unimplemented | Code::Unavailable | Code::Cancelled) => {
            tracing::debug!(code = %status.code(), "the plugin's stdio stream ended");
        }
        Err(status) => {
            let message = quote(status.message());
            tracing::warn!(code = %status.code(), message, "the plugin's stdio stream failed; its output is lost");
        }
    }
}

async fn read_chunks(
    channel: Channel,
    stdout: &mut Destination,
    stderr: &mut Destination,
) -> Result<(), Status> {
    let mut chunks = StdioClient::new(channel).stream_stdio(()).await?;
    while let Some(chunk) = chunks.message().await? {
        // A plugin that prints without a pause leaves others their turn.
        tokio::task::coop::consume_budget().await;
        match chunk.channel() {
            stdio_data::Channel::Stdout => stdout.take(Bytes::from(chunk.data)),
            stdio_data::Channel::Stderr => stderr.take(Bytes::from(chunk.data)),
            stdio_data::Channel::Invalid => {
                tracing::warn!(channel = chunk.channel, "output on an unknown channel was dropped");
            }
        }
        stdout.room().await;
        stderr.room().await;
    }
    Ok(())
}

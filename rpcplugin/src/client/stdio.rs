use bytes::Bytes;
use tokio::time::Instant;

use super::handover::OutputEnds;
use super::log_forward::PluginLog;
use super::output::Destination;
use super::process_stderr::ProcessStderr;
use super::sink::{Sink, SinkSender, SinkTask};
use crate::contract::{Code, Status};
use crate::limits::{OUTPUT_DRAIN_TIMEOUT, STDIO_CHUNK_BYTES_MAX};
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
    let mut unknown = Unknown::default();
    while let Some(chunk) = chunks.message().await? {
        // A plugin that prints without a pause leaves others their turn.
        tokio::task::coop::consume_budget().await;
        match chunk.channel() {
            stdio_data::Channel::Stdout => carry(chunk.data.into(), stdout).await,
            stdio_data::Channel::Stderr => carry(chunk.data.into(), stderr).await,
            stdio_data::Channel::Invalid => unknown.dropped(chunk.channel),
        }
    }
    Ok(())
}

/// Carries a message to where it goes. The plugin decides how long it is, and in a log each of its lines costs something.
async fn carry(mut rest: Bytes, destination: &mut Destination) {
    let piece_bytes_max = match destination {
        // As it came: a writer that is behind would keep all of it for each piece.
        Destination::Sink(_) => usize::MAX,
        Destination::Log(_) => STDIO_CHUNK_BYTES_MAX,
    };
    loop {
        let piece = rest.split_to(rest.len().min(piece_bytes_max));
        destination.take(piece);
        destination.room().await;
        if rest.is_empty() {
            return;
        }
        // Thousands of lines may have been cut: others have their turn, and not only where the budget of this one is used up.
        tokio::task::yield_now().await;
    }
}

/// Output on channels that this host does not know. The log hears of the first: the plugin decides how many follow.
#[derive(Debug, Default)]
struct Unknown {
    chunks: u64,
}

impl Unknown {
    fn dropped(&mut self, channel: i32) {
        if self.chunks == 0 {
            tracing::warn!(
                channel,
                "output on an unknown channel is dropped, and so is what follows on such"
            );
        }
        self.chunks += 1;
    }
}

/// The end of the stream, be it in order or not.
impl Drop for Unknown {
    fn drop(&mut self) {
        if self.chunks > 0 {
            tracing::debug!(chunks = self.chunks, "output on unknown channels was dropped");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Mutex, mpsc};
    use std::time::Duration;

    use futures_util::stream;
    use tokio::io::AsyncReadExt;
    use tracing::{Dispatch, Level};

    use super::*;
    use crate::client::log_queue::TURN;
    use crate::limits::{LOG_LINE_BYTES_MAX, LOG_LINE_COST_BYTES, LOG_WAITING_BYTES_MAX, SINK_BYTES_MAX};
    use crate::rpc::{Router, Streaming};
    use crate::services::plugin::StdioData;
    use crate::services::stdio::{Stdio, StdioServer};

    /// A plugin that says this and nothing more.
    struct Saying(Vec<StdioData>);

    impl Stdio for Saying {
        async fn stream_stdio(&self, (): ()) -> Result<Streaming<StdioData>, Status> {
            Ok(Streaming::new(stream::iter(self.0.clone().into_iter().map(Ok))))
        }
    }

    fn saying(chunks: Vec<StdioData>) -> Channel {
        Channel::local(Router::new().service(StdioServer::new(Saying(chunks))).unwrap())
    }

    fn on_stdout(data: Vec<u8>) -> Channel {
        saying(vec![StdioData { channel: stdio_data::Channel::Stdout.into(), data }])
    }

    fn in_the_log(bytes_per_second: usize) -> Destination {
        let log = PluginLog {
            plugin: "kv".into(),
            lowest: Level::TRACE,
            line_bytes_max: LOG_LINE_BYTES_MAX,
            bytes_per_second,
        };
        Destination::Log(log.forwarder("stdout"))
    }

    async fn read(channel: Channel, stdout: &mut Destination) {
        read_chunks(channel, stdout, &mut in_the_log(0)).await.unwrap();
    }

    /// A log of the host, and what each of its lines goes to.
    fn log(lowest: Level, each: impl Fn(&[u8]) + Clone + Send + Sync + 'static) -> Dispatch {
        struct Lines<T>(T);

        impl<T: Fn(&[u8])> std::io::Write for Lines<T> {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                (self.0)(bytes);
                Ok(bytes.len())
            }

            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }

        let host = tracing_subscriber::fmt().with_max_level(lowest).with_ansi(false);
        host.with_writer(move || Lines(each.clone())).into()
    }

    #[tokio::test(start_paused = true)]
    async fn a_message_of_many_lines_takes_no_more_of_a_log_that_stands_still_than_small_ones() {
        let _turn = TURN.lock().await;
        let (held, still) = mpsc::channel::<()>();
        let still = Arc::new(Mutex::new(still));
        // With one subscriber `tracing` asks whichever thread comes first, and a test beside this one has none.
        let _second = log(Level::TRACE, |_| {});
        let mut stdout = {
            let still = log(Level::TRACE, move |_| {
                // It is only ever told that the other end is gone.
                let _ = still.lock().unwrap().recv();
            });
            tracing::dispatcher::with_default(&still, || in_the_log(usize::MAX))
        };
        read(on_stdout(vec![b'\n'; 64 * STDIO_CHUNK_BYTES_MAX]), &mut stdout).await;
        let Destination::Log(log) = &stdout else { panic!("it goes to the log") };
        let piece = STDIO_CHUNK_BYTES_MAX * LOG_LINE_COST_BYTES;
        let waiting = log.waiting();
        drop(held);
        assert!(waiting > LOG_WAITING_BYTES_MAX / 2, "the log stood still, and {waiting} bytes wait");
        assert!(waiting <= LOG_WAITING_BYTES_MAX + piece, "{waiting} bytes wait");
    }

    #[tokio::test]
    async fn a_message_of_many_lines_leaves_others_their_turns() {
        let turns = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&turns);
        let _other = OwnedTask::spawn(async move {
            loop {
                counted.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
            }
        });
        let mut during = Vec::new();
        for pieces in [1, 64] {
            let before = turns.load(Ordering::Relaxed);
            // All of it is left out: no other thread has a part in this.
            read(on_stdout(vec![b'\n'; pieces * STDIO_CHUNK_BYTES_MAX]), &mut in_the_log(0)).await;
            during.push(turns.load(Ordering::Relaxed) - before);
        }
        assert!(during[1] >= during[0] + 63, "{during:?}");
    }

    #[tokio::test]
    async fn a_message_that_is_longer_than_what_may_wait_for_a_writer_loses_nothing() {
        let (writer, mut written) = tokio::io::duplex(1024);
        let (sender, task) = Sink::new("stdout", writer).open();
        let mut stdout = Destination::Sink(sender);
        read(on_stdout(vec![b'x'; 2 * SINK_BYTES_MAX]), &mut stdout).await;
        drop(stdout);
        let mut found = Vec::new();
        written.read_to_end(&mut found).await.unwrap();
        assert_eq!(found.len(), 2 * SINK_BYTES_MAX);
        task.finish(Instant::now() + Duration::from_secs(20)).await;
    }

    #[tokio::test]
    async fn of_output_on_unknown_channels_the_log_hears_once_and_the_stream_goes_on() {
        let (said, lines) = mpsc::channel();
        let _second = log(Level::WARN, |_| {});
        let log = log(Level::WARN, move |line| drop(said.send(String::from_utf8_lossy(line).into_owned())));
        let _listening = tracing::dispatcher::set_default(&log);
        let (writer, mut written) = tokio::io::duplex(1024);
        let (sender, task) = Sink::new("stdout", writer).open();
        let mut stdout = Destination::Sink(sender);
        let known = stdio_data::Channel::Stdout.into();
        // Nobody says anything on the channel 0: it is what a message has that does not say any.
        let channels = (7..1007).chain([0, known]);
        let chunks = channels.map(|channel| StdioData { channel, data: channel.to_string().into_bytes() });
        read(saying(chunks.collect()), &mut stdout).await;
        drop(stdout);
        let mut found = String::new();
        written.read_to_string(&mut found).await.unwrap();
        assert_eq!(found, known.to_string());
        task.finish(Instant::now() + Duration::from_secs(20)).await;
        let lines: Vec<_> = lines.try_iter().collect();
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].contains("channel=7"), "{lines:?}");
    }
}

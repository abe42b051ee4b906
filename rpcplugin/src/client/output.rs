//! The two pipes of the plugin's process. They are read until they end, whatever comes: a full pipe would stop the plugin.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::{BufMut, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::watch;

use super::Diagnosis;
use super::last_bytes::LastBytes;
use super::log_forward::LogForwarder;
use super::sink::SinkSender;
use crate::handshake::{FirstLines, HandshakeError, HandshakeLine};
use crate::limits::{STDERR_TAIL_LINE_CHARACTERS_MAX, STDERR_TAIL_LINES_MAX};
use crate::quote::printable;
use crate::task::OwnedTask;
use crate::transport::Address;

/// What one read takes from a pipe at most, in bytes.
const READ_BYTES: usize = 8 * 1024;

/// Standard output or standard error of a plugin, wherever it runs.
pub(super) type Pipe = Pin<Box<dyn AsyncRead + Send>>;

/// How reading the first lines of standard output came out.
pub(super) enum FirstLine {
    Line(HandshakeLine),
    /// No line, and there will be none.
    Refused(HandshakeError),
    /// The output ended before the line did.
    Ended,
}

/// Reads until the handshake line is there. Cancel-safe: what was read is in `lines`.
pub(super) async fn first_line(
    stdout: &mut Pipe,
    lines: &mut FirstLines,
    is_allowed: &(dyn Fn(&Address) -> bool + Sync),
) -> io::Result<FirstLine> {
    loop {
        match lines.find(&|address| is_allowed(address)) {
            Ok(Some(line)) => return Ok(FirstLine::Line(line)),
            Ok(None) => {}
            Err(error) => return Ok(FirstLine::Refused(error)),
        }
        lines.buffer().reserve(READ_BYTES);
        // Where a plugin ends its line with the end of its output, it cannot serve.
        if stdout.read_buf(&mut lines.buffer().limit(READ_BYTES)).await? == 0 {
            return Ok(FirstLine::Ended);
        }
    }
}

/// Where a stream of output goes.
#[derive(Debug)]
pub(super) enum Destination {
    Sink(SinkSender),
    Log(LogForwarder),
}

impl Destination {
    pub(super) fn take(&mut self, bytes: Bytes) {
        match self {
            Self::Sink(sink) => sink.send(bytes),
            Self::Log(log) => log.bytes(&bytes),
        }
    }

    /// Waits a moment where the destination is behind. Cancel-safe.
    pub(super) async fn room(&mut self) {
        if let Self::Log(log) = self {
            log.room().await;
        }
    }

    /// Nothing follows: a last line without an end is a line as well. Cancel-safe.
    pub(super) async fn finish(&mut self) {
        if let Self::Log(log) = self {
            log.finish();
            log.written().await;
        }
    }
}

/// Reads standard output for ever.
pub(super) fn drain_stdout(mut stdout: Pipe, rest: BytesMut, mut destination: Destination) -> OwnedTask {
    OwnedTask::spawn(async move {
        if !rest.is_empty() {
            destination.take(rest.freeze());
        }
        while let Some(bytes) = read(&mut stdout).await {
            destination.take(bytes);
            destination.room().await;
        }
        destination.finish().await;
    })
}

/// Reads standard error for ever: each line becomes a `tracing` event, and the last ones are kept. Whoever wants a copy has all of it.
pub(super) fn drain_stderr(
    mut stderr: Pipe,
    mut log: LogForwarder,
    tail: Tail,
    copy: Option<SinkSender>,
) -> OwnedTask {
    let reader = tail.last.reader();
    OwnedTask::spawn(async move {
        let mut lines = log.cutter();
        while let Some(bytes) = read(&mut stderr).await {
            if let Some(copy) = &copy {
                copy.send(bytes.clone());
            }
            tail.last.push(&bytes);
            lines.feed(&bytes, |line| {
                tail.push(line);
                log.line(line);
            });
            tokio::select! {
                biased;
                () = log.room() => {}
                () = tail.hurried() => log.give_up(),
            }
        }
        lines.finish(|line| {
            tail.push(line);
            log.line(line);
        });
        // Whoever wants its last words has them: they do not wait for a log that stands still.
        drop((reader, copy));
        log.written().await;
    })
}

async fn read(pipe: &mut (impl AsyncRead + Unpin)) -> Option<Bytes> {
    let mut buffer = BytesMut::with_capacity(READ_BYTES);
    match pipe.read_buf(&mut buffer).await {
        Ok(0) => None,
        // As long as it is, and not as its buffer: a writer that is behind keeps many, and they are counted by their bytes.
        Ok(_) => Some(Bytes::copy_from_slice(&buffer)),
        Err(error) => {
            tracing::debug!(%error, "failed to read the plugin's output");
            None
        }
    }
}

/// Cuts bytes into lines. A line longer than the limit is cut off there; memory does not grow with it.
#[derive(Debug)]
pub(super) struct Lines {
    bytes_max: usize,
    line: Vec<u8>,
    left_out: usize,
}

impl Lines {
    pub(super) const fn new(bytes_max: usize) -> Self {
        Self { bytes_max, line: Vec::new(), left_out: 0 }
    }

    /// What was fed, and not cut into lines yet.
    pub(super) fn take(&mut self) -> Self {
        std::mem::replace(self, Self::new(self.bytes_max))
    }

    pub(super) fn feed(&mut self, bytes: &[u8], mut each: impl FnMut(&str)) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (content, ends) = match piece.strip_suffix(b"\n") {
                Some(content) => (content, true),
                None => (piece, false),
            };
            let room = self.bytes_max.saturating_sub(self.line.len());
            let kept = content.get(..room).unwrap_or(content);
            self.line.extend_from_slice(kept);
            self.left_out += content.len() - kept.len();
            if ends {
                self.emit(&mut each);
            }
        }
    }

    /// The last line, if it does not end in a line end.
    pub(super) fn finish(mut self, mut each: impl FnMut(&str)) {
        if !self.line.is_empty() {
            self.emit(&mut each);
        }
    }

    fn emit(&mut self, each: &mut impl FnMut(&str)) {
        let text = String::from_utf8_lossy(&self.line);
        let text = text.strip_suffix('\r').unwrap_or(&text);
        match self.left_out {
            0 => each(text),
            left_out => each(&format!("{text} [{left_out} more bytes]")),
        }
        self.line.clear();
        self.left_out = 0;
    }
}

/// The end of standard error, for errors: its last lines, and the last of it as it came. Clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Tail {
    lines: Arc<Mutex<VecDeque<String>>>,
    pub(super) last: Arc<LastBytes>,
    is_hurried: Arc<watch::Sender<bool>>,
}

impl Tail {
    fn push(&self, line: &str) {
        let kept: String = line.chars().take(STDERR_TAIL_LINE_CHARACTERS_MAX).flat_map(printable).collect();
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == STDERR_TAIL_LINES_MAX {
            lines.pop_front();
        }
        lines.push_back(kept);
    }

    /// From now on whoever reads it waits for no log: the plugin has ended, or is to, and need not be slowed
    /// down.
    pub(super) fn hurry(&self) {
        self.is_hurried.send_replace(true);
    }

    /// Waits until it is hurried. Cancel-safe.
    async fn hurried(&self) {
        // The sender is in `self`.
        drop(self.is_hurried.subscribe().wait_for(|is_hurried| *is_hurried).await);
    }

    /// Waits until nobody reads any more: all of it is here, if nobody else holds the pipe. Cancel-safe.
    pub(super) async fn ended(&self) {
        self.last.ended().await;
    }

    /// The last of it, with its line ends, where it is text.
    pub(super) fn text(&self) -> String {
        self.last.text()
    }

    pub(super) fn diagnosis(&self) -> Diagnosis {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        Diagnosis::new(lines.iter().cloned().collect())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Metadata, Subscriber};

    use super::*;
    use crate::client::log_forward::PluginLog;
    use crate::client::log_queue::TURN;
    use crate::limits::{LOG_BYTES_PER_SECOND_DEFAULT, LOG_LINE_BYTES_MAX, SINK_BYTES_MAX, SINK_CHUNKS_MAX};

    fn cut(pieces: &[&[u8]]) -> Vec<String> {
        let mut found = Vec::new();
        let mut lines = Lines::new(LOG_LINE_BYTES_MAX);
        for piece in pieces {
            lines.feed(piece, |line| found.push(line.to_owned()));
        }
        lines.finish(|line| found.push(line.to_owned()));
        found
    }

    #[test]
    fn lines_are_the_same_however_the_bytes_are_split() {
        let text = b"one\r\ntwo\n\nlast";
        let whole = cut(&[text]);
        assert_eq!(whole, ["one", "two", "", "last"]);
        for at in 0..text.len() {
            let (left, right) = text.split_at(at);
            assert_eq!(cut(&[left, right]), whole, "split at {at}");
        }
    }

    #[test]
    fn an_endless_line_costs_no_more_than_the_limit() {
        let mut lines = Lines::new(LOG_LINE_BYTES_MAX);
        for _ in 0..100 {
            lines.feed(&[b'x'; READ_BYTES], |_| panic!("the line did not end"));
            assert!(lines.line.len() <= LOG_LINE_BYTES_MAX);
        }
        let mut found = String::new();
        lines.feed(b"\n", |line| line.clone_into(&mut found));
        let left_out = 100 * READ_BYTES - LOG_LINE_BYTES_MAX;
        assert!(found.ends_with(&format!("[{left_out} more bytes]")));
    }

    #[test]
    fn the_tail_keeps_the_last_lines_without_escape_sequences() {
        let tail = Tail::default();
        for number in 0..=STDERR_TAIL_LINES_MAX {
            tail.push(&format!("\u{1b}[31m{number}"));
        }
        let diagnosis = tail.diagnosis();
        assert_eq!(diagnosis.stderr_tail().len(), STDERR_TAIL_LINES_MAX);
        assert_eq!(diagnosis.stderr_tail()[0], "\\u{1b}[31m1");
        tail.push(&"x".repeat(STDERR_TAIL_LINE_CHARACTERS_MAX + 1));
        assert_eq!(tail.diagnosis().stderr_tail().last().unwrap().len(), STDERR_TAIL_LINE_CHARACTERS_MAX);
    }

    #[tokio::test]
    async fn what_a_writer_is_behind_costs_no_more_memory_than_is_counted_however_small_the_pieces_are() {
        let output = vec![b'x'; READ_BYTES];
        for length in [1, SINK_BYTES_MAX / SINK_CHUNKS_MAX, READ_BYTES / 2, READ_BYTES] {
            let mut kept = 0;
            for _ in 0..SINK_CHUNKS_MAX.min(SINK_BYTES_MAX / length) {
                let piece = read(&mut &output[..length]).await.expect("there is more");
                assert_eq!(piece.len(), length);
                kept += piece.try_into_mut().expect("no other piece has a part of its memory").capacity();
            }
            assert!(kept <= 2 * SINK_BYTES_MAX, "pieces of {length} bytes keep {kept} bytes");
        }
    }

    /// A log that stands still until the other end of its channel is gone.
    struct Still(Mutex<mpsc::Receiver<()>>);

    impl Subscriber for Still {
        fn enabled(&self, _metadata: &Metadata<'_>) -> bool {
            true
        }

        fn new_span(&self, _span: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }

        fn record(&self, _span: &Id, _values: &Record<'_>) {}

        fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

        fn event(&self, _event: &Event<'_>) {
            // It is only ever told that the other end is gone.
            let _ = self.0.lock().unwrap().recv();
        }

        fn enter(&self, _span: &Id) {}

        fn exit(&self, _span: &Id) {}
    }

    /// The way of standard error into a log that stands still until the sender is dropped.
    pub(in crate::client) fn forwarder_that_stands_still() -> (mpsc::Sender<()>, LogForwarder) {
        let (held, still) = mpsc::channel();
        let log = PluginLog {
            plugin: "kv".into(),
            lowest: tracing::Level::TRACE,
            line_bytes_max: LOG_LINE_BYTES_MAX,
            bytes_per_second: LOG_BYTES_PER_SECOND_DEFAULT,
        };
        let _log = tracing::subscriber::set_default(Still(Mutex::new(still)));
        (held, log.forwarder("stderr"))
    }

    #[tokio::test]
    async fn the_last_words_are_there_though_the_log_stands_still() {
        let _turn = TURN.lock().await;
        let (held, forwarder) = forwarder_that_stands_still();
        let tail = Tail::default();
        let mut task = drain_stderr(Box::pin(&b"no table\n"[..]), forwarder, tail.clone(), None);
        let ended = tokio::time::timeout(Duration::from_secs(10), tail.ended()).await;
        ended.expect("nobody waits for the log");
        assert_eq!(tail.text(), "no table\n");
        drop(held);
        task.ended().await;
    }
}

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::limits::{SINK_BYTES_MAX, SINK_CHUNKS_MAX};
use crate::task::OwnedTask;

/// A writer of the host's for the plugin's output. Giving it bytes never waits.
pub(super) struct Sink {
    name: &'static str,
    writer: Pin<Box<dyn AsyncWrite + Send>>,
}

impl Sink {
    pub(super) fn new(name: &'static str, writer: impl AsyncWrite + Send + 'static) -> Self {
        Self { name, writer: Box::pin(writer) }
    }

    /// Begins to write. The task ends when all senders are gone and everything is written.
    pub(super) fn open(self) -> (SinkSender, SinkTask) {
        let (sender, receiver) = mpsc::channel(SINK_CHUNKS_MAX);
        let backlog =
            Arc::new(Backlog { name: self.name, waiting: AtomicUsize::new(0), dropped: AtomicUsize::new(0) });
        let task = OwnedTask::spawn(write_all(self.writer, receiver, Arc::clone(&backlog)));
        (SinkSender { sender, backlog }, SinkTask { task })
    }
}

async fn write_all(
    mut writer: Pin<Box<dyn AsyncWrite + Send>>,
    mut chunks: mpsc::Receiver<Bytes>,
    backlog: Arc<Backlog>,
) {
    while let Some(chunk) = chunks.recv().await {
        let written = match writer.write_all(&chunk).await {
            Ok(()) => writer.flush().await,
            Err(error) => Err(error),
        };
        let waiting = backlog.release(chunk.len());
        if let Err(error) = written {
            let stream = backlog.name;
            tracing::warn!(stream, %error, "the writer for the plugin's output failed; the rest is dropped");
            return;
        }
        // Not before it has caught up by half: a writer that is always late would be reported with every piece.
        if waiting <= SINK_BYTES_MAX / 2 && chunks.len() <= SINK_CHUNKS_MAX / 2 {
            backlog.report();
        }
    }
}

/// What the writer is behind. The readers of the pipe and of the stdio stream share it with the writer.
#[derive(Debug)]
struct Backlog {
    name: &'static str,
    /// Bytes that the writer has not written yet.
    waiting: AtomicUsize,
    /// Bytes that were dropped since the last report.
    dropped: AtomicUsize,
}

impl Backlog {
    /// Makes place for a piece. Where nothing waits there is place for any: its memory is taken already.
    fn reserve(&self, length: usize) -> bool {
        let reserved = self.waiting.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |waiting| {
            let after = waiting.saturating_add(length);
            (waiting == 0 || after <= SINK_BYTES_MAX).then_some(after)
        });
        reserved.is_ok()
    }

    /// Gives the place of a piece back, and says what is still taken.
    fn release(&self, length: usize) -> usize {
        self.waiting.fetch_sub(length, Ordering::Relaxed).saturating_sub(length)
    }

    /// Counts what was dropped. Only the first of many is worth a line of its own.
    fn drop_bytes(&self, length: usize) {
        if self.dropped.fetch_add(length, Ordering::Relaxed) == 0 {
            tracing::warn!(
                stream = self.name,
                "the writer for the plugin's output is too slow; output is dropped"
            );
        }
    }

    fn report(&self) {
        let bytes = self.dropped.swap(0, Ordering::Relaxed);
        if bytes > 0 {
            tracing::warn!(
                stream = self.name,
                bytes,
                "output of the plugin was dropped: its writer was too slow"
            );
        }
    }
}

/// The end, be it in order or not.
impl Drop for Backlog {
    fn drop(&mut self) {
        self.report();
    }
}

/// The plugin's end of a [`Sink`].
#[derive(Clone, Debug)]
pub(super) struct SinkSender {
    sender: mpsc::Sender<Bytes>,
    backlog: Arc<Backlog>,
}

impl SinkSender {
    /// Gives bytes to the writer, or drops them if it is far behind.
    pub(super) fn send(&self, bytes: Bytes) {
        // A writer that failed has been reported; it is not too slow.
        if bytes.is_empty() || self.sender.is_closed() {
            return;
        }
        let length = bytes.len();
        if !self.backlog.reserve(length) {
            self.backlog.drop_bytes(length);
            return;
        }
        match self.sender.try_send(bytes) {
            Ok(()) => {}
            Err(error) => {
                self.backlog.release(length);
                if matches!(error, mpsc::error::TrySendError::Full(_)) {
                    self.backlog.drop_bytes(length);
                }
            }
        }
    }
}

/// The writing itself.
#[derive(Debug)]
pub(super) struct SinkTask {
    task: OwnedTask,
}

impl SinkTask {
    /// Waits until everything is written, or until this moment.
    pub(super) async fn finish(mut self, last: Instant) {
        drop(tokio::time::timeout_at(last, self.task.ended()).await);
    }
}

impl fmt::Debug for Sink {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Sink").field(&self.name).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Mutex;

    use tokio::io::AsyncReadExt;

    use super::*;

    fn waiting(sender: &SinkSender) -> usize {
        sender.backlog.waiting.load(Ordering::Relaxed)
    }

    fn dropped(sender: &SinkSender) -> usize {
        sender.backlog.dropped.load(Ordering::Relaxed)
    }

    #[tokio::test]
    async fn a_piece_larger_than_the_bound_is_written_where_nothing_waits() {
        let (writer, mut written) = tokio::io::duplex(64 * 1024);
        let (sender, task) = Sink::new("test", writer).open();
        sender.send(Bytes::from(vec![b'x'; 2 * SINK_BYTES_MAX]));
        // Now something waits, and it is more than the bound.
        sender.send(Bytes::from_static(b"too late"));
        assert_eq!(dropped(&sender), 8);
        let mut all = vec![0; 2 * SINK_BYTES_MAX];
        written.read_exact(&mut all).await.unwrap();
        drop(sender);
        task.finish(Instant::now() + std::time::Duration::from_secs(20)).await;
        assert_eq!(written.read(&mut all).await.unwrap(), 0);
    }

    #[tokio::test]
    async fn the_small_pieces_of_a_plugin_in_go_have_as_much_place_as_large_ones() {
        let (writer, _written) = tokio::io::duplex(1);
        let (sender, _task) = Sink::new("test", writer).open();
        for _ in 0..SINK_BYTES_MAX / 1024 {
            sender.send(Bytes::from(vec![b'x'; 1024]));
        }
        assert_eq!((waiting(&sender), dropped(&sender)), (SINK_BYTES_MAX, 0));
    }

    #[tokio::test]
    async fn a_writer_that_failed_leaves_nothing_waiting() {
        let (writer, written) = tokio::io::duplex(1);
        drop(written);
        let (sender, mut task) = Sink::new("test", writer).open();
        sender.send(Bytes::from_static(b"lost"));
        task.task.ended().await;
        for _ in 0..2 * SINK_CHUNKS_MAX {
            sender.send(Bytes::from(vec![b'x'; SINK_BYTES_MAX / 2]));
        }
        assert_eq!((waiting(&sender), dropped(&sender)), (0, 0));
    }

    #[tokio::test]
    async fn two_readers_together_stay_within_the_bound() {
        let (writer, _written) = tokio::io::duplex(1);
        let (sender, _task) = Sink::new("test", writer).open();
        std::thread::scope(|threads| {
            for _ in 0..2 {
                let sender = sender.clone();
                threads.spawn(move || {
                    for _ in 0..SINK_CHUNKS_MAX / 2 {
                        sender.send(Bytes::from(vec![b'x'; SINK_BYTES_MAX / 100]));
                    }
                });
            }
        });
        assert_eq!(waiting(&sender), SINK_BYTES_MAX / 100 * 100);
        assert_eq!(waiting(&sender) + dropped(&sender), SINK_BYTES_MAX / 100 * SINK_CHUNKS_MAX);
    }

    /// Keeps the lines that `tracing` is told on this thread.
    #[derive(Default)]
    struct Lines(Mutex<Vec<String>>);

    impl tracing::Subscriber for Lines {
        fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
            *metadata.level() == tracing::Level::WARN
        }

        fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
            tracing::span::Id::from_u64(1)
        }

        fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

        fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

        fn event(&self, event: &tracing::Event<'_>) {
            let mut line = String::new();
            event.record(&mut |field: &tracing::field::Field, value: &dyn fmt::Debug| {
                line.push_str(&format!("{field}={value:?} "));
            });
            self.0.lock().unwrap().push(line);
        }

        fn enter(&self, _: &tracing::span::Id) {}

        fn exit(&self, _: &tracing::span::Id) {}
    }

    #[tokio::test]
    async fn a_slow_writer_is_reported_once_when_it_begins_and_once_when_it_is_over() -> io::Result<()> {
        let lines = Arc::new(Lines::default());
        // With one subscriber `tracing` asks whichever thread comes first, and a test beside this one has none.
        let _second = tracing::Dispatch::new(Lines::default());
        let _listening = tracing::subscriber::set_default(Arc::clone(&lines));
        let (writer, mut written) = tokio::io::duplex(1);
        let (sender, task) = Sink::new("test", writer).open();
        for _ in 0..SINK_CHUNKS_MAX + 100 {
            sender.send(Bytes::from_static(b"0123456789"));
        }
        assert_eq!(lines.0.lock().unwrap().len(), 1, "{:?}", lines.0);
        let mut all = vec![0; 10 * SINK_CHUNKS_MAX];
        written.read_exact(&mut all).await?;
        drop(sender);
        task.finish(Instant::now() + std::time::Duration::from_secs(20)).await;
        let lines = lines.0.lock().unwrap();
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(lines[1].contains("bytes=1000 "), "{lines:?}");
        Ok(())
    }
}

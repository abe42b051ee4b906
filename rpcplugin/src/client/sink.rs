use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;

use crate::limits::{OUTPUT_DRAIN_TIMEOUT, SINK_BYTES_MAX, SINK_CHUNKS_MAX};
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
        let waiting = Arc::new(AtomicUsize::new(0));
        let task = OwnedTask::spawn(write_all(self.name, self.writer, receiver, Arc::clone(&waiting)));
        (SinkSender { name: self.name, sender, waiting }, SinkTask { task })
    }
}

async fn write_all(
    name: &'static str,
    mut writer: Pin<Box<dyn AsyncWrite + Send>>,
    mut chunks: mpsc::Receiver<Bytes>,
    waiting: Arc<AtomicUsize>,
) {
    while let Some(chunk) = chunks.recv().await {
        let written = match writer.write_all(&chunk).await {
            Ok(()) => writer.flush().await,
            Err(error) => Err(error),
        };
        waiting.fetch_sub(chunk.len(), Ordering::Relaxed);
        if let Err(error) = written {
            tracing::warn!(stream = name, %error, "the writer for the plugin's output failed; the rest is dropped");
            return;
        }
    }
}

/// The plugin's end of a [`Sink`].
#[derive(Clone, Debug)]
pub(super) struct SinkSender {
    name: &'static str,
    sender: mpsc::Sender<Bytes>,
    /// Bytes that the writer has not written yet.
    waiting: Arc<AtomicUsize>,
}

impl SinkSender {
    /// Gives bytes to the writer, or drops them if it is far behind.
    pub(super) fn send(&self, bytes: Bytes) {
        let length = bytes.len();
        // Only this side adds, so what is seen here can only have become less.
        let fits = self.waiting.load(Ordering::Relaxed).saturating_add(length) <= SINK_BYTES_MAX;
        if fits {
            self.waiting.fetch_add(length, Ordering::Relaxed);
        }
        let sent = fits.then(|| self.sender.try_send(bytes));
        match sent {
            Some(Ok(()) | Err(mpsc::error::TrySendError::Closed(_))) => {}
            Some(Err(mpsc::error::TrySendError::Full(_))) => {
                self.waiting.fetch_sub(length, Ordering::Relaxed);
                self.warn(length);
            }
            None => self.warn(length),
        }
    }

    fn warn(&self, length: usize) {
        tracing::warn!(
            stream = self.name,
            length,
            "output of the plugin was dropped: its writer is too slow"
        );
    }
}

/// The writing itself.
#[derive(Debug)]
pub(super) struct SinkTask {
    task: OwnedTask,
}

impl SinkTask {
    /// Waits until everything is written, within reason.
    pub(super) async fn finish(mut self) {
        drop(tokio::time::timeout(OUTPUT_DRAIN_TIMEOUT, self.task.ended()).await);
    }
}

impl fmt::Debug for Sink {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Sink").field(&self.name).finish()
    }
}

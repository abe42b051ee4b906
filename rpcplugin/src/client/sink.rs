use std::fmt;
use std::pin::Pin;

use bytes::Bytes;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;

use crate::limits::{OUTPUT_DRAIN_TIMEOUT, SINK_CHUNKS_MAX};
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
        let task = OwnedTask::spawn(write_all(self.name, self.writer, receiver));
        (SinkSender { name: self.name, sender }, SinkTask { task })
    }
}

async fn write_all(
    name: &'static str,
    mut writer: Pin<Box<dyn AsyncWrite + Send>>,
    mut chunks: mpsc::Receiver<Bytes>,
) {
    while let Some(chunk) = chunks.recv().await {
        let written = match writer.write_all(&chunk).await {
            Ok(()) => writer.flush().await,
            Err(error) => Err(error),
        };
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
}

impl SinkSender {
    /// Gives bytes to the writer, or drops them if it is far behind.
    pub(super) fn send(&self, bytes: Bytes) {
        match self.sender.try_send(bytes) {
            Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => {}
            Err(mpsc::error::TrySendError::Full(bytes)) => {
                let length = bytes.len();
                tracing::warn!(
                    stream = self.name,
                    length,
                    "output of the plugin was dropped: its writer is too slow"
                );
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

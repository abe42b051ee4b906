//! What the plugin prints crosses to its host.

use crate::contract::Status;
use crate::rpc::Streaming;
use crate::services::plugin::StdioData;

/// Carries what the plugin prints.
#[rpcplugin::rpc_protocol(service = "plugin.GRPCStdio")]
#[allow(dead_code, reason = "a host uses the client, a plugin the server")]
pub(crate) trait Stdio {
    /// Sends every byte that the plugin prints from now on.
    async fn stream_stdio(&self, request: ()) -> Result<Streaming<StdioData>, Status>;
}

#[cfg(feature = "server")]
pub(crate) use queue::StdioQueue;

#[cfg(feature = "server")]
mod queue {
    use std::collections::VecDeque;
    use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

    use futures_util::stream;
    use tokio::sync::{Notify, watch};

    use super::*;
    use crate::limits::{STDIO_CHUNK_BYTES_MAX, STDIO_CHUNKS_MAX};
    use crate::services::plugin::stdio_data::Channel;

    /// The plugin's end: output waits here until the host reads it.
    ///
    /// Writing never blocks: when the host does not read, the oldest output is dropped.
    #[derive(Debug)]
    pub(crate) struct StdioQueue {
        state: Mutex<State>,
        written: Notify,
        ended: watch::Receiver<bool>,
    }

    #[derive(Debug, Default)]
    struct State {
        chunks: VecDeque<StdioData>,
        has_reader: bool,
        dropped: u64,
    }

    impl StdioQueue {
        pub(crate) fn new(ended: watch::Receiver<bool>) -> Self {
            Self { state: Mutex::default(), written: Notify::new(), ended }
        }

        pub(crate) fn write(&self, channel: Channel, bytes: &[u8]) {
            let mut state = self.lock();
            for chunk in bytes.chunks(STDIO_CHUNK_BYTES_MAX) {
                if state.chunks.len() == STDIO_CHUNKS_MAX {
                    state.chunks.pop_front();
                    state.dropped += 1;
                }
                state.chunks.push_back(StdioData { channel: channel.into(), data: chunk.to_vec() });
            }
            drop(state);
            self.written.notify_one();
        }

        /// The next chunk, `None` when the output ended and nothing is left.
        async fn next(&self) -> Option<StdioData> {
            let mut ended = self.ended.clone();
            loop {
                let written = self.written.notified();
                if let Some(chunk) = self.take() {
                    return Some(chunk);
                }
                tokio::select! {
                    () = written => {}
                    // An error means that the plugin is gone, which is an end as well.
                    _ = ended.wait_for(|ended| *ended) => return self.take(),
                }
            }
        }

        fn take(&self) -> Option<StdioData> {
            let mut state = self.lock();
            let dropped = std::mem::take(&mut state.dropped);
            let chunk = state.chunks.pop_front();
            drop(state);
            if dropped > 0 {
                tracing::warn!(chunks = dropped, "output was dropped because the host did not read it");
            }
            chunk
        }

        fn lock(&self) -> MutexGuard<'_, State> {
            // The state is whole after every statement, so a panic elsewhere cannot have broken it.
            self.state.lock().unwrap_or_else(PoisonError::into_inner)
        }
    }

    /// The right to read, given back when the stream ends.
    struct Reader(Arc<StdioQueue>);

    impl Drop for Reader {
        fn drop(&mut self) {
            self.0.lock().has_reader = false;
        }
    }

    impl Stdio for Arc<StdioQueue> {
        async fn stream_stdio(&self, _request: ()) -> Result<Streaming<StdioData>, Status> {
            // Two readers would each see half of the output.
            if std::mem::replace(&mut self.lock().has_reader, true) {
                return Err(Status::failed_precondition(
                    "the output of this plugin is being read already; close the other stream first",
                ));
            }
            let reader = Reader(Self::clone(self));
            let chunks = stream::unfold(reader, |reader| async move {
                let chunk = reader.0.next().await?;
                Some((Ok(chunk), reader))
            });
            Ok(Streaming::new(chunks))
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn queue() -> (watch::Sender<bool>, Arc<StdioQueue>) {
            let (end, ended) = watch::channel(false);
            (end, Arc::new(StdioQueue::new(ended)))
        }

        #[tokio::test]
        async fn output_before_and_after_the_reader_arrives_in_order() {
            let (end, queue) = queue();
            queue.write(Channel::Stdout, b"before");
            let mut chunks = queue.stream_stdio(()).await.unwrap();
            queue.write(Channel::Stderr, b"after");
            assert_eq!(chunks.message().await.unwrap().unwrap().data, b"before");
            let second = chunks.message().await.unwrap().unwrap();
            assert_eq!((second.channel(), second.data.as_slice()), (Channel::Stderr, &b"after"[..]));
            queue.write(Channel::Stdout, b"last");
            end.send_replace(true);
            assert_eq!(chunks.message().await.unwrap().unwrap().data, b"last");
            assert!(chunks.message().await.unwrap().is_none());
        }

        #[tokio::test]
        async fn nobody_reading_costs_the_oldest_output_and_no_memory() {
            let (_end, queue) = queue();
            for number in 0..=STDIO_CHUNKS_MAX {
                queue.write(Channel::Stdout, number.to_string().as_bytes());
            }
            let mut chunks = queue.stream_stdio(()).await.unwrap();
            assert_eq!(chunks.message().await.unwrap().unwrap().data, b"1");
        }

        #[tokio::test]
        async fn a_second_reader_is_refused_until_the_first_is_gone() {
            let (_end, queue) = queue();
            let first = queue.stream_stdio(()).await.unwrap();
            assert!(queue.stream_stdio(()).await.is_err());
            drop(first);
            assert!(queue.stream_stdio(()).await.is_ok());
        }
    }
}

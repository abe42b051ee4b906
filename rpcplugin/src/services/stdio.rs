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
    use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};

    use super::*;
    use crate::limits::{STDIO_BYTES_MAX, STDIO_CHUNK_BYTES_MAX};
    use crate::services::plugin::stdio_data::Channel;

    /// The plugin's end: output waits here until the host reads it.
    ///
    /// Writing never blocks: when the host does not read, the oldest output is dropped.
    #[derive(Debug)]
    pub(crate) struct StdioQueue {
        state: Mutex<State>,
        written: Notify,
        ended: watch::Receiver<bool>,
        /// Whose turn it is to read: two readers would each see half of the output.
        turn: Arc<Semaphore>,
    }

    #[derive(Debug, Default)]
    struct State {
        chunks: VecDeque<StdioData>,
        /// What the chunks cost together.
        bytes: usize,
        /// Bytes of output since the host was last told.
        dropped: usize,
    }

    /// What a chunk costs. It counts itself: one byte to each channel in turn is a chunk for each byte.
    fn cost(chunk: &StdioData) -> usize {
        chunk.data.len() + size_of::<StdioData>()
    }

    impl State {
        fn push(&mut self, channel: Channel, mut bytes: &[u8]) {
            // A program that prints in small pieces would fill the queue with chunks of a few bytes.
            if let Some(last) = self.chunks.back_mut().filter(|last| last.channel() == channel) {
                let room = STDIO_CHUNK_BYTES_MAX.saturating_sub(last.data.len()).min(bytes.len());
                let (now, rest) = bytes.split_at(room);
                last.data.extend_from_slice(now);
                self.bytes += room;
                bytes = rest;
            }
            for piece in bytes.chunks(STDIO_CHUNK_BYTES_MAX) {
                let chunk = StdioData { channel: channel.into(), data: piece.to_vec() };
                self.bytes += cost(&chunk);
                self.chunks.push_back(chunk);
                self.shrink();
            }
            self.shrink();
        }

        /// Drops the oldest output until the rest is within its bound.
        fn shrink(&mut self) {
            while self.bytes > STDIO_BYTES_MAX {
                let Some(oldest) = self.pop() else { return };
                self.dropped += oldest.data.len();
            }
        }

        fn pop(&mut self) -> Option<StdioData> {
            let chunk = self.chunks.pop_front()?;
            self.bytes -= cost(&chunk);
            Some(chunk)
        }
    }

    impl StdioQueue {
        pub(crate) fn new(ended: watch::Receiver<bool>) -> Self {
            let turn = Arc::new(Semaphore::new(1));
            Self { state: Mutex::default(), written: Notify::new(), ended, turn }
        }

        pub(crate) fn write(&self, channel: Channel, bytes: &[u8]) {
            self.lock().push(channel, bytes);
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
            let chunk = state.pop();
            drop(state);
            if dropped > 0 {
                tracing::warn!(bytes = dropped, "output was dropped because the host did not read it");
            }
            chunk
        }

        fn lock(&self) -> MutexGuard<'_, State> {
            // The state is whole after every statement, so a panic elsewhere cannot have broken it.
            self.state.lock().unwrap_or_else(PoisonError::into_inner)
        }
    }

    /// A stream of a host's.
    struct Reader {
        queue: Arc<StdioQueue>,
        /// The right to read, given back when the stream ends.
        turn: Option<OwnedSemaphorePermit>,
    }

    impl Reader {
        /// The next chunk, `None` when the output has ended.
        ///
        /// A host may come before the plugin has noticed that the one before it is gone, so its stream waits: one that was
        /// refused would never see any of the output.
        async fn next(&mut self) -> Option<StdioData> {
            if self.turn.is_none() {
                let mut ended = self.queue.ended.clone();
                if self.queue.turn.available_permits() == 0 {
                    tracing::debug!(
                        "another host reads the output; what comes goes to this one when that has gone"
                    );
                }
                let turn = tokio::select! {
                    biased;
                    turn = Arc::clone(&self.queue.turn).acquire_owned() => turn.ok()?,
                    // What is left is for the one whose turn it is.
                    _ = ended.wait_for(|ended| *ended) => return None,
                };
                self.turn = Some(turn);
            }
            self.queue.next().await
        }
    }

    impl Stdio for Arc<StdioQueue> {
        async fn stream_stdio(&self, _request: ()) -> Result<Streaming<StdioData>, Status> {
            let reader = Reader { queue: Self::clone(self), turn: None };
            let chunks = stream::unfold(reader, |mut reader| async move {
                let chunk = reader.next().await?;
                Some((Ok(chunk), reader))
            });
            Ok(Streaming::new(chunks))
        }
    }

    #[cfg(test)]
    mod tests {
        use futures_util::FutureExt;

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
        async fn many_small_writes_all_arrive() {
            let (end, queue) = queue();
            let lines: Vec<_> = (0..20_000).map(|number| format!("line {number}\n")).collect();
            for line in &lines {
                queue.write(Channel::Stdout, line.as_bytes());
            }
            end.send_replace(true);
            let mut chunks = queue.stream_stdio(()).await.unwrap();
            let mut arrived = Vec::new();
            while let Some(chunk) = chunks.message().await.unwrap() {
                assert!(chunk.data.len() <= STDIO_CHUNK_BYTES_MAX);
                arrived.extend(chunk.data);
            }
            assert!(arrived == lines.concat().into_bytes());
        }

        #[test]
        fn nobody_reading_costs_the_oldest_output_and_no_memory() {
            let (_end, queue) = queue();
            let piece = [b'x'; 100];
            let written = 2 * STDIO_BYTES_MAX / piece.len() * piece.len();
            queue.write(Channel::Stdout, b"the oldest");
            for _ in 0..written / piece.len() {
                queue.write(Channel::Stdout, &piece);
            }
            queue.write(Channel::Stdout, b"the newest");
            let state = queue.lock();
            assert!(state.bytes <= STDIO_BYTES_MAX);
            let kept: Vec<_> = state.chunks.iter().flat_map(|chunk| chunk.data.iter().copied()).collect();
            assert!(kept.len() > STDIO_BYTES_MAX - 2 * STDIO_CHUNK_BYTES_MAX, "{} are kept", kept.len());
            assert!(!kept.starts_with(b"the oldest") && kept.ends_with(b"the newest"));
            assert_eq!(state.dropped, written + 20 - kept.len(), "each byte is kept or counted");
        }

        #[test]
        fn a_byte_to_each_channel_in_turn_costs_no_more() {
            let (_end, queue) = queue();
            for _ in 0..STDIO_BYTES_MAX / 16 {
                queue.write(Channel::Stdout, b"o");
                queue.write(Channel::Stderr, b"e");
            }
            let state = queue.lock();
            assert!(state.chunks.len() <= STDIO_BYTES_MAX / size_of::<StdioData>());
            assert_eq!(state.bytes, state.chunks.iter().map(cost).sum::<usize>());
        }

        #[test]
        fn one_write_larger_than_the_queue_leaves_its_end() {
            let (_end, queue) = queue();
            let mut bytes = vec![b'x'; 2 * STDIO_BYTES_MAX];
            bytes.extend(b"the end");
            queue.write(Channel::Stdout, &bytes);
            let state = queue.lock();
            assert!(state.bytes <= STDIO_BYTES_MAX && state.dropped > 0);
            assert!(state.chunks.back().unwrap().data.ends_with(b"the end"));
        }

        /// What a reader has at once; `None` where it waits.
        fn now(chunks: &mut Streaming<StdioData>) -> Option<Option<Vec<u8>>> {
            let chunk = chunks.message().now_or_never()?;
            Some(chunk.unwrap().map(|chunk| chunk.data))
        }

        #[tokio::test]
        async fn a_second_reader_waits_until_the_first_is_gone() {
            let (_end, queue) = queue();
            let mut first = queue.stream_stdio(()).await.unwrap();
            let mut second = queue.stream_stdio(()).await.unwrap();
            assert_eq!(now(&mut first), None);
            for text in ["one", "two"] {
                queue.write(Channel::Stdout, text.as_bytes());
                assert_eq!(now(&mut second), None, "all of it is for the first");
                assert_eq!(now(&mut first), Some(Some(text.into())));
            }
            queue.write(Channel::Stdout, b"three");
            drop(first);
            assert_eq!(now(&mut second), Some(Some(b"three".into())));
        }

        #[tokio::test]
        async fn a_reader_that_is_gone_before_its_turn_holds_up_nobody() {
            let (_end, queue) = queue();
            let mut first = queue.stream_stdio(()).await.unwrap();
            let mut second = queue.stream_stdio(()).await.unwrap();
            assert_eq!(now(&mut first), None);
            assert_eq!(now(&mut second), None);
            let mut third = queue.stream_stdio(()).await.unwrap();
            drop((second, first));
            queue.write(Channel::Stdout, b"for the third");
            assert_eq!(now(&mut third), Some(Some(b"for the third".into())));
        }

        #[tokio::test]
        async fn a_reader_that_waits_for_its_turn_ends_with_the_output() {
            let (end, queue) = queue();
            let mut first = queue.stream_stdio(()).await.unwrap();
            let mut second = queue.stream_stdio(()).await.unwrap();
            assert_eq!(now(&mut first), None);
            assert_eq!(now(&mut second), None);
            end.send_replace(true);
            assert_eq!(now(&mut second), Some(None));
        }
    }
}

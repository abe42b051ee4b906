use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use crate::limits::STDERR_KEPT_BYTES_MAX;

/// The last bytes of a stream that somebody reads, and whether anybody still does.
#[derive(Debug, Default)]
pub(super) struct LastBytes {
    bytes: Mutex<VecDeque<u8>>,
    readers: watch::Sender<usize>,
}

/// Somebody who reads, and may still push. Dropping it says that this one has come to its end.
#[derive(Debug)]
pub(super) struct Reader(Arc<LastBytes>);

impl LastBytes {
    /// From now on there is somebody to wait for.
    pub(super) fn reader(self: &Arc<Self>) -> Reader {
        self.readers.send_modify(|readers| *readers = readers.saturating_add(1));
        Reader(Arc::clone(self))
    }

    /// Waits until nobody reads. Cancel-safe.
    pub(super) async fn ended(&self) {
        // The sender is in `self`.
        drop(self.readers.subscribe().wait_for(|readers| *readers == 0).await);
    }

    /// Takes bytes that were read, in the place of the oldest.
    pub(super) fn push(&self, new: &[u8]) {
        let beginning = new.len().saturating_sub(STDERR_KEPT_BYTES_MAX);
        let new = new.get(beginning..).unwrap_or_default();
        let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        let over = (bytes.len() + new.len()).saturating_sub(STDERR_KEPT_BYTES_MAX);
        bytes.drain(..over);
        bytes.extend(new);
    }

    /// All of them as text; what is none is replaced.
    pub(super) fn text(&self) -> String {
        let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(bytes.make_contiguous()).into_owned()
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.0.readers.send_modify(|readers| *readers = readers.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_bytes_are_kept_however_they_come() {
        let all: Vec<u8> = (0..200_000_u32).flat_map(|number| format!("{number}\n").into_bytes()).collect();
        for piece in [1000, 8 * 1024, STDERR_KEPT_BYTES_MAX, all.len()] {
            let last = LastBytes::default();
            all.chunks(piece).for_each(|piece| last.push(piece));
            assert!(last.text().as_bytes() == &all[all.len() - STDERR_KEPT_BYTES_MAX..], "{piece}");
        }
        let last = LastBytes::default();
        last.push(b"short\xff");
        assert_eq!(last.text(), "short\u{fffd}");
    }

    #[tokio::test]
    async fn the_end_is_that_of_the_last_reader() {
        let last = Arc::<LastBytes>::default();
        last.ended().await;
        let readers = [last.reader(), last.reader()];
        for reader in readers {
            assert!(futures_util::FutureExt::now_or_never(last.ended()).is_none());
            drop(reader);
        }
        last.ended().await;
    }
}

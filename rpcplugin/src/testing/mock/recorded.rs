use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::StreamExt;

use crate::call::{Call, MessageStream, Messages, Metadata};
use crate::contract::MethodSpec;
use crate::message::{DecodeError, Message};

/// A call that a [`MockService`](crate::testing::MockService) saw.
#[derive(Clone)]
pub struct RecordedCall {
    method: &'static MethodSpec,
    metadata: Metadata,
    /// Of a stream, what the answer has read so far.
    requests: Arc<Mutex<Vec<Bytes>>>,
}

impl RecordedCall {
    /// Writes a call down, and gives it back. Requests that come later are written down when they are read.
    pub(super) fn record(mut call: Call) -> (Self, Call) {
        let requests = Arc::new(Mutex::new(Vec::new()));
        let recorded = Self {
            method: call.method(),
            metadata: call.context().metadata().clone(),
            requests: Arc::clone(&requests),
        };
        let messages = std::mem::replace(call.messages_mut(), Messages::One(Bytes::new()));
        *call.messages_mut() = match messages {
            Messages::One(bytes) => {
                recorded.push(bytes.clone());
                Messages::One(bytes)
            }
            Messages::Many(messages) => {
                let recorded = recorded.clone();
                Messages::Many(MessageStream::new(messages.inspect(move |item| {
                    if let Ok(bytes) = item {
                        recorded.push(bytes.clone());
                    }
                })))
            }
        };
        (recorded, call)
    }

    fn push(&self, bytes: Bytes) {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(bytes);
    }

    /// What was called.
    #[must_use]
    pub const fn method(&self) -> &'static MethodSpec {
        self.method
    }

    /// What the caller sent beside its messages.
    #[must_use]
    pub const fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The requests: one, or of a stream those that were read.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] if they are not messages of this type.
    pub fn requests<T: Message>(&self) -> Result<Vec<T>, DecodeError> {
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone();
        requests.into_iter().map(T::decode).collect()
    }
}

impl fmt::Debug for RecordedCall {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Payloads may be secret, in a test's log as well.
        formatter
            .debug_struct("RecordedCall")
            .field("path", &self.method.path)
            .field("metadata", &self.metadata)
            .finish_non_exhaustive()
    }
}

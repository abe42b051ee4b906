//! Questions over UDP: which datagram is the answer?

use std::io;

use super::timing::within;
use super::{FamilyError, FamilySocket};
use crate::limits::FAMILY_STALE_DATAGRAMS_MAX;
use crate::message::{DecodeErrorKind, Family, decode_frame_within, not_found_type};

impl<F: Family> FamilySocket<F> {
    /// Sends a message to the peer of [`connect`](Self::connect), and receives the next one of it, which is taken for its
    /// answer: the frame has no other way to tell.
    ///
    /// What came before the message is sent is no answer to it, and is thrown away; so nothing else should be expected on
    /// this socket. A datagram that does not decode is passed over while there is time. An answer that comes after its
    /// request timed out, and while the next one waits, is taken for the answer to that one; where this matters, put a number
    /// into the messages.
    ///
    /// Requests of several tasks wait for each other.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), and
    /// - [`FamilyError::Timeout`] if no answer comes within the read timeout: a datagram may have been lost;
    /// - [`FamilyError::Datagram`] if all that came within it did not decode, with the reason of the last;
    /// - [`FamilyError::NotFound`] if the answer is `NOT_FOUND`, even where the family has a value for it;
    /// - [`FamilyError::Io`] if the peer refused the datagram, for example.
    ///
    /// # Cancel safety
    ///
    /// Not cancel-safe: the answer may come later, see above. The next request need not wait for it.
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::{BinaryMessage, FamilyOptions, FamilySocket};
    ///
    /// #[derive(Debug, PartialEq, BinaryMessage)]
    /// #[binary(family)]
    /// enum Counter {
    ///     #[binary(id = 1)]
    ///     Value { value: u32 },
    /// }
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), rpcplugin::FamilyError> {
    /// let server = FamilySocket::bind("127.0.0.1:0", FamilyOptions::new()).await?;
    /// let client = FamilySocket::bind("127.0.0.1:0", FamilyOptions::new()).await?;
    /// client.connect(server.local_addr()?).await?;
    /// let counting = server.serve(|Counter::Value { value }, _peer| async move {
    ///     Ok::<_, std::convert::Infallible>(Some(Counter::Value { value: value + 1 }))
    /// });
    /// let question = Counter::Value { value: 1 };
    /// let answer = tokio::select! {
    ///     never = counting => match never {},
    ///     answer = client.request(&question) => answer?,
    /// };
    /// assert_eq!(answer, Counter::Value { value: 2 });
    /// # Ok(())
    /// # }
    /// ```
    pub async fn request(&self, message: &F) -> Result<F, FamilyError> {
        let message_type = message.message_type();
        let frame = self.frame(message)?;
        let _alone = self.asking.lock().await;
        self.drop_stale().await;
        self.write(&frame, None).await?;
        let mut unreadable = None;
        let answer = self.answer(message_type, &mut unreadable);
        let answer = within("receive a message", self.options.read_timeout, answer).await;
        match (answer, unreadable) {
            // What came and could not be read tells more than that nothing came.
            (Err(FamilyError::Timeout { .. }), Some(unreadable)) => Err(unreadable),
            (answer, _) => answer,
        }
    }

    /// The next message. A datagram that is none is kept as the reason why there was none.
    async fn answer(&self, asked: u64, unreadable: &mut Option<FamilyError>) -> Result<F, FamilyError> {
        let not_found = || FamilyError::NotFound { family: F::FAMILY_NAME, message_type: Some(asked) };
        loop {
            let (datagram, peer) = self.read().await?;
            match decode_frame_within::<F>(&datagram, self.options.max_payload_size) {
                Ok(answer) if answer.message_type() == not_found_type::<F>() => return Err(not_found()),
                Ok(answer) => return Ok(answer),
                Err(error) if *error.kind() == DecodeErrorKind::NotFound => return Err(not_found()),
                Err(source) => {
                    tracing::debug!(family = F::FAMILY_NAME, %peer, error = %source, "passed over a datagram");
                    *unreadable = Some(FamilyError::Datagram { peer, source });
                }
            }
        }
    }

    /// Throws away what came before the question, errors of earlier datagrams included.
    async fn drop_stale(&self) {
        if self.peer().is_none() {
            // Sending will fail, and what others sent may be for somebody who receives.
            return;
        }
        // What has come and the runtime has not looked at yet is found only after it did.
        tokio::task::yield_now().await;
        drop(self.take_error());
        for _ in 0..FAMILY_STALE_DATAGRAMS_MAX {
            match self.take() {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                _stale => {}
            }
        }
    }
}

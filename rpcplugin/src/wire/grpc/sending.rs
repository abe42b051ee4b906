//! One direction of a stream of HTTP/2, on its way out.

use std::future::poll_fn;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use h2::{Reason, SendStream};

use super::frame::Framed;
use super::outgoing::Outgoing;
use crate::contract::Status;
use crate::limits::SENT_TOGETHER_TIME_MAX;

/// What is sent on a stream. Dropped before its end, it resets the stream: what was sent must not look complete.
pub(super) struct Sending {
    stream: SendStream<Framed>,
    is_done: bool,
}

/// Why sending stopped.
pub(super) enum Stopped {
    /// The other side, or the connection, wants no more.
    Gone,
    /// There is no more. `Err` is the error in which the messages ended.
    Ended(Result<(), Status>),
}

impl Sending {
    pub(super) const fn new(stream: SendStream<Framed>) -> Self {
        Self { stream, is_done: false }
    }

    /// Sends a message, and the end behind it where it is the last. It is on its way at once, however large it is: the
    /// memory for it is there already.
    pub(super) fn send(&mut self, framed: Framed, is_last: bool) {
        // An error means that the stream is over: whoever reads it is told why.
        drop(self.stream.send_data(framed, is_last));
        self.is_done |= is_last;
    }

    /// Ends in order.
    #[cfg(feature = "client")]
    pub(super) fn finish(mut self) {
        self.send(Framed::together(bytes::Bytes::new()), true);
    }

    /// Ends in order, with the last words.
    #[cfg(feature = "server")]
    pub(super) fn finish_with(mut self, trailers: http::HeaderMap) {
        drop(self.stream.send_trailers(trailers));
        self.is_done = true;
    }

    /// Sends messages for as long as there are any, and no faster than the other side takes them.
    pub(super) async fn send_all(&mut self, outgoing: &mut Outgoing) -> Stopped {
        let mut begun = Instant::now();
        loop {
            match poll_fn(|context| self.poll_next(outgoing, context)).await {
                Ok(framed) => self.send(framed, false),
                Err(stopped) => return stopped,
            }
            // A stream that is always ready must not keep its thread from everybody else, the connection among them.
            if begun.elapsed() >= SENT_TOGETHER_TIME_MAX {
                tokio::task::yield_now().await;
                begun = Instant::now();
            }
        }
    }

    /// The next messages, once there is room for them.
    fn poll_next(
        &mut self,
        outgoing: &mut Outgoing,
        context: &mut Context<'_>,
    ) -> Poll<Result<Framed, Stopped>> {
        if self.stream.poll_reset(context).is_ready() {
            return Poll::Ready(Err(Stopped::Gone));
        }
        // Behind what waits to be sent, of which HTTP/2 takes a bounded amount: one piece more is all that is held here.
        self.stream.reserve_capacity(1);
        while self.stream.capacity() == 0 {
            match ready!(self.stream.poll_capacity(context)) {
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Poll::Ready(Err(Stopped::Gone)),
            }
        }
        outgoing.poll(context).map(|next| match next {
            Some(Ok(framed)) => Ok(framed),
            Some(Err(status)) => Err(Stopped::Ended(Err(status))),
            None => Err(Stopped::Ended(Ok(()))),
        })
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        if !self.is_done {
            self.stream.send_reset(Reason::CANCEL);
        }
    }
}

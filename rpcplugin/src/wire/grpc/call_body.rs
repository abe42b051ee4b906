//! A call whose caller is gone must end, also where the caller still had requests to send.
//!
//! hyper sends a request on its own, and as long as that goes on the stream is open, whether anybody waits for the answer
//! or not. So the two halves of a call are tied: when the answer is dropped, the request fails, and the stream is reset.

use std::convert::Infallible;
use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::sync::oneshot;
use tonic::body::Body;

/// Held with the answer. Dropping it ends the request.
#[derive(Debug)]
pub(super) struct Interest {
    _gone: oneshot::Sender<Infallible>,
}

/// The request of a call, while somebody is interested in its answer.
#[derive(Debug)]
pub(super) struct CallBody {
    body: Body,
    /// Becomes ready when the interest is gone; `None` after that.
    interest: Option<oneshot::Receiver<Infallible>>,
}

impl CallBody {
    pub(super) fn new(body: Body) -> (Self, Interest) {
        let (gone, interest) = oneshot::channel();
        (Self { body, interest: Some(interest) }, Interest { _gone: gone })
    }
}

impl http_body::Body for CallBody {
    type Data = Bytes;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Some(interest) = &mut self.interest
            && Pin::new(interest).poll(context).is_ready()
        {
            self.interest = None;
            // The reason with which the stream is reset.
            return Poll::Ready(Some(Err(h2::Error::from(h2::Reason::CANCEL).into())));
        }
        Pin::new(&mut self.body).poll_frame(context).map_err(Into::into)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

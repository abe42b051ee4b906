//! What a call is told whose connection was lost, where somebody knows more of that than the connection.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::interceptor::End;
use super::under_way::UnderWay;
use crate::call::{Call, MessageStream, Messages, ResponseFuture};
use crate::contract::Status;
use crate::wire::Caller;

/// A status that is on its way. It waits no longer than the word of an end may take.
pub(crate) type Explanation = Pin<Box<dyn Future<Output = Status> + Send>>;

/// Knows why a connection was lost: how the process at its other end has ended.
pub(crate) trait Explain: Send + Sync + fmt::Debug {
    /// The status in better words, if there are any: as it is, if not. It is one for which
    /// [`as_lost`](Status::as_lost) says something.
    fn explain(&self, status: Status) -> Explanation;
}

/// A status in better words, where it has any to hope for.
pub(super) async fn explained(status: Status, explain: Option<&Arc<dyn Explain>>) -> Status {
    match explain.filter(|_| status.as_lost().is_some()) {
        Some(explain) => explain.explain(status).await.settled(),
        None => status,
    }
}

/// A way for calls whose losses are explained to everybody further out.
pub(super) struct Explained {
    pub(super) end: Arc<dyn Caller>,
    pub(super) explain: Arc<dyn Explain>,
}

impl End for Explained {
    fn run(&self, call: Call) -> ResponseFuture {
        let (call, explain) = (self.end.run(call), Arc::clone(&self.explain));
        Box::pin(async move {
            match call.await {
                Ok(Messages::Many(messages)) => {
                    let messages = UnderWay::of_messages(messages, None, Some(explain));
                    Ok(Messages::Many(MessageStream::of(messages)))
                }
                Ok(answer) => Ok(answer),
                Err(status) => Err(explained(status, Some(&explain)).await),
            }
        })
    }
}

use std::future::Future;
use std::task::Poll;

use crate::limits::TESTING_POLLS_MAX;
use crate::testing::TestingError;

/// Polls a future so many times, and drops it where it then stands. `None` if it was dropped before it was ready.
///
/// Between two polls it waits until the future wants to be polled again, as an executor does. With zero it is dropped unpolled.
///
/// # Cancel safety
///
/// Dropping the future drops the other one.
///
/// # Examples
///
/// ```
/// use rpcplugin::testing::poll_then_drop;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let two_steps = || async {
///     tokio::task::yield_now().await;
///     7
/// };
/// assert_eq!(poll_then_drop(two_steps(), 1).await, None);
/// assert_eq!(poll_then_drop(two_steps(), 2).await, Some(7));
/// # }
/// ```
pub async fn poll_then_drop<F: Future>(future: F, polls: usize) -> Option<F::Output> {
    let mut future = std::pin::pin!(future);
    let mut left = polls;
    std::future::poll_fn(move |context| {
        let Some(rest) = left.checked_sub(1) else { return Poll::Ready(None) };
        left = rest;
        match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if rest == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Drops a future at every point where it can be dropped: unpolled, after one poll, after two, and so on until a run in which
/// it gets ready. Behind each run, also the last, `check` looks at what was left.
///
/// Gives the number of polls that the future took to get ready.
///
/// # Errors
///
/// [`TestingError::NeverReady`] if ten thousand polls are not enough.
///
/// # Cancel safety
///
/// Dropping the future stops after the run that it is in.
///
/// # Examples
///
/// ```
/// use rpcplugin::testing::{self, cancel_everywhere};
/// # use rpcplugin::{Status, rpc_protocol};
/// # #[rpc_protocol]
/// # trait Greeter {
/// #     async fn greet(&self, request: String) -> Result<String, Status>;
/// # }
/// # struct Polite;
/// # impl Greeter for Polite {
/// #     async fn greet(&self, request: String) -> Result<String, Status> { Ok(request) }
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let pair = testing::connect(GreeterServer::new(Polite)).await?;
/// let greeter = GreeterClient::new(pair.channel());
///
/// let polls = cancel_everywhere(
///     || greeter.greet("Ada".to_owned()),
///     // No handler is left running, and the next call works.
///     async |_polls| {
///         pair.idle().await.unwrap();
///         assert_eq!(greeter.greet("Ada".to_owned()).await.unwrap(), "Ada");
///     },
/// )
/// .await?;
/// assert!(polls > 1);
/// # Ok(())
/// # }
/// ```
pub async fn cancel_everywhere<F: Future>(
    make: impl Fn() -> F,
    check: impl AsyncFn(usize),
) -> Result<usize, TestingError> {
    for polls in 0..=TESTING_POLLS_MAX {
        let outcome = poll_then_drop(make(), polls).await;
        check(polls).await;
        if outcome.is_some() {
            return Ok(polls);
        }
    }
    Err(TestingError::NeverReady { polls: TESTING_POLLS_MAX })
}

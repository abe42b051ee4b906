use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;

use crate::limits::SETTLE_TIMEOUT;

/// Serves until the end is asked for; then gives the calls that run their grace, and settles what must be settled.
///
/// The calls come first: what they print belongs to what is settled. The stdio stream is a call on a connection as well, so
/// the connections cannot end before it does, and have a short time left for it.
///
/// Says whether all calls were done. The connections may be gone before anybody here hears of the request that ended them.
pub(super) async fn serve_until(
    serving: impl Future<Output = ()>,
    asked: impl Future<Output = ()>,
    calls: impl Future<Output = ()>,
    settle: impl Future<Output = ()>,
    grace: Duration,
) -> bool {
    let mut serving = std::pin::pin!(serving);
    let mut is_done = tokio::select! {
        () = &mut serving => true,
        () = asked => false,
    };
    let clock = Instant::now();
    if !is_done {
        let ended = tokio::time::timeout(grace, async {
            tokio::select! {
                // Nobody is left to answer.
                () = &mut serving => true,
                () = calls => false,
            }
        });
        is_done = ended.await.unwrap_or(false);
    }
    settle.await;
    if !is_done {
        // A large answer of a call that is done may still be on its way: it has the rest of the grace.
        let rest = grace.saturating_sub(clock.elapsed()).max(SETTLE_TIMEOUT);
        is_done = tokio::time::timeout(rest, serving).await.is_ok();
    }
    is_done
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    const GRACE: Duration = Duration::from_secs(3);

    #[tokio::test]
    async fn connections_that_end_before_the_request_is_heard_are_an_end_in_order() {
        // An async block, because that is what must not be asked again once it is done.
        assert!(serve_until(async {}, pending(), pending(), ready(()), GRACE).await);
        for _ in 0..100 {
            assert!(serve_until(async {}, ready(()), ready(()), ready(()), GRACE).await);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn calls_that_do_not_end_are_left_after_their_grace() {
        let clock = Instant::now();
        assert!(!serve_until(pending(), ready(()), pending(), ready(()), GRACE).await);
        assert_eq!(clock.elapsed(), GRACE + SETTLE_TIMEOUT);
    }

    #[tokio::test(start_paused = true)]
    async fn calls_that_end_within_their_grace_are_waited_for() {
        let serving = tokio::time::sleep(GRACE / 2);
        assert!(serve_until(serving, ready(()), pending(), ready(()), GRACE).await);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_settled_is_settled_behind_the_last_call() {
        let clock = Instant::now();
        let calls = tokio::time::sleep(GRACE / 2);
        let settled = std::cell::Cell::new(None);
        let settle = async { settled.set(Some(clock.elapsed())) };
        // The connections end when the stdio stream on them does.
        let serving = std::future::poll_fn(|_| match settled.get() {
            Some(_) => std::task::Poll::Ready(()),
            None => std::task::Poll::Pending,
        });
        assert!(serve_until(serving, ready(()), calls, settle, GRACE).await);
        assert_eq!(settled.get(), Some(GRACE / 2));
        assert_eq!(clock.elapsed(), GRACE / 2);
    }

    #[test]
    fn a_plugin_with_a_call_that_does_not_end_ends_before_a_go_host_kills_it() {
        use crate::limits::{OUTPUT_DRAIN_TIMEOUT, SERVE_GRACE_DEFAULT};
        let longest = SERVE_GRACE_DEFAULT + OUTPUT_DRAIN_TIMEOUT + SETTLE_TIMEOUT;
        assert!(longest < Duration::from_secs(2), "{longest:?}");
    }
}

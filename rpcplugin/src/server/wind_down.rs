use std::future::Future;
use std::time::Duration;

/// Serves until the end is asked for; then settles what must be settled, and gives the calls that run their grace.
///
/// Says whether all calls were done. The connections may be gone before anybody here hears of the request that ended them.
pub(super) async fn serve_until(
    serving: impl Future<Output = ()>,
    asked: impl Future<Output = ()>,
    settle: impl Future<Output = ()>,
    grace: Duration,
) -> bool {
    let mut serving = std::pin::pin!(serving);
    let mut is_done = tokio::select! {
        () = &mut serving => true,
        () = asked => false,
    };
    settle.await;
    if !is_done {
        is_done = tokio::time::timeout(grace, serving).await.is_ok();
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
        assert!(serve_until(async {}, pending(), ready(()), GRACE).await);
        for _ in 0..100 {
            assert!(serve_until(async {}, ready(()), ready(()), GRACE).await);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn calls_that_do_not_end_are_left_after_their_grace() {
        let clock = tokio::time::Instant::now();
        assert!(!serve_until(pending(), ready(()), ready(()), GRACE).await);
        assert_eq!(clock.elapsed(), GRACE);
    }

    #[tokio::test(start_paused = true)]
    async fn calls_that_end_within_their_grace_are_waited_for() {
        let serving = tokio::time::sleep(GRACE / 2);
        assert!(serve_until(serving, ready(()), ready(()), GRACE).await);
    }
}

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;

use crate::call::{Batch, Call, MessageStream, Messages, Side, Source};
use crate::contract::{Code, Pushback, Status};
use crate::limits::{
    RETRY_ATTEMPTS_DEFAULT, RETRY_ATTEMPTS_MAX, RETRY_PAUSE_DEFAULT, RETRY_PAUSE_MAX_DEFAULT,
    RETRY_PUSHBACK_MAX, RETRY_TOKEN_CALLS, RETRY_TOKENS_DEFAULT,
};
use crate::rpc::{Interceptor, Next};

/// Makes a call again that failed, after a pause, where that does no harm.
///
/// That is the case for methods whose contract says `idempotent`, and for no others: how far a call came that failed, nobody
/// knows. It must have one request, and nothing of its answer may have reached the caller: of a stream of responses the first
/// message is awaited, and a stream that fails behind it has failed.
///
/// A call is tried again that ended with [`Code::Unavailable`], or a code that [`on`](Self::on) adds,
///
/// - at most three times in all, see [`attempts`](Self::attempts);
/// - after a pause of up to a tenth of a second, and twice as long each time, see [`backoff`](Self::backoff). How much of a
///   pause is waited, half of it at least, is left to chance, so that those who failed together do not come back together;
/// - exactly when the other side says so: [`Status::retry_after`], or gRPC's `grpc-retry-pushback-ms`. Where it says that there
///   shall be no other try, there is none, and neither is there where it asks for more than a minute;
/// - only if the pause ends before the call's deadline;
/// - only while most calls succeed: each such failure takes one of ten tokens, ten successes give one back, and with half of
///   the tokens or fewer nothing is tried again, see [`tokens`](Self::tokens). A plugin that is down is not called three times as
///   often as one that is well.
///
/// It stands at the side of the caller, and does nothing where the handler runs. Put it before [`Tracing`](super::Tracing) and
/// [`Metrics`](super::Metrics) if these shall see each try, and behind them if they shall see one call. Clones share their
/// tokens: one for each plugin is as many as there should be.
///
/// # Examples
///
/// ```
/// use rpcplugin::interceptors::Retry;
/// use rpcplugin::{Channel, Code, Router, Status, rpc_protocol};
/// use std::sync::atomic::{AtomicBool, Ordering};
///
/// #[rpc_protocol]
/// trait Greeter {
///     #[rpc(idempotent)]
///     async fn greet(&self, request: String) -> Result<String, Status>;
/// }
///
/// #[derive(Default)]
/// struct Late(AtomicBool);
/// impl Greeter for Late {
///     async fn greet(&self, request: String) -> Result<String, Status> {
///         match self.0.swap(true, Ordering::Relaxed) {
///             true => Ok(format!("good morning, {request}")),
///             false => Err(Status::aborted("not awake")),
///         }
///     }
/// }
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// let router = Router::new().service(GreeterServer::new(Late::default()))?;
/// let channel = Channel::local(router).intercepted(Retry::new().on(Code::Aborted));
/// assert_eq!(GreeterClient::new(channel).greet("Ada".to_owned()).await?, "good morning, Ada");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
#[must_use = "nothing is tried again until it stands before calls"]
pub struct Retry {
    codes: Vec<Code>,
    attempts_max: u32,
    pause: Duration,
    pause_max: Duration,
    tokens_max: u32,
    budget: Arc<Budget>,
}

impl Retry {
    /// As [above](Self).
    pub fn new() -> Self {
        Self {
            codes: vec![Code::Unavailable],
            attempts_max: RETRY_ATTEMPTS_DEFAULT,
            pause: RETRY_PAUSE_DEFAULT,
            pause_max: RETRY_PAUSE_MAX_DEFAULT,
            tokens_max: RETRY_TOKENS_DEFAULT,
            budget: Arc::new(Budget::of(RETRY_TOKENS_DEFAULT)),
        }
    }

    /// Tries calls again that end with this code as well.
    pub fn on(mut self, code: Code) -> Self {
        self.codes.push(code);
        self
    }

    /// How often a call is made at most, the first time included. 3 unless set; 100 at most.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts_max = attempts.min(RETRY_ATTEMPTS_MAX);
        self
    }

    /// The longest pause before the second try, and the longest of all. 100 milliseconds and 5 seconds unless set.
    pub const fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        (self.pause, self.pause_max) = (first, longest);
        self
    }

    /// How many tokens there are, as a number. 10 unless set. With 0 nothing is tried again. Clones that are there already
    /// keep theirs.
    pub fn tokens(mut self, tokens: u32) -> Self {
        (self.tokens_max, self.budget) = (tokens, Arc::new(Budget::of(tokens)));
        self
    }

    /// How long to wait before a call is made again that ended so, if it is.
    fn pause_before(&self, attempt: u32, status: &Status, left: Option<Duration>) -> Option<Duration> {
        if !self.codes.contains(&status.code()) {
            return None;
        }
        // The failure counts whether there is another try or not.
        let is_affordable = self.budget.fail(self.tokens_max);
        let pause = match status.pushback() {
            Some(Pushback::Never) => return None,
            // How long a call is held is not for the other side to decide.
            Some(Pushback::After(delay)) if delay > RETRY_PUSHBACK_MAX => return None,
            Some(Pushback::After(delay)) => delay,
            None => {
                let doubled = self
                    .pause
                    .saturating_mul(1_u32.checked_shl(attempt.saturating_sub(1)).unwrap_or(u32::MAX));
                let longest = doubled.min(self.pause_max);
                longest / 2 + (longest / 2).mul_f64(chance())
            }
        };
        let is_in_time = left.is_none_or(|left| pause < left);
        (is_affordable && is_in_time && attempt < self.attempts_max).then_some(pause)
    }
}

impl Default for Retry {
    fn default() -> Self {
        Self::new()
    }
}

impl Interceptor for Retry {
    async fn intercept(&self, mut call: Call, next: Next<'_>) -> Result<Messages, Status> {
        if call.side() == Side::Server || !call.method().idempotent {
            return next.run(call).await;
        }
        let mut attempt = 1;
        loop {
            let Some(again) = call.try_clone() else { return next.run(call).await };
            match begun(next.run(call).await).await {
                Ok(answer) => {
                    self.budget.succeed(self.tokens_max);
                    return Ok(answer);
                }
                Err(status) => {
                    let left = again.context().time_left();
                    let Some(pause) = self.pause_before(attempt, &status, left) else { return Err(status) };
                    tokio::time::sleep(pause).await;
                }
            }
            attempt += 1;
            call = again;
        }
    }
}

/// An answer, once it is known that it did not fail before its first message.
async fn begun(answer: Result<Messages, Status>) -> Result<Messages, Status> {
    let mut messages = match answer? {
        Messages::One(bytes) => return Ok(Messages::One(bytes)),
        Messages::Many(messages) => messages,
    };
    let first = messages.next().await.transpose()?;
    Ok(Messages::Many(MessageStream::of(Begun { has_ended: first.is_none(), first, messages })))
}

/// A stream of which the first message is there already.
struct Begun {
    first: Option<Bytes>,
    messages: MessageStream,
    has_ended: bool,
}

impl Source for Begun {
    fn poll_batch(&mut self, context: &mut TaskContext<'_>, batch: &mut Batch) -> Poll<()> {
        match self.first.take() {
            Some(first) => batch.push(first),
            None if self.has_ended => batch.end(Ok(())),
            None => return self.messages.poll_batch(context, batch),
        }
        Poll::Ready(())
    }
}

/// What tries are paid with: tokens in as many pieces as a success gives back one of.
struct Budget(AtomicU32);

impl Budget {
    const fn of(tokens: u32) -> Self {
        Self(AtomicU32::new(tokens.saturating_mul(RETRY_TOKEN_CALLS)))
    }

    /// Takes a token. Whether more than half of them are left.
    fn fail(&self, most: u32) -> bool {
        let most = most.saturating_mul(RETRY_TOKEN_CALLS);
        let less = |left: u32| Some(left.saturating_sub(RETRY_TOKEN_CALLS));
        let (Ok(before) | Err(before)) = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
        before.saturating_sub(RETRY_TOKEN_CALLS) > most / 2
    }

    fn succeed(&self, most: u32) {
        let most = most.saturating_mul(RETRY_TOKEN_CALLS);
        let more = |left: u32| (left < most).then(|| left + 1);
        let _full = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    }
}

/// From 0 to 1, evenly.
fn chance() -> f64 {
    let mut bytes = [0; 4];
    // Without chance the longest pause is as good.
    match aws_lc_rs::rand::fill(&mut bytes) {
        Ok(()) => f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX),
        Err(_) => 1.0,
    }
}

impl fmt::Debug for Retry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Retry")
            .field("codes", &self.codes)
            .field("attempts_max", &self.attempts_max)
            .field("pause", &self.pause)
            .field("pause_max", &self.pause_max)
            .field("tokens_max", &self.tokens_max)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_side_has_a_call_wait_for_no_more_than_a_minute() {
        let asked = |delay| Status::unavailable("busy").with_retry_after(delay);
        let retry = Retry::new();
        let most = RETRY_PUSHBACK_MAX;
        assert_eq!(retry.pause_before(1, &asked(most), None), Some(most));
        assert_eq!(retry.pause_before(1, &asked(most + Duration::from_nanos(1)), None), None);
        assert_eq!(retry.pause_before(1, &asked(Duration::MAX), None), None);
    }
}

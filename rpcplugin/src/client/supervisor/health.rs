use std::fmt;
use std::time::Duration;

use futures_util::{FutureExt, Stream, StreamExt, stream};
use tokio::time::Instant;

use super::DownReason;
use crate::contract::{Code, Status};
use crate::limits::{
    HEALTH_ANSWER_TIMEOUT_DEFAULT, HEALTH_INTERVAL_DEFAULT, HEALTH_INTERVAL_MAX, HEALTH_INTERVAL_MIN,
    UNHEALTHY_TIME_DEFAULT,
};
use crate::quote::quote;
use crate::rpc::Channel;
use crate::services::grpc_health::HealthCheckRequest;
use crate::services::grpc_health::health_check_response::ServingStatus;
use crate::services::health::{Health, HealthClient, PLUGIN_SERVICE};

/// How a supervisor sees whether its plugin is healthy, and what follows if it is not.
///
/// The plugin's health service is asked at intervals, and is watched where it can be: then a change is known at once.
/// `NOT_SERVING` is not healthy, no answer in time is not either, and nor is an error.
/// A plugin without the service, or whose service knows nothing of what is asked for, is healthy.
///
/// A plugin that is not healthy for some time is [`SupervisorState::Unhealthy`](crate::SupervisorState::Unhealthy), and is called as
/// before. It is restarted only [where that is asked for](Self::restarts): one whose threads are all busy does not answer either.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use rpcplugin::HealthCheck;
///
/// // A plugin that cannot reach its database for a minute is worth a restart.
/// let check = HealthCheck::new("kv.Store").unhealthy_after(Duration::from_secs(60)).restarts(true);
/// # drop(check);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthCheck {
    service: String,
    interval: Duration,
    answer_within: Duration,
    unhealthy_after: Duration,
    restarts: bool,
    must_know: bool,
}

impl HealthCheck {
    /// Asks for the health of this service, by its full name. `plugin` is the plugin as a whole, and the default.
    #[must_use]
    pub fn new(service: impl Into<String>) -> Self {
        Self {
            service: service.into(),
            interval: HEALTH_INTERVAL_DEFAULT,
            answer_within: HEALTH_ANSWER_TIMEOUT_DEFAULT,
            unhealthy_after: UNHEALTHY_TIME_DEFAULT,
            restarts: false,
            must_know: false,
        }
    }

    /// The time between two questions. 10 seconds unless set; from 10 milliseconds to a day.
    #[must_use]
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval.clamp(HEALTH_INTERVAL_MIN, HEALTH_INTERVAL_MAX);
        self
    }

    /// How long an answer may take. 5 seconds unless set; from 10 milliseconds to a day.
    #[must_use]
    pub fn answer_within(mut self, timeout: Duration) -> Self {
        self.answer_within = timeout.clamp(HEALTH_INTERVAL_MIN, HEALTH_INTERVAL_MAX);
        self
    }

    /// For how long the plugin may be anything but healthy. 30 seconds unless set; a day at most.
    #[must_use]
    pub fn unhealthy_after(mut self, time: Duration) -> Self {
        self.unhealthy_after = time.min(HEALTH_INTERVAL_MAX);
        self
    }

    /// Whether a plugin that was not healthy for that long is ended and started again. `false` unless set.
    #[must_use]
    pub const fn restarts(mut self, restarts: bool) -> Self {
        self.restarts = restarts;
        self
    }

    /// Whether a plugin without the health service, or whose service does not know what is asked for, is not healthy. `false`
    /// unless set.
    #[must_use]
    pub const fn must_know(mut self, must_know: bool) -> Self {
        self.must_know = must_know;
        self
    }
}

impl Default for HealthCheck {
    fn default() -> Self {
        Self::new(PLUGIN_SERVICE)
    }
}

/// What is wrong with a plugin that is not healthy.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Unhealthy {
    /// It says that it is not serving.
    NotServing,
    /// It has no health service, or one that knows nothing of what is asked for: see [`HealthCheck::must_know`].
    NotKnown,
    /// It did not answer.
    NoAnswer {
        /// How long was waited.
        limit: Duration,
    },
    /// The question failed.
    Failed {
        /// How.
        status: Status,
    },
}

impl fmt::Display for Unhealthy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotServing => formatter.write_str("it says that it is not serving"),
            Self::NotKnown => formatter.write_str("its health service does not know what was asked for"),
            Self::NoAnswer { limit } => {
                write!(formatter, "it did not answer the question for its health within {limit:?}")
            }
            Self::Failed { status } => {
                let (code, message) = (status.code(), quote(status.message()));
                write!(formatter, "it answered the question for its health with {code} {message}")
            }
        }
    }
}

/// What is told of a plugin's health, once each time that it changes.
#[derive(Debug)]
pub(super) enum Change {
    Healthy,
    /// For too long, since this time.
    Unhealthy {
        since: Instant,
        unhealthy: Unhealthy,
    },
}

/// Watches the health of a plugin until it has to be restarted for it. `look` is called when the connection may be lost.
///
/// `channel` is the plugin's without the user's interceptors.
pub(super) async fn watch_health(
    channel: Channel,
    check: &HealthCheck,
    mut tell: impl FnMut(Change) + Send,
    look: impl Fn() + Send,
) -> DownReason {
    let mut answers = std::pin::pin!(stream::select(watched(channel.clone(), check), asked(channel, check)));
    let mut judge = Judge { allowed: check.unhealthy_after, bad: None, is_told: false };
    loop {
        // A plugin may have something to say at any time: whoever wants to end it has a turn in between.
        tokio::task::coop::consume_budget().await;
        let answer = tokio::select! {
            answer = answers.next() => answer,
            () = until(judge.due()) => {
                let Some((since, unhealthy)) = judge.is_due() else { continue };
                if check.restarts {
                    return DownReason::Unhealthy { lasted: since.elapsed(), unhealthy };
                }
                tell(Change::Unhealthy { since, unhealthy });
                continue;
            }
        };
        match answer {
            Some(Answer::Healthy) if judge.healthy() => tell(Change::Healthy),
            Some(Answer::Healthy) => {}
            Some(Answer::Unhealthy(unhealthy)) => judge.unhealthy(Instant::now(), unhealthy),
            Some(Answer::None) | None => look(),
        }
    }
}

/// What was heard of a plugin's health.
enum Answer {
    Healthy,
    Unhealthy(Unhealthy),
    /// Nothing, and nothing more will come from there.
    None,
}

impl Answer {
    fn of(status: ServingStatus, must_know: bool) -> Self {
        match status {
            ServingStatus::NotServing => Self::Unhealthy(Unhealthy::NotServing),
            ServingStatus::ServiceUnknown if must_know => Self::Unhealthy(Unhealthy::NotKnown),
            ServingStatus::ServiceUnknown | ServingStatus::Serving | ServingStatus::Unknown => Self::Healthy,
        }
    }
}

/// What the plugin says by itself, where it does, as soon as something changes.
fn watched(channel: Channel, check: &HealthCheck) -> impl Stream<Item = Answer> + Send + use<> {
    let (service, must_know) = (check.service.clone(), check.must_know);
    let answers = async move { HealthClient::new(channel).watch(HealthCheckRequest { service }).await };
    let answers = answers.into_stream().filter_map(|answer| std::future::ready(answer.ok())).flatten();
    // Why it ends, where it does, is seen by the questions.
    let answers = answers.take_while(|answer| std::future::ready(answer.is_ok()));
    let answers = answers.map(move |answer| match answer {
        Ok(answer) => Answer::of(answer.status(), must_know),
        Err(_) => Answer::None,
    });
    answers.chain(stream::once(std::future::ready(Answer::None)))
}

/// What it answers. This stream has no end.
fn asked(channel: Channel, check: &HealthCheck) -> impl Stream<Item = Answer> + Send + use<> {
    let client = HealthClient::new(channel);
    stream::unfold((client, check.clone()), |(client, check)| async move {
        tokio::time::sleep(check.interval).await;
        let question = client.check(HealthCheckRequest { service: check.service.clone() });
        let answer = match tokio::time::timeout(check.answer_within, question).await {
            Ok(Ok(answer)) => Answer::of(answer.status(), check.must_know),
            Ok(Err(status)) if matches!(status.code(), Code::Unimplemented | Code::NotFound) => {
                Answer::of(ServingStatus::ServiceUnknown, check.must_know)
            }
            Ok(Err(status)) => Answer::Unhealthy(Unhealthy::Failed { status }),
            Err(_elapsed) => Answer::Unhealthy(Unhealthy::NoAnswer { limit: check.answer_within }),
        };
        Some((answer, (client, check)))
    })
}

/// How long a plugin has not been healthy. Pure.
#[derive(Debug)]
struct Judge {
    allowed: Duration,
    /// Since when, and what was heard last.
    bad: Option<(Instant, Unhealthy)>,
    /// Whether it is said that this has lasted too long.
    is_told: bool,
}

impl Judge {
    /// Whether something else was said before.
    fn healthy(&mut self) -> bool {
        self.bad = None;
        std::mem::take(&mut self.is_told)
    }

    fn unhealthy(&mut self, now: Instant, unhealthy: Unhealthy) {
        let since = self.bad.take().map_or(now, |(since, _)| since);
        self.bad = Some((since, unhealthy));
    }

    /// When it will have lasted too long.
    fn due(&self) -> Option<Instant> {
        let (since, _) = self.bad.as_ref().filter(|_| !self.is_told)?;
        Some(*since + self.allowed)
    }

    /// It has.
    fn is_due(&mut self) -> Option<(Instant, Unhealthy)> {
        self.is_told = self.bad.is_some();
        self.bad.clone()
    }
}

/// Waits until then, or for ever.
pub(super) async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

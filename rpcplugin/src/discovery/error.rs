use std::time::Duration;

use crate::contract::Status;
use crate::quote::quote;

/// Why a plugin was not described.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DescribeError {
    /// The plugin answers no reflection.
    #[error(
        "the plugin does not describe itself; in a plugin of this crate call `PluginServer::reflection(true)`, in others register gRPC's reflection service, as go-plugin does by itself"
    )]
    NotOffered,
    /// A question failed.
    #[error("the plugin could not be asked what it has: {} {}", source.code(), quote(source.message()))]
    Failed {
        /// How.
        source: Status,
    },
    /// The plugin did not answer in time.
    #[error("the plugin did not say within {limit:?} what it has; look at its log")]
    TimedOut {
        /// How long was waited.
        limit: Duration,
    },
    /// The plugin ended the questions with no answer.
    #[error("the plugin ended its answers before it had given all of them; look at its log")]
    Ended,
    /// The plugin has answered with what is no answer to the question.
    #[error(
        "the plugin answered the question for {question} with {found}; its reflection is broken: update it"
    )]
    BadAnswer {
        /// What was asked for.
        question: String,
        /// What came.
        found: String,
    },
    /// The plugin says more of itself than a host reads.
    #[error("the plugin describes more than {limit} {what}, which no host reads; have it describe less")]
    TooMuch {
        /// Of what: services, files or bytes.
        what: &'static str,
        /// The most that is read.
        limit: usize,
    },
}

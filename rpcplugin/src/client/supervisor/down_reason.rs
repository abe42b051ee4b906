use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use crate::client::{ExitReason, PluginExit, StartError};

/// Why a supervised plugin does not run, or does not run any more.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DownReason {
    /// It could not be started.
    #[error("{0}")]
    Start(#[source] Arc<StartError>),
    /// It was started, and something that has to be done behind each start failed: [`OnStart`](crate::OnStart).
    #[error("what is done behind its start failed: {0}")]
    OnStart(#[source] Arc<dyn Error + Send + Sync>),
    /// The same took too long.
    #[error(
        "what is done behind its start took longer than {limit:?}; look at what it waits for, or give it more time"
    )]
    OnStartTimeout {
        /// How long was waited.
        limit: Duration,
    },
    /// Its process ended.
    #[error("{0}")]
    Exit(Arc<PluginExit>),
    /// Its process was there, but not the connection: it closed it, or gave no sign of life. It was killed.
    #[error("the connection to the plugin was lost while its process was there{}; the plugin was killed", silent(*is_silent))]
    ConnectionLost {
        /// Whether it gave no sign of life: see [`KeepAlive`](crate::KeepAlive).
        is_silent: bool,
    },
    /// It said for so long that it was not healthy, or did not say that it was. See [`HealthCheck`](crate::HealthCheck).
    #[error("the plugin was not healthy for {lasted:?}: {unhealthy}; it was ended")]
    Unhealthy {
        /// For how long.
        lasted: Duration,
        /// What was wrong.
        unhealthy: super::Unhealthy,
    },
}

impl DownReason {
    /// How the process ended, where that is why.
    #[must_use]
    pub fn exit(&self) -> Option<&PluginExit> {
        match self {
            Self::Exit(exit) => Some(exit),
            _ => None,
        }
    }

    /// Whether something went wrong: all but a process that ended with the exit code 0.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        self.exit().is_none_or(|exit| exit.reason() != ExitReason::Code(0))
    }
}

const fn silent(is_silent: bool) -> &'static str {
    if is_silent { ", and it gave no sign of life" } else { "" }
}

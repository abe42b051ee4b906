use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::Unhealthy;
use crate::client::{ExitReason, PluginExit, StartError};

/// Why a supervised plugin does not run, or does not run any more.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum DownReason {
    /// It could not be started.
    Start(Arc<StartError>),
    /// It was started, and something that has to be done behind each start failed: [`OnStart`](crate::OnStart).
    OnStart(Arc<dyn Error + Send + Sync>),
    /// The same took too long.
    OnStartTimeout {
        /// How long was waited.
        limit: Duration,
    },
    /// Its process ended.
    Exit(Arc<PluginExit>),
    /// Its process was there, but not the connection: it closed it, or gave no sign of life. It was killed.
    ConnectionLost {
        /// Whether it gave no sign of life: see [`KeepAlive`](crate::KeepAlive).
        is_silent: bool,
    },
    /// It said for so long that it was not healthy, or did not say that it was. It was ended. See
    /// [`HealthCheck`](crate::HealthCheck).
    Unhealthy {
        /// For how long.
        lasted: Duration,
        /// What was wrong.
        unhealthy: Unhealthy,
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

impl fmt::Display for DownReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start(error) => error.fmt(formatter),
            Self::OnStart(error) => write!(formatter, "what is done behind the plugin's start failed: {error}"),
            Self::OnStartTimeout { limit } => write!(
                formatter,
                "what is done behind the plugin's start took longer than {limit:?}; look at what it waits for, or give it more time"
            ),
            Self::Exit(exit) => exit.fmt(formatter),
            Self::ConnectionLost { is_silent: false } => formatter.write_str(
                "the plugin closed its connection and did not end; it was killed: look into its log for the reason",
            ),
            Self::ConnectionLost { is_silent: true } => formatter.write_str(
                "the plugin gave no sign of life; it was killed: look whether it was stopped, or hangs",
            ),
            Self::Unhealthy { lasted, unhealthy } => write!(
                formatter,
                "the plugin was not healthy for {lasted:.1?}: {unhealthy}; it was ended: look into its log for the reason"
            ),
        }
    }
}

impl Error for DownReason {
    /// The errors themselves: whoever looks for one by its type finds it.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Start(error) => Some(&**error),
            Self::OnStart(error) => Some(&**error),
            Self::Exit(exit) => Some(&**exit),
            Self::OnStartTimeout { .. } | Self::ConnectionLost { .. } | Self::Unhealthy { .. } => None,
        }
    }
}

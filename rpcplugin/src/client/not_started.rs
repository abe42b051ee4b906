use super::StartError;
use super::exit_watch::ExitWatch;
use super::process::Process;
use crate::limits::REAP_TIMEOUT;

/// A plugin that was not started, and what is left of it.
#[derive(Debug)]
pub(super) struct NotStarted {
    pub(super) error: StartError,
    /// Tells of the end of a plugin that was there after its kill. Whatever keeps a process keeps it until then.
    pub(super) left: Option<Box<ExitWatch>>,
}

impl NotStarted {
    /// Kills the plugin, and says whether it has ended.
    pub(super) async fn kill(process: Process) -> Option<Box<ExitWatch>> {
        if process.kill(REAP_TIMEOUT).await.is_some() {
            return None;
        }
        tracing::warn!(
            process = process.id(),
            limit = ?REAP_TIMEOUT,
            "a plugin that was not started was killed, and has not ended yet: see what holds it"
        );
        Some(Box::new(process.watch().clone()))
    }
}

impl From<StartError> for NotStarted {
    /// Nothing was there.
    fn from(error: StartError) -> Self {
        Self { error, left: None }
    }
}

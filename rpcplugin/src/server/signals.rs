use tokio::signal::unix::{Signal, SignalKind, signal};

use super::ServeError;

/// The signals that a plugin looks at.
#[derive(Debug)]
pub(super) struct Signals {
    terminate: Signal,
    // Listening is what keeps the default, which is to die, from happening.
    interrupt: Signal,
}

impl Signals {
    pub(super) fn listen() -> Result<Self, ServeError> {
        Ok(Self {
            terminate: signal(SignalKind::terminate()).map_err(ServeError::Signals)?,
            interrupt: signal(SignalKind::interrupt()).map_err(ServeError::Signals)?,
        })
    }

    /// Waits for the one by which a plugin is asked to end.
    pub(super) async fn terminate(&mut self) {
        self.terminate.recv().await;
    }

    /// Waits for the ones by which a person or a service manager ends a program.
    pub(super) async fn terminate_or_interrupt(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::server::ServeError;

/// The signals that a plugin looks at.
#[derive(Debug)]
pub(in crate::server) struct Signals {
    terminate: Signal,
    // Listening is what keeps the default, which is to die, from happening.
    interrupt: Signal,
}

impl Signals {
    pub(in crate::server) fn listen() -> Result<Self, ServeError> {
        Ok(Self {
            terminate: signal(SignalKind::terminate()).map_err(ServeError::Signals)?,
            interrupt: signal(SignalKind::interrupt()).map_err(ServeError::Signals)?,
        })
    }

    /// Waits for the one by which a plugin is asked to end.
    pub(in crate::server) async fn terminate(&mut self) {
        self.terminate.recv().await;
    }

    /// Waits for the ones by which a person or a service manager ends a program.
    pub(in crate::server) async fn terminate_or_interrupt(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

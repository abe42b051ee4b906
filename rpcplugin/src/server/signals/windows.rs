use tokio::signal::windows::{
    CtrlBreak, CtrlC, CtrlClose, CtrlShutdown, ctrl_break, ctrl_c, ctrl_close, ctrl_shutdown,
};

use crate::server::ServeError;

/// The events of the console that a plugin looks at.
#[derive(Debug)]
pub(in crate::server) struct Signals {
    stop: CtrlBreak,
    close: CtrlClose,
    shutdown: CtrlShutdown,
    // Listening is what keeps the default, which is to die, from happening.
    interrupt: CtrlC,
}

impl Signals {
    pub(in crate::server) fn listen() -> Result<Self, ServeError> {
        Ok(Self {
            stop: ctrl_break().map_err(ServeError::Signals)?,
            close: ctrl_close().map_err(ServeError::Signals)?,
            shutdown: ctrl_shutdown().map_err(ServeError::Signals)?,
            interrupt: ctrl_c().map_err(ServeError::Signals)?,
        })
    }

    /// Waits for one by which a program is asked to end.
    pub(in crate::server) async fn terminate(&mut self) {
        tokio::select! {
            _ = self.stop.recv() => {}
            _ = self.close.recv() => {}
            _ = self.shutdown.recv() => {}
        }
    }

    /// Waits for one of these, or for the one by which a person ends a program.
    pub(in crate::server) async fn terminate_or_interrupt(&mut self) {
        tokio::select! {
            _ = self.stop.recv() => {}
            _ = self.close.recv() => {}
            _ = self.shutdown.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

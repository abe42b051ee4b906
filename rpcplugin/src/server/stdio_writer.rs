use std::fmt;
use std::sync::Arc;

use crate::services::plugin::stdio_data::Channel;
use crate::services::stdio::StdioQueue;

/// Writes to the host's standard output and standard error, without touching this process's own.
///
/// Writing never blocks: when the host does not read, the oldest output is dropped, and a warning says how much.
/// Output is plain bytes; for log lines with levels write to this process's standard error instead.
#[derive(Clone)]
pub struct StdioWriter {
    queue: Arc<StdioQueue>,
}

impl StdioWriter {
    pub(super) const fn new(queue: Arc<StdioQueue>) -> Self {
        Self { queue }
    }

    /// Sends bytes to what the host made of this plugin's standard output.
    pub fn stdout(&self, bytes: impl AsRef<[u8]>) {
        self.queue.write(Channel::Stdout, bytes.as_ref());
    }

    /// Sends bytes to what the host made of this plugin's standard error.
    pub fn stderr(&self, bytes: impl AsRef<[u8]>) {
        self.queue.write(Channel::Stderr, bytes.as_ref());
    }
}

impl fmt::Debug for StdioWriter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("StdioWriter")
    }
}

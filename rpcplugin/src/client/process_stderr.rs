use tokio::io::AsyncWrite;
use tokio::time::Instant;

use super::PluginClientBuilder;
use super::failure::by;
use super::log_forward::LogForwarder;
use super::output::{Pipe, Tail, drain_stderr};
use super::sink::{Sink, SinkTask};
use crate::limits::OUTPUT_DRAIN_TIMEOUT;
use crate::task::OwnedTask;

impl PluginClientBuilder {
    /// Where a copy goes of all that the process itself writes to its standard error, byte for byte and from its beginning on: also
    /// before the handshake, and where the start fails. Nowhere unless set.
    ///
    /// It is a copy: the lines are in `tracing` all the same, and the last ones in errors. It begins where the process
    /// does, while [`stderr`](Self::stderr) is given what a plugin sends over its connection. Nothing is cut, escaped or left out
    /// for its level, so a writer that leads to a terminal hands control characters on.
    ///
    /// The plugin never waits for the writer, and neither does the log: output that it does not take in time is dropped, and a
    /// warning says so. One that fails is given nothing more. [`stop`](crate::PluginClient::stop) waits for what the writer has not
    /// taken yet as long as it has time, and a start that fails for half a second; who drops the client waits for nothing. Of a plugin
    /// that does not start, what comes later than a moment behind its end is not read: somebody else wrote it.
    ///
    /// A plugin that this host [attaches](Self::attach) to, or has [let go of](crate::PluginClient::detach), writes its standard
    /// error elsewhere: then there is nothing to copy.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use rpcplugin::{Cookie, PluginClient};
    ///
    /// # async fn host() -> Result<(), Box<dyn std::error::Error>> {
    /// let kept = tokio::fs::File::create("greeter.log").await?;
    /// let cookie = Cookie::new("GREETER_PLUGIN", "5d1a")?;
    /// let plugin = PluginClient::builder("target/debug/greeter", cookie).process_stderr(kept).start().await?;
    /// # drop(plugin);
    /// # Ok(())
    /// # }
    /// ```
    pub fn process_stderr(mut self, writer: impl AsyncWrite + Send + 'static) -> Self {
        self.process_stderr = Some(Sink::new("process stderr", writer));
        self
    }
}

/// The standard error of a process while somebody reads it, and the writer that has a copy of it.
#[derive(Debug)]
pub(super) struct ProcessStderr {
    pub(super) reader: OwnedTask,
    /// It ends behind the reader, which has the only sender.
    pub(super) copy: Option<SinkTask>,
}

impl ProcessStderr {
    /// Reads from now on, for ever.
    pub(super) fn read(pipe: Pipe, log: LogForwarder, tail: Tail, copy: Option<Sink>) -> Self {
        let (sender, copy) = copy.map(Sink::open).unzip();
        Self { reader: drain_stderr(pipe, log, tail, sender), copy }
    }

    /// Waits a while for what a process wrote before it ended, and for the writer: somebody else may hold the pipe.
    pub(super) async fn finish(self) {
        self.finish_until(Instant::now() + OUTPUT_DRAIN_TIMEOUT).await;
    }

    /// The same, until then for what it wrote.
    pub(super) async fn finish_until(self, until: Instant) {
        let Self { mut reader, copy } = self;
        let _ = by(until, reader.ended()).await;
        // Where it did not come to its end, there is an end now for the writer.
        drop(reader);
        if let Some(copy) = copy {
            copy.finish(Instant::now() + OUTPUT_DRAIN_TIMEOUT).await;
        }
    }
}

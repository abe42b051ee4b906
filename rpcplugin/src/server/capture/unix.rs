use std::fs::File;
use std::io::{self, PipeReader, Read, Write};

use rustix::io::fcntl_dupfd_cloexec;
use rustix::stdio;
use tokio::sync::oneshot;

use crate::limits::{OUTPUT_DRAIN_TIMEOUT, STDIO_CHUNK_BYTES_MAX};
use crate::server::StdioWriter;

/// The first descriptor that is none of the three standard ones.
const FIRST_OWN_DESCRIPTOR: i32 = 3;

/// A pipe stands in the place of standard output, and nobody reads it yet: what is printed waits in it.
///
/// The original stays open: a Go host takes its end for the end of the plugin.
#[derive(Debug)]
pub(in crate::server) struct HeldStdout {
    original: Original,
    reading: PipeReader,
}

impl HeldStdout {
    /// Whether it is done unless the user says otherwise.
    pub(in crate::server) const IS_USUAL: bool = true;

    /// Puts the pipe there.
    pub(in crate::server) fn hold() -> io::Result<Self> {
        let original = Original(File::from(fcntl_dupfd_cloexec(stdio::stdout(), FIRST_OWN_DESCRIPTOR)?));
        let (reading, writing) = io::pipe()?;
        stdio::dup2_stdout(&writing)?;
        Ok(Self { original, reading })
    }

    /// What standard output was before: the host reads its line there, and nobody else writes to it.
    pub(in crate::server) const fn original(&self) -> &File {
        &self.original.0
    }

    /// Sends what was printed, and all that follows, to the host's stdio stream while the value lives.
    pub(in crate::server) fn forward_to(self, writer: StdioWriter) -> io::Result<CapturedStdout> {
        let Self { original, reading } = self;
        let (all, forwarded) = oneshot::channel();
        // A thread and no task: a handler that prints more than a pipe holds would stop the runtime's only thread and
        // with it the task that should read. The thread ends when the pipe does, in `drop`.
        std::thread::Builder::new().name("plugin-stdout".to_owned()).spawn(move || {
            forward(reading, &writer);
            // Nobody waits if the plugin was dropped.
            let _ = all.send(());
        })?;
        Ok(CapturedStdout { original, forwarded })
    }
}

/// Standard output of this process goes to the host's stdio stream while the value lives.
#[derive(Debug)]
pub(in crate::server) struct CapturedStdout {
    original: Original,
    forwarded: oneshot::Receiver<()>,
}

impl CapturedStdout {
    /// Gives standard output back and waits until what was printed is forwarded.
    ///
    /// A child of the plugin may hold the pipe open: it is not waited for longer than its output is worth.
    pub(in crate::server) async fn finish(mut self) {
        self.original.restore();
        drop(tokio::time::timeout(OUTPUT_DRAIN_TIMEOUT, &mut self.forwarded).await);
    }
}

/// What standard output was before. It is so again when the value is dropped.
#[derive(Debug)]
struct Original(File);

impl Original {
    /// Closes our last writing end of the pipe. If it fails there is no output left to lose.
    fn restore(&self) {
        // A last line without an end stands in the buffer; after this it would go to a pipe that hosts throw away.
        let _ = io::stdout().flush();
        let _ = stdio::dup2_stdout(&self.0);
    }
}

impl Drop for Original {
    fn drop(&mut self) {
        self.restore();
    }
}

fn forward(mut pipe: PipeReader, writer: &StdioWriter) {
    let mut buffer = vec![0; STDIO_CHUNK_BYTES_MAX];
    loop {
        match pipe.read(&mut buffer) {
            Ok(0) => return,
            Ok(length) => writer.stdout(buffer.get(..length).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

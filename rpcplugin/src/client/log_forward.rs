use std::sync::Arc;
use std::time::Instant;

use tracing::Level;

use super::log_line::{LogLine, LogReader};
use super::log_queue::LogQueue;
use super::log_rate::LogRate;
use super::output::Lines;
use crate::limits::LOG_LINE_COST_BYTES;
use crate::quote::clean;

/// How a plugin's output appears in this host's log.
#[derive(Clone, Debug)]
pub(super) struct PluginLog {
    /// What the plugin is called there.
    pub(super) plugin: Arc<str>,
    /// What is below this level is not passed on.
    pub(super) lowest: Level,
    /// A longer line is cut.
    pub(super) line_bytes_max: usize,
    /// So much passes in a second.
    pub(super) bytes_per_second: usize,
}

impl PluginLog {
    pub(super) fn forwarder(&self, stream: &'static str) -> LogForwarder {
        let writing = Arc::clone(&self.plugin);
        let reporting = Arc::clone(&self.plugin);
        let queue = LogQueue::open(
            move |record| write(&writing, stream, record),
            move |lines| report(&reporting, stream, lines),
        );
        let rate = LogRate::new(self.bytes_per_second);
        LogForwarder { log: self.clone(), lines: self.lines(), reader: LogReader::default(), queue, rate }
    }

    pub(super) fn lines(&self) -> Lines {
        Lines::new(self.line_bytes_max)
    }
}

/// Turns what a plugin says into `tracing` events with the target `rpcplugin::plugin`.
#[derive(Debug)]
pub(super) struct LogForwarder {
    log: PluginLog,
    queue: LogQueue,
    rate: LogRate,
    // Of a stream that is not cut into lines yet.
    lines: Lines,
    reader: LogReader,
}

impl LogForwarder {
    /// What cuts the stream into lines.
    pub(super) fn cutter(&self) -> Lines {
        self.log.lines()
    }

    /// Takes output that is no log: a line is an event at debug level.
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        let mut lines = self.lines.take();
        lines.feed(bytes, |line| {
            self.emit(LogLine::text(Some(Level::DEBUG), line), line.len());
        });
        self.lines = lines;
    }

    /// Takes the last line of [`bytes`](Self::bytes), if it did not end in a line end.
    pub(super) fn finish(&mut self) {
        self.lines.take().finish(|line| {
            self.emit(LogLine::text(Some(Level::DEBUG), line), line.len());
        });
    }

    /// Takes one line of a log.
    pub(super) fn line(&mut self, line: &str) {
        let record = self.reader.record(line);
        self.emit(record, line.len());
    }

    fn emit(&mut self, record: LogLine, length: usize) {
        let level = record.level.unwrap_or(Level::DEBUG);
        // `tracing` orders levels by how much they let through.
        if level > self.log.lowest {
            return;
        }
        let cost = length.saturating_add(LOG_LINE_COST_BYTES);
        match self.rate.takes(cost, Instant::now()) {
            true => self.queue.send(record, cost),
            false => self.queue.leave_out(),
        }
    }

    /// Waits a moment for a log that is behind. Cancel-safe.
    pub(super) async fn room(&mut self) {
        self.queue.room().await;
    }

    /// Waits no longer for a log that is behind.
    pub(super) fn give_up(&mut self) {
        self.queue.give_up();
    }

    /// Waits until everything is in the log. Cancel-safe.
    pub(super) async fn written(&self) {
        self.queue.written().await;
    }

    /// Bytes that wait for the log.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.queue.waiting()
    }
}

/// Writes a line to the log of the host.
fn write(plugin: &str, stream: &'static str, record: &LogLine) {
    macro_rules! event {
        ($level:ident) => {
            tracing::event!(
                target: "rpcplugin::plugin",
                Level::$level,
                plugin,
                stream,
                logger = record.logger.as_deref().map(clean),
                fields = (!record.fields.is_empty()).then(|| joined(&record.fields)),
                "{}",
                clean(&record.message),
            )
        };
    }
    // A level is a constant of its call site, so there is one for each.
    match record.level.unwrap_or(Level::DEBUG) {
        Level::TRACE => event!(TRACE),
        Level::DEBUG => event!(DEBUG),
        Level::INFO => event!(INFO),
        Level::WARN => event!(WARN),
        Level::ERROR => event!(ERROR),
    }
}

fn report(plugin: &str, stream: &'static str, lines: u64) {
    tracing::warn!(
        plugin,
        stream,
        lines,
        "lines of the plugin's log were left out: they came faster than the log takes them, or than this host wants them"
    );
}

pub(super) fn joined(fields: &[(String, String)]) -> String {
    let fields: Vec<_> =
        fields.iter().map(|(key, value)| format!("{}={}", clean(key), clean(value))).collect();
    fields.join(" ")
}

/// A reader that is stopped, because somebody else holds the pipe, has a last line as well.
impl Drop for LogForwarder {
    fn drop(&mut self) {
        self.finish();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::LOG_LINE_BYTES_MAX;

    fn forwarder(stream: &'static str) -> LogForwarder {
        let log = PluginLog {
            plugin: "test".into(),
            lowest: Level::TRACE,
            line_bytes_max: LOG_LINE_BYTES_MAX,
            bytes_per_second: usize::MAX,
        };
        log.forwarder(stream)
    }

    fn levels(lines: &[&str]) -> Vec<Level> {
        let mut log = forwarder("stderr");
        lines.iter().map(|line| log.reader.record(line).level.unwrap()).collect()
    }

    #[test]
    fn the_lines_of_a_crash_are_errors_until_the_logger_speaks_again() {
        let panic = "thread 'main' panicked at src/main.rs:4:5:";
        let crash = [Level::DEBUG, Level::ERROR, Level::ERROR];
        let found = levels(&["before", panic, "called unwrap"]);
        assert_eq!(found, crash);
        for (record, level) in [
            ("[INFO] going on", Level::INFO),
            (r#"{"@level":"warn","@message":"going on"}"#, Level::WARN),
            (r#"{"@message":"going on"}"#, Level::DEBUG),
        ] {
            let found = levels(&["before", panic, "called unwrap", record, "after"]);
            assert_eq!(found, [crash.as_slice(), &[level, Level::DEBUG]].concat(), "{record}");
        }
    }

    /// What is in the log of the host behind this, of plugins of which so much is passed on.
    async fn shown(bytes_per_second: usize, say: impl FnOnce(LogForwarder)) -> String {
        // With one subscriber `tracing` asks whichever thread comes first, and a test beside this one has none.
        let _second = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::new());
        let (send, receive) = std::sync::mpsc::channel();
        let host = tracing_subscriber::fmt().with_max_level(Level::TRACE).with_ansi(false);
        let host = host.with_writer(move || Said(send.clone())).finish();
        let log = {
            let _log = tracing::subscriber::set_default(host);
            PluginLog { bytes_per_second, ..forwarder("stdout").log.clone() }.forwarder("stdout")
        };
        // One thread writes for all, in the order in which it is asked, for as long as somebody has its queue.
        let behind = forwarder("stdout");
        say(log);
        behind.written().await;
        receive.try_iter().flatten().map(char::from).collect()
    }

    struct Said(std::sync::mpsc::Sender<Vec<u8>>);

    impl std::io::Write for Said {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            let _ = self.0.send(bytes.to_owned());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_line_without_an_end_is_in_the_log_though_its_reader_was_stopped() {
        let log = shown(usize::MAX, |mut log| log.bytes(b"whole\nhalf")).await;
        assert!(log.contains("whole") && log.contains("half"), "{log}");
    }

    #[tokio::test]
    async fn a_line_costs_more_than_its_bytes() {
        // Of empty lines as many would come as a plugin can write.
        let log = shown(LOG_LINE_COST_BYTES, |mut log| log.line("")).await;
        assert!(log.contains("rpcplugin::plugin") && !log.contains("left out"), "{log}");
        let log = shown(LOG_LINE_COST_BYTES - 1, |mut log| log.line("")).await;
        assert!(!log.contains("rpcplugin::plugin") && log.contains("lines=1"), "{log}");
    }

    #[test]
    fn a_last_line_is_taken_once() {
        let mut log = forwarder("stdout");
        log.bytes(b"whole\nhalf");
        let mut kept = Vec::new();
        log.lines.take().finish(|line| kept.push(line.to_owned()));
        assert_eq!(kept, ["half"]);
        log.bytes(b"half");
        log.finish();
        log.lines.take().finish(|line| panic!("`{line}` is left"));
    }
}

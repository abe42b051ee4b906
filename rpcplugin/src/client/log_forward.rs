use std::sync::Arc;

use tracing::Level;

use super::log_line::LogLine;
use super::output::Lines;
use crate::quote::printable;

/// Turns what a plugin says into `tracing` events with the target `rpcplugin::plugin`.
#[derive(Debug)]
pub(super) struct LogForwarder {
    plugin: Arc<str>,
    stream: &'static str,
    // Of a stream that is not cut into lines yet.
    lines: Lines,
    panicking: bool,
}

impl LogForwarder {
    pub(super) fn new(plugin: Arc<str>, stream: &'static str) -> Self {
        Self { plugin, stream, lines: Lines::default(), panicking: false }
    }

    /// Takes output that is no log: a line is an event at debug level.
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        let mut lines = std::mem::take(&mut self.lines);
        lines.feed(bytes, |line| {
            self.emit(&LogLine::text(Some(Level::DEBUG), line));
        });
        self.lines = lines;
    }

    /// Takes the last line of [`bytes`](Self::bytes), if it did not end in a line end.
    pub(super) fn finish(&mut self) {
        std::mem::take(&mut self.lines).finish(|line| {
            self.emit(&LogLine::text(Some(Level::DEBUG), line));
        });
    }

    /// Takes one line of a log.
    pub(super) fn line(&mut self, line: &str) {
        let record = self.record(line);
        self.emit(&record);
    }

    /// What a line means, after the lines before it.
    fn record(&mut self, line: &str) -> LogLine {
        let mut record = LogLine::parse(line);
        // A text without a level is the only record that is all of its line.
        let is_text = record.level.is_none() && record.message == line;
        // The lines of a crash carry no level, and are what one looks for. A logger that speaks again has survived it.
        self.panicking = is_text && (self.panicking || LogLine::begins_a_panic(line));
        record.level.get_or_insert(if self.panicking { Level::ERROR } else { Level::DEBUG });
        record
    }

    fn emit(&self, record: &LogLine) {
        macro_rules! event {
            ($level:ident) => {
                tracing::event!(
                    target: "rpcplugin::plugin",
                    Level::$level,
                    plugin = &*self.plugin,
                    stream = self.stream,
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
}

/// The plugin must not be able to forge a line or to move the cursor of who reads the log.
fn clean(text: &str) -> String {
    text.chars().flat_map(printable).collect()
}

fn joined(fields: &[(String, String)]) -> String {
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

    fn levels(lines: &[&str]) -> Vec<Level> {
        let mut log = LogForwarder::new("test".into(), "stderr");
        lines.iter().map(|line| log.record(line).level.unwrap()).collect()
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

    #[test]
    fn a_last_line_is_taken_once() {
        let mut log = LogForwarder::new("test".into(), "stdout");
        log.bytes(b"whole\nhalf");
        let mut kept = Vec::new();
        std::mem::take(&mut log.lines).finish(|line| kept.push(line.to_owned()));
        assert_eq!(kept, ["half"]);
        log.bytes(b"half");
        log.finish();
        std::mem::take(&mut log.lines).finish(|line| panic!("`{line}` is left"));
    }
}

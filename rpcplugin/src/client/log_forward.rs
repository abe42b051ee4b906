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

    /// Takes one line of a log.
    pub(super) fn line(&mut self, line: &str) {
        let mut record = LogLine::parse(line);
        if record.level.is_none() {
            // The lines of a crash carry no level, and are what one looks for.
            self.panicking = self.panicking || LogLine::begins_a_panic(line);
            record.level = Some(if self.panicking { Level::ERROR } else { Level::DEBUG });
        }
        self.emit(&record);
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

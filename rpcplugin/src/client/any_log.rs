//! Any bytes as a plugin's log, however they come: what must hold for all of them.

use tracing::Level;

use super::log_forward::{LogForwarder, PluginLog};
use super::output::Lines;

/// Reads these bytes as a log, in pieces of a size that the first of them says.
pub(crate) fn log(bytes: &[u8]) {
    let Some((size, bytes)) = bytes.split_first() else { return };
    let whole = cut(bytes, bytes.len().max(1));
    assert_eq!(cut(bytes, usize::from(*size).saturating_add(1)), whole, "it depends on the pieces");
    let log = PluginLog {
        plugin: "any".into(),
        lowest: Level::TRACE,
        line_bytes_max: LINE_BYTES_MAX,
        bytes_per_second: 0,
    };
    let mut forwarder = log.forwarder("stderr");
    for line in &whole {
        let (message, fields) = forwarder.shown(line);
        for text in message.chars().chain(fields.chars()) {
            assert!(!text.is_control() || text == '\t', "{line:?} is shown as {message:?} {fields:?}");
        }
    }
}

/// Short enough that a fuzzer finds it.
const LINE_BYTES_MAX: usize = 64;

fn cut(bytes: &[u8], size: usize) -> Vec<String> {
    let (mut lines, mut found) = (Lines::new(LINE_BYTES_MAX), Vec::new());
    for piece in bytes.chunks(size) {
        lines.feed(piece, |line| found.push(line.to_owned()));
    }
    lines.finish(|line| found.push(line.to_owned()));
    found
}

impl LogForwarder {
    /// What a line looks like in the log of the host: its message, and the rest of it.
    fn shown(&mut self, line: &str) -> (String, String) {
        let record = self.record(line);
        let logger = record.logger.as_deref().unwrap_or_default();
        (
            super::log_forward::clean(&record.message),
            super::log_forward::clean(logger) + &super::log_forward::joined(&record.fields),
        )
    }
}

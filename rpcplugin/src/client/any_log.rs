//! Any bytes as a plugin's log, however they come: what must hold for all of them.

use super::log_forward::joined;
use super::log_line::{LogLine, LogReader};
use super::output::Lines;
use crate::quote::clean;

/// Reads these bytes as a log, in pieces of a size that the first of them says.
pub(crate) fn log(bytes: &[u8]) {
    let Some((size, bytes)) = bytes.split_first() else { return };
    let whole = cut(bytes, bytes.len().max(1));
    assert_eq!(cut(bytes, usize::from(*size).saturating_add(1)), whole, "it depends on the pieces");
    let mut reader = LogReader::default();
    for line in &whole {
        let (message, fields) = shown(&reader.record(line));
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

/// What a record looks like in the log of the host: its message, and the rest of it.
fn shown(record: &LogLine) -> (String, String) {
    let logger = record.logger.as_deref().unwrap_or_default();
    (clean(&record.message), clean(logger) + &joined(&record.fields))
}

//! Any bytes on a plugin's standard output, however they come: what must hold for all of them.

use super::{FirstLines, HandshakeError, HandshakeLine};
use crate::limits::{HANDSHAKE_LINE_BYTES_MAX, HANDSHAKE_STRAY_BYTES_MAX, HANDSHAKE_STRAY_LINES_DEFAULT};

/// Looks for the line in these bytes, in pieces of a size that the first of them says.
pub(crate) fn first_lines(bytes: &[u8]) {
    let Some((size, bytes)) = bytes.split_first() else { return };
    let whole = find(bytes, bytes.len().max(1));
    let (found, output) = find(bytes, usize::from(*size).saturating_add(1));
    assert_eq!(found, whole.0, "it depends on the pieces");
    assert_eq!(output, whole.1, "what is left depends on the pieces");
    match found {
        Ok(Some(line)) => again(&line),
        Ok(None) => assert_eq!(output, bytes, "something is lost"),
        Err(error) => is_fit_for_a_terminal(&error),
    }
}

/// What is found in pieces of this size, and what is left behind it.
fn find(bytes: &[u8], size: usize) -> (Result<Option<HandshakeLine>, HandshakeError>, Vec<u8>) {
    let mut lines = FirstLines::new(HANDSHAKE_STRAY_LINES_DEFAULT);
    let mut found = Ok(None);
    for piece in bytes.chunks(size) {
        lines.buffer().extend_from_slice(piece);
        if found == Ok(None) {
            found = lines.find(&|_| false);
        }
    }
    assert!(lines.stray_lines() <= HANDSHAKE_STRAY_LINES_DEFAULT.saturating_add(1));
    // Where it was refused nobody reads on.
    let output = if found.is_ok() { lines.into_output().to_vec() } else { Vec::new() };
    (found, output)
}

/// What was read is written again, and read as the same.
fn again(line: &HandshakeLine) {
    let text = line.to_string();
    // So short a certificate is taken for none.
    let is_kept = line.certificate.as_ref().is_none_or(|certificate| certificate.len() > 40);
    if is_kept && text.len() <= HANDSHAKE_LINE_BYTES_MAX {
        assert_eq!(text.parse().as_ref(), Ok(line), "{text}");
    }
}

fn is_fit_for_a_terminal(error: &HandshakeError) {
    let text = error.to_string();
    let moves = |character: char| character.is_control() && character != '\t';
    assert!(!text.chars().any(moves), "{text:?}");
    assert!(text.len() <= HANDSHAKE_STRAY_BYTES_MAX, "{} bytes of an error", text.len());
}

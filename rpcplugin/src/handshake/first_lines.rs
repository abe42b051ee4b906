//! What stands on a plugin's standard output until its handshake line, in whatever pieces it comes.

use bytes::BytesMut;

use super::{HandshakeError, HandshakeLine};
use crate::limits::{HANDSHAKE_LINE_BYTES_MAX, HANDSHAKE_STRAY_BYTES_MAX};
use crate::transport::Address;

/// The lines before the handshake line, and what may be that line.
#[derive(Debug)]
pub(crate) struct FirstLines {
    /// Whole lines that are none.
    stray: BytesMut,
    stray_lines: usize,
    stray_lines_max: usize,
    /// What was not looked at as a line yet.
    unread: BytesMut,
    /// In so many bytes of it there is no line end.
    searched: usize,
}

impl FirstLines {
    /// So many lines are skipped that are no handshake line.
    pub(crate) fn new(stray_lines_max: usize) -> Self {
        Self { stray: BytesMut::new(), stray_lines: 0, stray_lines_max, unread: BytesMut::new(), searched: 0 }
    }

    /// Where the next bytes go. [`find`](Self::find) looks at them.
    pub(crate) const fn buffer(&mut self) -> &mut BytesMut {
        &mut self.unread
    }

    /// The handshake line, if it is there. The first refusal is the last word.
    pub(crate) fn find(
        &mut self,
        is_allowed: &dyn Fn(&Address) -> bool,
    ) -> Result<Option<HandshakeLine>, HandshakeError> {
        while let Some(end) = self.unread.iter().skip(self.searched).position(|byte| *byte == b'\n') {
            let end = self.searched.saturating_add(end);
            self.searched = 0;
            if end > HANDSHAKE_LINE_BYTES_MAX {
                return Err(HandshakeError::TooLong { limit: HANDSHAKE_LINE_BYTES_MAX });
            }
            let line = self.unread.split_to(end.saturating_add(1));
            if is_handshake(&line) {
                return HandshakeLine::read(&line, is_allowed).map(Some);
            }
            self.skip(&line)?;
        }
        self.searched = self.unread.len();
        match self.searched > HANDSHAKE_LINE_BYTES_MAX {
            true => Err(HandshakeError::TooLong { limit: HANDSHAKE_LINE_BYTES_MAX }),
            false => Ok(None),
        }
    }

    fn skip(&mut self, line: &[u8]) -> Result<(), HandshakeError> {
        self.stray.extend_from_slice(line);
        self.stray_lines = self.stray_lines.saturating_add(1);
        if self.stray_lines <= self.stray_lines_max && self.stray.len() <= HANDSHAKE_STRAY_BYTES_MAX {
            return Ok(());
        }
        let first = self.stray[..].split(|byte| *byte == b'\n').next().unwrap_or_default();
        let line = String::from_utf8_lossy(first).trim().to_owned();
        Err(match self.stray_lines {
            1 => HandshakeError::Unrecognized { line },
            lines => HandshakeError::StrayLines { lines, first: line },
        })
    }

    /// How many lines were skipped.
    pub(crate) const fn stray_lines(&self) -> usize {
        self.stray_lines
    }

    /// Everything that came, for an error.
    pub(crate) fn printed(&self) -> String {
        let lines = String::from_utf8_lossy(&self.stray);
        format!("{lines}{}", String::from_utf8_lossy(&self.unread))
    }

    /// What came beside the handshake line: the output of the plugin.
    pub(crate) fn into_output(self) -> BytesMut {
        let Self { mut stray, unread, .. } = self;
        stray.unsplit(unread);
        stray
    }
}

/// Whether a line wants to be a handshake line: it begins with digits and a bar, or it has `unix` or `tcp` in the third of at
/// least four fields. One broken field, whichever it is, leaves one of the two.
fn is_handshake(line: &[u8]) -> bool {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).trim_ascii();
    let mut fields = line.split(|byte| *byte == b'|');
    let core = fields.next().unwrap_or_default();
    let mut rest = fields.skip(1);
    let begins_with_a_number =
        core.len() < line.len() && !core.is_empty() && core.iter().all(u8::is_ascii_digit);
    begins_with_a_number || matches!(rest.next(), Some(b"unix" | b"tcp")) && rest.next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "1|1|unix|/a|grpc|";

    /// What is found in these pieces, with the rest of the output.
    fn find(pieces: &[&[u8]], stray_lines_max: usize) -> Result<(HandshakeLine, BytesMut), HandshakeError> {
        let mut lines = FirstLines::new(stray_lines_max);
        let mut found = None;
        for piece in pieces {
            lines.buffer().extend_from_slice(piece);
            if found.is_none() {
                found = lines.find(&|_| false)?;
            }
        }
        Ok((found.expect("a line"), lines.into_output()))
    }

    #[test]
    fn the_line_is_the_same_wherever_it_is_split_and_whatever_stands_around_it() {
        for ends in ["\n", "\r\n"] {
            let text = format!("hello{ends}\u{feff}{LINE}{ends}and then");
            let expected = format!("hello{ends}and then");
            for at in 0..=text.len() {
                let (left, right) = text.as_bytes().split_at(at);
                let (line, output) = find(&[left, right], 64).unwrap();
                assert_eq!((line.to_string().as_str(), &output[..]), (LINE, expected.as_bytes()), "{at}");
            }
            let bytes: Vec<_> = text.as_bytes().chunks(1).collect();
            assert_eq!(find(&bytes, 64).unwrap().0.to_string(), LINE);
        }
    }

    #[test]
    fn what_wants_to_be_the_line_is_told_from_other_output() {
        for line in [
            "1|1|unix|/a|grpc|",
            "1|",
            "99|x",
            " 1|1\r",
            "x|1|unix|/a",
            "|1|tcp|:1",
            "-1|y|unix|/a|",
            "\u{feff}1|1",
        ] {
            assert!(is_handshake(line.as_bytes()), "{line}");
        }
        for line in [
            "",
            "1",
            "hello",
            "a|b|c|d|e",
            "level=info|1",
            "1 |x",
            "x|1|unix",
            "12:30|ready",
            "|",
            "\u{661}|1",
        ] {
            assert!(!is_handshake(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn so_many_other_lines_are_skipped_and_the_next_is_refused_with_the_first() {
        let stray = |lines: usize| "\x1b[2Jfirst\n".repeat(lines) + LINE + "\n";
        for (lines, max) in [(0, 0), (1, 1), (64, 64)] {
            assert!(find(&[stray(lines).as_bytes()], max).is_ok(), "{lines}");
        }
        let first = "\x1b[2Jfirst".to_owned();
        let error = find(&[stray(1).as_bytes()], 0).unwrap_err();
        assert_eq!(error, HandshakeError::Unrecognized { line: first.clone() });
        let error = find(&[stray(65).as_bytes()], 64).unwrap_err();
        assert_eq!(error, HandshakeError::StrayLines { lines: 65, first });
        assert!(error.to_string().contains("`\\u{1b}[2Jfirst`"), "{error}");
        // Few lines, and too much in them.
        let long = "x".repeat(HANDSHAKE_LINE_BYTES_MAX) + "\n";
        let error = find(&[long.as_bytes(), LINE.as_bytes()], 64).unwrap_err();
        assert!(matches!(error, HandshakeError::Unrecognized { .. }), "{error}");
    }

    #[test]
    fn a_line_without_an_end_is_refused_at_the_limit_and_takes_no_more_memory() {
        let mut lines = FirstLines::new(64);
        let piece = [b'1'; 8 * 1024];
        let mut taken = 0;
        let error = loop {
            lines.buffer().extend_from_slice(&piece);
            taken += piece.len();
            if let Err(error) = lines.find(&|_| false) {
                break error;
            }
        };
        assert_eq!(error, HandshakeError::TooLong { limit: HANDSHAKE_LINE_BYTES_MAX });
        assert!(taken <= HANDSHAKE_LINE_BYTES_MAX + piece.len());
        // One that ends is as long as it is.
        let long = "1|1|unix|/".to_owned() + &"a".repeat(HANDSHAKE_LINE_BYTES_MAX) + "|grpc|\n";
        let error = find(&[long.as_bytes()], 64).unwrap_err();
        assert_eq!(error, HandshakeError::TooLong { limit: HANDSHAKE_LINE_BYTES_MAX });
    }
}

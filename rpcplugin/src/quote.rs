//! Text of the other side in a message of ours: escaped, so that it cannot forge a line or reach a terminal, and cut.

use crate::limits::QUOTE_CHARACTERS_MAX;

/// `text` in backticks, fit to stand in an error or a log line.
pub(crate) fn quote(text: &str) -> String {
    let mut characters = text.chars();
    let mut quoted = String::from("`");
    for character in characters.by_ref().take(QUOTE_CHARACTERS_MAX) {
        match character {
            // Readable in an error, and harmless.
            '"' | '\'' => quoted.push(character),
            _ => quoted.extend(character.escape_debug()),
        }
    }
    quoted.push('`');
    match characters.count() {
        0 => {}
        left => quoted.push_str(&format!(" and {left} more characters")),
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped_and_long_text_is_cut() {
        assert_eq!(quote("a\u{1b}[31m\n"), "`a\\u{1b}[31m\\n`");
        let long = quote(&"x".repeat(QUOTE_CHARACTERS_MAX + 7));
        assert!(long.ends_with("` and 7 more characters"), "{long}");
    }
}

//! Text of the other side in a message of ours: escaped, so that it cannot forge a line or reach a terminal, and cut.

use crate::limits::QUOTE_CHARACTERS_MAX;

/// `text` in backticks, fit to stand in an error or a log line.
pub(crate) fn quote(text: &str) -> String {
    let mut characters = text.chars();
    let mut quoted = String::from("`");
    quoted.extend(characters.by_ref().take(QUOTE_CHARACTERS_MAX).flat_map(printable));
    quoted.push('`');
    match characters.count() {
        0 => {}
        left => quoted.push_str(&format!(" and {left} more characters")),
    }
    quoted
}

/// `text` as it may be shown: the other side must not be able to forge a line or to move the cursor of who reads it.
#[cfg(feature = "client")]
pub(crate) fn clean(text: &str) -> String {
    text.chars().flat_map(printable).collect()
}

/// A character as it is, or escaped if it could move a cursor, turn the direction of a text or forge a line.
pub(crate) fn printable(character: char) -> impl Iterator<Item = char> {
    let harmless = character == '\t' || !(character.is_control() || directs(character));
    let plain = harmless.then_some(character);
    let escape = (!harmless).then(|| character.escape_default());
    plain.into_iter().chain(escape.into_iter().flatten())
}

/// Characters that are not seen and change what is: directions, line and paragraph separators, the byte order mark.
const fn directs(character: char) -> bool {
    matches!(
        character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped_and_long_text_is_cut() {
        assert_eq!(quote("a\u{1b}[31m\n"), "`a\\u{1b}[31m\\n`");
        assert_eq!(quote("\u{202e}lived"), "`\\u{202e}lived`");
        assert_eq!(quote("नमस्ते \"é\""), "`नमस्ते \"é\"`");
        let long = quote(&"x".repeat(QUOTE_CHARACTERS_MAX + 7));
        assert!(long.ends_with("` and 7 more characters"), "{long}");
    }
}

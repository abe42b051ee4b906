//! Comments of a file as documentation in Rust: they stay words, and nothing in them is run or taken for a link.

use std::fmt::Write as _;

use prost_build::Comments;

/// What the file says. An indented line is no example in Rust, and neither is what stands between fences.
pub(crate) fn documentation(comments: &Comments, indent: &str, text: &mut String) -> std::fmt::Result {
    let mut fence: Option<&str> = None;
    for line in &comments.leading {
        let trimmed = line.trim();
        let line = match (fence, fence_of(trimmed)) {
            (None, Some(opening)) => {
                fence = Some(opening);
                format!("{opening}{}", language(trimmed.trim_start_matches(opening)))
            }
            (None, None) => escaped(trimmed),
            (Some(opening), Some(closing)) if trimmed == closing && closing.starts_with(opening) => {
                fence = None;
                closing.to_owned()
            }
            // The space behind the slashes is the comment's.
            (Some(_), _) => line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned(),
        };
        let space = if line.is_empty() { "" } else { " " };
        writeln!(text, "{indent}///{space}{line}")?;
    }
    Ok(())
}

/// The marks of a fence that a line begins with. A line with backticks further on is no fence, but code within a line.
fn fence_of(line: &str) -> Option<&str> {
    ['`', '~'].iter().find_map(|mark| {
        let behind = line.trim_start_matches(*mark);
        let marks = line.strip_suffix(behind)?;
        (marks.len() >= 3 && !(*mark == '`' && behind.contains('`'))).then_some(marks)
    })
}

/// What is written behind a fence. What says nothing, or that it is Rust, would be run as a test of whoever builds the file;
/// and rustdoc has many ways to say the latter, most of them with more than one word.
fn language(said: &str) -> &str {
    let said = said.trim();
    let is_word = !said.is_empty() && said.chars().all(|character| character.is_ascii_alphanumeric());
    let is_rust = ["rust", "ignore", "standalone"].contains(&said) || said.starts_with("edition");
    if is_word && !is_rust { said } else { "text" }
}

/// Brackets as such, where they are not in code or escaped already: `[0, 1)` is no link, and `List<T>` no HTML.
fn escaped(line: &str) -> String {
    let mut escaped = String::new();
    let (mut in_code, mut before) = (false, ' ');
    for (at, character) in line.char_indices() {
        in_code ^= character == '`';
        let is_address = line.get(at..).is_some_and(|rest| rest.starts_with("<http"));
        if matches!(character, '[' | ']' | '<') && !in_code && before != '\\' && !is_address {
            escaped.push('\\');
        }
        escaped.push(character);
        before = character;
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn documented(lines: &[&str]) -> String {
        let comments = Comments {
            leading_detached: Vec::new(),
            leading: lines.iter().map(|line| (*line).to_owned()).collect(),
            trailing: Vec::new(),
        };
        let mut text = String::new();
        documentation(&comments, "", &mut text).unwrap();
        text
    }

    #[test]
    fn what_stands_between_fences_is_no_test() {
        for said in ["```", " ```rust", "```should_panic", "```edition2021", "~~~", "````", "``` proto,rust"]
        {
            let marks = fence_of(said.trim()).unwrap();
            let text = documented(&[said, "   a[0] = <T>;", marks, " [1]"]);
            assert_eq!(text, format!("/// {marks}text\n///   a[0] = <T>;\n/// {marks}\n/// \\[1\\]\n"));
        }
        assert_eq!(documented(&["```proto", "```"]), "/// ```proto\n/// ```\n");
        // Code within a line opens no fence.
        assert_eq!(documented(&["```a[0]``` b", "[1]"]), "/// ```a[0]``` b\n/// \\[1\\]\n");
    }

    #[test]
    fn brackets_are_no_links_and_no_html() {
        for (said, expected) in [
            (" From [0, 1) of a List<T>.", "/// From \\[0, 1) of a List\\<T>.\n"),
            ("`a[0]` \\[b\\] <https://example.org>", "/// `a[0]` \\[b\\] <https://example.org>\n"),
            ("", "///\n"),
        ] {
            assert_eq!(documented(&[said]), expected);
        }
    }
}

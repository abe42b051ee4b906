//! Names and documentation, as other languages write them.

use std::collections::BTreeMap;

use super::SchemaError;

/// `SensorData` as `sensor_data`, `HTTPStatus` as `http_status`.
pub(super) fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    let mut before = None;
    let mut rest = name.chars().peekable();
    while let Some(character) = rest.next() {
        let begins_word = character.is_uppercase()
            && match before {
                None | Some('_') => false,
                // The last capital of `HTTPStatus` belongs to the word behind it.
                Some(before) if char::is_uppercase(before) => {
                    rest.peek().is_some_and(|next| next.is_lowercase())
                }
                Some(_) => true,
            };
        if begins_word {
            snake.push('_');
        }
        snake.extend(character.to_lowercase());
        before = Some(character);
    }
    snake
}

/// `SensorData` as `SENSOR_DATA`.
pub(super) fn upper_snake_case(name: &str) -> String {
    snake_case(name).to_uppercase()
}

/// `sensor_Data` as `sensordata`: what is left of a name where capitals and underscores do not count.
pub(super) fn letters(name: &str) -> String {
    name.chars().filter(|character| *character != '_').flat_map(char::to_lowercase).collect()
}

/// `SENSOR_KIND_WARM` as `WARM`, if the owner is `SensorKind`: how protobuf compares the values of an enum. A name that has
/// nothing else is kept.
pub(super) fn without_owner<'a>(name: &'a str, owner: &str) -> &'a str {
    let mut rest = name.chars();
    for letter in letters(owner).chars() {
        if rest.find(|character| *character != '_').map(|found| found.to_ascii_lowercase()) != Some(letter) {
            return name;
        }
    }
    match rest.as_str().trim_start_matches('_') {
        "" => name,
        rest => rest,
    }
}

/// `sensor_data` as `SensorDataEntry`: the message that protobuf puts beside a map for its entries.
pub(super) fn entry_name(field: &str) -> String {
    let mut entry = String::new();
    let mut begins_word = true;
    for character in field.chars() {
        match character {
            '_' => begins_word = true,
            _ if begins_word => {
                entry.push(character.to_ascii_uppercase());
                begins_word = false;
            }
            _ => entry.push(character),
        }
    }
    entry + "Entry"
}

/// `sensor_data` as `sensorData`: what protobuf calls a field in JSON.
pub(super) fn json_name(field: &str) -> String {
    let mut json = String::new();
    let mut begins_word = false;
    for character in field.chars() {
        match character {
            '_' => begins_word = true,
            _ if begins_word => {
                json.push(character.to_ascii_uppercase());
                begins_word = false;
            }
            _ => json.push(character),
        }
    }
    json
}

/// The name of a field where a name must not begin with a digit: `0`, as a tuple has it, is `field_0`.
pub(super) fn field_name(name: &str) -> String {
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        format!("field_{name}")
    } else {
        name.to_owned()
    }
}

/// Documentation as comments, one line each. Nothing of it can end a comment: it has no other control characters.
pub(super) fn comments(mark: &str, indent: &str, docs: &str) -> String {
    let mut comments = String::new();
    for line in docs.lines() {
        let line = plain(line);
        let space = if line.is_empty() { "" } else { " " };
        comments.push_str(&format!("{indent}{mark}{space}{line}\n"));
    }
    comments
}

/// Documentation as one line.
pub(super) fn one_line(docs: &str) -> String {
    docs.lines()
        .map(|line| plain(line).trim().to_owned())
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn plain(line: &str) -> String {
    let line: String =
        line.chars().map(|character| if is_unprintable(character) { ' ' } else { character }).collect();
    line.trim_end().to_owned()
}

/// What may end a line for somebody who reads the text, or has no place in one. Unicode's own ends of lines are no control
/// characters.
fn is_unprintable(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

/// The names of one scope, each with what it belongs to.
#[derive(Debug)]
pub(super) struct Names {
    language: &'static str,
    owners: BTreeMap<String, String>,
}

impl Names {
    pub(super) fn new(language: &'static str) -> Self {
        Self { language, owners: BTreeMap::new() }
    }

    /// Takes a name.
    ///
    /// # Errors
    ///
    /// If it was taken before.
    pub(super) fn take(&mut self, name: String, owner: &str) -> Result<(), SchemaError> {
        if let Some(first) = self.owners.get(&name) {
            let (first, second) = (first.clone(), owner.to_owned());
            return Err(SchemaError::TwoNames { language: self.language, name, first, second });
        }
        self.owners.insert(name, owner.to_owned());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_apart_by_their_capitals() {
        let cases = [
            ("Sample", "sample"),
            ("SensorData", "sensor_data"),
            ("HTTPStatus", "http_status"),
            ("StatusHTTP", "status_http"),
            ("Utf8Text", "utf8_text"),
            ("ABTest", "ab_test"),
            ("already_snake", "already_snake"),
            ("A_B", "a_b"),
            ("", ""),
        ];
        for (name, expected) in cases {
            assert_eq!(snake_case(name), expected);
            assert_eq!(upper_snake_case(name), expected.to_uppercase());
        }
        assert_eq!(letters("_sensor_Data_1"), "sensordata1");
        assert_eq!(entry_name("sensor_data_1"), "SensorData1Entry");
        assert_eq!(entry_name("_a__bC"), "ABCEntry");
        assert_eq!(json_name("sensor_data_1"), "sensorData1");
        assert_eq!(json_name("_a__bC_"), "ABC");
        assert_eq!(without_owner("SENSOR_KIND_WARM_1", "SensorKind"), "WARM_1");
        assert_eq!(without_owner("SensorKind__Warm", "Sensor_Kind"), "Warm");
        assert_eq!(without_owner("SENSOR_WARM", "SensorKind"), "SENSOR_WARM");
        assert_eq!(without_owner("SENSOR_KIND_", "SensorKind"), "SENSOR_KIND_");
        assert_eq!(without_owner("SENSOR", "SensorKind"), "SENSOR");
        assert_eq!(field_name("0"), "field_0");
        assert_eq!(field_name("zero"), "zero");
    }

    #[test]
    fn documentation_cannot_leave_its_comment() {
        assert_eq!(comments("//", "  ", "One.\n\nTwo. "), "  // One.\n  //\n  // Two.\n");
        assert_eq!(comments("#", "", "a\rimport os"), "# a import os\n");
        assert_eq!(comments("#", "", ""), "");
        for end in ["\r", "\0", "\u{b}", "\u{c}", "\u{1c}", "\u{85}", "\u{2028}", "\u{2029}"] {
            assert_eq!(comments("#", "", &format!("a{end}import os")), "# a import os\n", "{end:?}");
            assert_eq!(one_line(&format!("a{end}b")), "a b");
        }
        assert_eq!(comments("//", "", "a\r\nb\n\rc"), "// a\n// b\n//  c\n");
        assert_eq!(one_line("One.\n\n  Two.\r\nThree.\u{b}"), "One. Two. Three.");
    }

    #[test]
    fn a_name_that_is_taken_is_refused_with_both_owners() {
        let mut names = Names::new("Python");
        names.take("a_b".into(), "a_b").unwrap();
        let error = names.take("a_b".into(), "a.b").unwrap_err();
        assert_eq!(error.to_string(), "`a_b` and `a.b` are both named `a_b` in Python; rename either");
    }
}

//! What a line on a plugin's standard error means. Pure, and total: every line is some record.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use tracing::Level;

/// A line as a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LogLine {
    /// `None` where the line does not say.
    pub(super) level: Option<Level>,
    pub(super) message: String,
    /// The name of the plugin's logger.
    pub(super) logger: Option<String>,
    /// What else the record holds, in the order of the line.
    pub(super) fields: Vec<(String, String)>,
}

impl LogLine {
    /// Reads a line: Go's hclog JSON, or a text with a level before it, or any text.
    pub(super) fn parse(line: &str) -> Self {
        let json = if line.starts_with('{') { parse_json(line) } else { None };
        json.unwrap_or_else(|| parse_text(line))
    }

    pub(super) fn text(level: Option<Level>, message: &str) -> Self {
        Self { level, message: message.to_owned(), logger: None, fields: Vec::new() }
    }

    /// Whether the line begins the report of a crash: everything after it belongs to the report.
    pub(super) fn begins_a_panic(line: &str) -> bool {
        let go = line.starts_with("panic: ") || line.starts_with("fatal error: ");
        let rust = line.starts_with("thread '") && line.contains("' panicked at ")
            || line.starts_with("thread '") && line.contains(") panicked at ");
        let python = line.starts_with("Traceback (most recent call last)");
        go || rust || python
    }
}

/// Reads the lines of a log one after another.
#[derive(Debug, Default)]
pub(super) struct LogReader {
    panicking: bool,
}

impl LogReader {
    /// What a line means, after the lines before it.
    pub(super) fn record(&mut self, line: &str) -> LogLine {
        let mut record = LogLine::parse(line);
        // A text without a level is the only record that is all of its line.
        let is_text = record.level.is_none() && record.message == line;
        // The lines of a crash carry no level, and are what one looks for. A logger that speaks again has survived it.
        self.panicking = is_text && (self.panicking || LogLine::begins_a_panic(line));
        record.level.get_or_insert(if self.panicking { Level::ERROR } else { Level::DEBUG });
        record
    }
}

/// The words that hclog writes, in any case.
fn level(word: &str) -> Option<Level> {
    let levels = [
        ("trace", Level::TRACE),
        ("debug", Level::DEBUG),
        ("info", Level::INFO),
        ("warn", Level::WARN),
        ("error", Level::ERROR),
    ];
    levels.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, level)| level)
}

/// `[INFO]  text`, as hclog's plain format and Go's log writer have it.
fn parse_text(line: &str) -> LogLine {
    let tagged = line.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let (level, message) = match tagged.and_then(|(word, rest)| Some((level(word)?, rest))) {
        Some((level, rest)) => (Some(level), rest.trim_start()),
        None => (None, line),
    };
    LogLine::text(level, message)
}

/// A record of hclog. Anything else in braces is a text: a forged or half record must not be taken for one.
fn parse_json(line: &str) -> Option<LogLine> {
    let Record(entries) = serde_json::from_str(line).ok()?;
    let mut record = LogLine::text(None, "");
    let mut has_message = false;
    for (key, value) in entries {
        match (key.as_str(), value) {
            ("@message", Value::String(message)) => {
                has_message = true;
                record.message = message;
            }
            ("@level", Value::String(word)) => record.level = Some(level(&word)?),
            ("@module", Value::String(logger)) => record.logger = Some(logger),
            // The time of the event is when it arrives: pipes are fast, and a plugin's clock proves nothing.
            ("@timestamp", Value::String(_)) => {}
            ("@message" | "@level" | "@timestamp", _) => return None,
            (_, Value::String(text)) => record.fields.push((key, text)),
            (_, value) => record.fields.push((key, value.to_string())),
        }
    }
    (has_message || record.level.is_some()).then_some(record)
}

/// The members of a JSON object, in their order.
struct Record(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Record;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Record, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Record(entries))
            }
        }

        deserializer.deserialize_map(Members)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_record_of_hclog_keeps_its_level_its_logger_and_the_order_of_its_fields() {
        let line = r#"{"@level":"warn","@message":"low","@module":"kv.store","@timestamp":"2026-01-02T03:04:05.000006Z","z":1,"a":"two","m":{"x":[true]}}"#;
        let record = LogLine::parse(line);
        assert_eq!(record.level, Some(Level::WARN));
        assert_eq!(record.message, "low");
        assert_eq!(record.logger.as_deref(), Some("kv.store"));
        let fields: Vec<_> =
            record.fields.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        assert_eq!(fields, [("z", "1"), ("a", "two"), ("m", r#"{"x":[true]}"#)]);
    }

    #[test]
    fn a_record_may_have_nothing_but_a_level_and_fields() {
        let record = LogLine::parse(r#"{"@level":"warn","left":3}"#);
        let fields = vec![("left".to_owned(), "3".to_owned())];
        assert_eq!(record, LogLine { fields, ..LogLine::text(Some(Level::WARN), "") });
    }

    #[test]
    fn a_level_before_a_text_is_its_level() {
        assert_eq!(LogLine::parse("[INFO]  ready"), LogLine::text(Some(Level::INFO), "ready"));
        assert_eq!(LogLine::parse("[error] no"), LogLine::text(Some(Level::ERROR), "no"));
        assert_eq!(LogLine::parse("[NOTE] x"), LogLine::text(None, "[NOTE] x"));
        assert_eq!(LogLine::parse("plain"), LogLine::text(None, "plain"));
        assert_eq!(LogLine::parse(""), LogLine::text(None, ""));
    }

    #[test]
    fn json_that_is_no_record_stays_a_text() {
        let lines = [
            r#"["HELLO"]"#,
            "12345",
            r#"{"a":1}"#,
            r#"{"@message": 1}"#,
            r#"{"@message":"x","@level":7}"#,
            r#"{"@message":"x","@level":"loud"}"#,
            r#"{"@message":"x","@timestamp":0}"#,
            r#"{"@message":"x""#,
            r#"{"@message":"x"} trailing"#,
        ];
        for line in lines {
            assert_eq!(LogLine::parse(line), LogLine::text(None, line));
        }
    }

    #[test]
    fn crashes_of_three_languages_are_recognised() {
        for line in [
            "panic: runtime error: index out of range",
            "fatal error: all goroutines are asleep",
            "thread 'main' panicked at src/main.rs:4:5:",
            "thread 'tokio-rt-worker' (4711) panicked at src/main.rs:4:5:",
            "Traceback (most recent call last):",
        ] {
            assert!(LogLine::begins_a_panic(line), "{line}");
        }
        assert!(!LogLine::begins_a_panic("do not panic: all is well"));
    }

    proptest! {
        #[test]
        fn every_line_is_some_record(line in "\\PC*") {
            let _ = LogLine::parse(&line);
        }

        #[test]
        fn every_object_is_some_record(key in "@?[a-z]{0,9}", value in "\"[a-z]*\"|[0-9]+|null|\\[\\]|\\{\\}") {
            let _ = LogLine::parse(&format!("{{\"{key}\":{value}}}"));
        }
    }
}

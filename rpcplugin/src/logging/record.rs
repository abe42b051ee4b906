//! One record as a line of JSON, in the form of Go's hclog. Pure.

use std::time::SystemTime;

use serde_json::Value;
use tracing::Level;

use crate::limits::{LOG_MESSAGE_BYTES_MAX, LOG_RECORD_BYTES_MAX};

/// What a value takes at least beside its text: quotes, a comma, a colon, and what says that it was cut.
const OVERHEAD_BYTES: usize = 64;

/// Fields by their names, in the order in which they were first named. A name that comes again replaces its value.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields(Vec<(String, Value)>);

impl Fields {
    pub(super) fn set(&mut self, name: &str, value: Value) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    /// Adds what others hold; theirs replace ours.
    pub(super) fn extend(&mut self, others: &Self) {
        for (name, value) in &others.0 {
            self.set(name, value.clone());
        }
    }

    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        let place = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.remove(place).1)
    }
}

/// What a line says beside its fields.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record<'a> {
    pub(super) level: Level,
    pub(super) module: &'a str,
    pub(super) message: &'a str,
    pub(super) time: SystemTime,
}

impl Record<'_> {
    /// The line, its end included. Whatever the fields hold, it is one line, and no longer than a host reads as one.
    pub(super) fn line(&self, fields: &Fields) -> String {
        let mut line = String::from("{\"@level\":");
        line.push_str(&text(name(self.level), usize::MAX));
        line.push_str(",\"@message\":");
        line.push_str(&text(self.message, LOG_MESSAGE_BYTES_MAX));
        if !self.module.is_empty() {
            line.push_str(",\"@module\":");
            line.push_str(&text(self.module, LOG_MESSAGE_BYTES_MAX / 8));
        }
        // Six digits, always: a Go host takes a line with any other time for no record.
        let time = humantime::format_rfc3339_micros(self.time).to_string();
        line.push_str(",\"@timestamp\":");
        line.push_str(&text(&time, usize::MAX));
        let left_out = fields.0.iter().filter(|(name, value)| !append(&mut line, name, value)).count();
        if left_out > 0 {
            line.push_str(&format!(",\"fields_left_out\":{left_out}"));
        }
        line.push_str("}\n");
        line
    }
}

/// Adds a field, if there is room for it.
fn append(line: &mut String, name: &str, value: &Value) -> bool {
    // What hclog itself writes begins so, and must not be said twice.
    let name = if name.starts_with('@') { format!("field.{name}") } else { name.to_owned() };
    let name = text(&name, LOG_MESSAGE_BYTES_MAX / 8);
    let room = LOG_RECORD_BYTES_MAX.saturating_sub(line.len() + name.len());
    if room < 2 * OVERHEAD_BYTES {
        return false;
    }
    let value = match value {
        Value::String(value) => text(value, room - OVERHEAD_BYTES),
        other => other.to_string(),
    };
    line.push(',');
    line.push_str(&name);
    line.push(':');
    line.push_str(&value);
    true
}

/// A string of JSON, of no more bytes than this and the word that says how many were left out.
fn text(text: &str, bytes_max: usize) -> String {
    let whole = Value::from(text).to_string();
    if whole.len() <= bytes_max {
        return whole;
    }
    // No byte of UTF-8 takes more than six characters of JSON.
    let kept = beginning(text, bytes_max / 6);
    Value::from(format!("{kept} [{} more bytes]", text.len() - kept.len())).to_string()
}

/// As many whole characters as have no more bytes than this.
pub(super) fn beginning(text: &str, bytes_max: usize) -> &str {
    let whole = (0..=bytes_max).rev().find_map(|end| text.get(..end));
    whole.unwrap_or(text)
}

/// The word for a level, as hclog writes it.
const fn name(level: Level) -> &'static str {
    match level {
        Level::TRACE => "trace",
        Level::DEBUG => "debug",
        Level::INFO => "info",
        Level::WARN => "warn",
        Level::ERROR => "error",
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    fn line(message: &str, fields: &[(&str, Value)]) -> String {
        let mut all = Fields::default();
        for (name, value) in fields {
            all.set(name, value.clone());
        }
        let time = UNIX_EPOCH + Duration::from_secs(1_767_323_045);
        Record { level: Level::WARN, module: "kv::store", message, time }.line(&all)
    }

    #[test]
    fn a_record_is_what_hclog_would_have_written() {
        let fields = [("z", Value::from(1)), ("a", "two".into()), ("on", true.into()), ("f", 0.5.into())];
        let expected = concat!(
            r#"{"@level":"warn","@message":"low \"disk\"\n","@module":"kv::store","@timestamp":"2026-01-02T03:04:05.000000Z","#,
            r#""z":1,"a":"two","on":true,"f":0.5}"#,
            "\n"
        );
        assert_eq!(line("low \"disk\"\n", &fields), expected);
    }

    #[test]
    fn a_field_cannot_pass_for_what_the_record_says_itself() {
        let line = line("true", &[("@message", "forged".into()), ("@level", "trace".into())]);
        let value: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(value["@message"], "true");
        assert_eq!(value["@level"], "warn");
        assert_eq!(value["field.@message"], "forged");
    }

    #[test]
    fn a_line_is_never_longer_than_a_host_reads_and_always_whole() {
        for character in ["x", "\u{1}", "é", "\u{1f600}", "\""] {
            let long = character.repeat(200_000);
            let fields: Vec<_> = ["a", "b", "c"].map(|name| (name, Value::from(long.clone()))).into();
            for (message, fields) in [(long.as_str(), &fields[..]), ("short", &fields[..]), (&long, &[])] {
                let line = line(message, fields);
                assert!(line.len() <= LOG_RECORD_BYTES_MAX, "{} bytes", line.len());
                let value: Value = serde_json::from_str(&line).unwrap();
                let cut = fields.first().map_or("@message", |_| "a");
                assert!(value[cut].as_str().unwrap().ends_with("more bytes]"), "{cut} of {character:?}");
            }
        }
    }

    #[test]
    fn fields_without_room_are_counted() {
        let names: Vec<String> = (0..20_000).map(|number| format!("name{number}")).collect();
        let fields: Vec<_> = names.iter().map(|name| (name.as_str(), Value::from("value"))).collect();
        let line = line("many", &fields);
        assert!(line.len() <= LOG_RECORD_BYTES_MAX);
        let value: Value = serde_json::from_str(&line).unwrap();
        let left_out = usize::try_from(value["fields_left_out"].as_u64().unwrap()).unwrap();
        assert_eq!(value.as_object().unwrap().len() - 5 + left_out, fields.len());
    }
}

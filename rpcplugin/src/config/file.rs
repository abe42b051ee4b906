//! Settings in a file: TOML, where a mistake has a line, and JSON.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;
use toml::de::{DeTable, DeValue};

use super::builder::{ConfigBuilder, bad_value};
use super::error::{ConfigFault, ConfigMistake};
use super::reference::read_text;
use super::setting::{ConfigSetting, ConfigSource};

/// A value as a file says it.
enum Found {
    One(String),
    Many(Vec<String>),
    /// What no setting is, as a text.
    Other(String),
}

impl ConfigBuilder {
    /// Reads a file: JSON where its name ends in `.json`, and otherwise TOML. Each key of it is that of a
    /// [setting](super::Config::settings); those of the other side may be there as well.
    ///
    /// A value `file://` with a relative path is below the directory of the file.
    /// It is read at once, by the thread that calls this.
    pub fn file(mut self, path: impl AsRef<Path>) -> Self {
        let path = path.as_ref();
        let text = match read_text(path) {
            Ok(text) => text,
            Err(source) => {
                let place = ConfigSource::File { path: Some(path.to_owned()), line: None };
                // The path stands before what is said of it.
                let fault = ConfigFault::Syntax { reason: source.to_string() };
                let fault = match source.kind() {
                    std::io::ErrorKind::InvalidData => fault,
                    _ => ConfigFault::Unreadable { path: path.to_owned(), source },
                };
                self.mistakes.push(ConfigMistake::new(String::new(), None, place, fault));
                return self;
            }
        };
        let is_json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        let origin = Origin::of(path);
        match is_json {
            true => self.read_json(&text, &origin),
            false => self.read_toml(&text, &origin),
        }
        self
    }

    /// Reads a text of TOML as [`file`](Self::file) does a file.
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::{Config, Wire};
    ///
    /// let config = Config::for_host().toml("wire = 'binary'\nhandshake_timeout = 20").build()?;
    /// assert_eq!(config.wire(), Wire::Binary);
    ///
    /// let error = Config::for_host().toml("\nwyre = 'binary'").build().unwrap_err();
    /// assert!(error.to_string().ends_with(":2: `wyre`: there is no such setting; did you mean `wire`?"));
    /// # Ok::<(), rpcplugin::ConfigError>(())
    /// ```
    pub fn toml(mut self, text: &str) -> Self {
        self.read_toml(text, &Origin::default());
        self
    }

    /// Reads a text of JSON as [`file`](Self::file) does a file.
    pub fn json(mut self, text: &str) -> Self {
        self.read_json(text, &Origin::default());
        self
    }

    fn read_toml(&mut self, text: &str, origin: &Origin) {
        let line = |at: usize| text.get(..at).map(|before| before.matches('\n').count().saturating_add(1));
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let place = origin.place(error.span().and_then(|span| line(span.start)));
            self.misspelt(error.message(), place);
        }
        for (key, value) in table.get_ref() {
            let place = origin.place(line(key.span().start));
            self.found(key.get_ref(), from_toml(value.get_ref()), place, origin);
        }
    }

    fn read_json(&mut self, text: &str, origin: &Origin) {
        match serde_json::from_str::<Pairs>(text) {
            Ok(Pairs(pairs)) => {
                for (key, value) in &pairs {
                    self.found(key, from_json(value), origin.place(None), origin);
                }
                for (at, (key, _)) in pairs.iter().enumerate() {
                    if pairs.iter().take(at).any(|(before, _)| before == key) {
                        let fault = ConfigFault::Syntax { reason: "it is there twice; keep one".to_owned() };
                        self.mistakes.push(ConfigMistake::new(key.clone(), None, origin.place(None), fault));
                    }
                }
            }
            Err(error) => self.misspelt(&error.to_string(), origin.place(Some(error.line()))),
        }
    }

    fn misspelt(&mut self, reason: &str, place: ConfigSource) {
        let reason: String = reason.chars().flat_map(crate::quote::printable).collect();
        self.mistakes.push(ConfigMistake::new(String::new(), None, place, ConfigFault::Syntax { reason }));
    }

    fn found(&mut self, key: &str, found: Found, place: ConfigSource, origin: &Origin) {
        let Some(setting) = ConfigSetting::of_key(key) else { return self.unknown(key, place) };
        let text = match found {
            Found::One(text) => text,
            // A comma within an item would make two of it.
            Found::Many(items) if setting.is_list && !items.iter().any(|item| item.contains(',')) => {
                items.join(",")
            }
            Found::Many(items) => {
                return self.mistakes.push(bad_value(setting, place, &format!("[{}]", items.join(", "))));
            }
            Found::Other(text) => return self.mistakes.push(bad_value(setting, place, &text)),
        };
        // Nothing is left to say in a list without items.
        if text.is_empty() && setting.is_list && setting.default_value().as_deref() == Some("") {
            return;
        }
        let mut values = std::mem::take(&mut self.file);
        self.read(&mut values, setting, text.trim(), place, origin.directory.as_deref());
        self.file = values;
    }
}

/// Where a text comes from.
#[derive(Default)]
struct Origin {
    path: Option<PathBuf>,
    directory: Option<PathBuf>,
}

impl Origin {
    fn of(path: &Path) -> Self {
        Self { path: Some(path.to_owned()), directory: path.parent().map(Path::to_owned) }
    }

    fn place(&self, line: Option<usize>) -> ConfigSource {
        ConfigSource::File { path: self.path.clone(), line }
    }
}

fn from_toml(value: &DeValue<'_>) -> Found {
    match value {
        DeValue::String(text) => Found::One(text.clone().into_owned()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Found::One(number.to_string()),
            Err(_) => Found::Other(number.to_string()),
        },
        DeValue::Float(number) => Found::One(number.as_str().to_owned()),
        DeValue::Boolean(flag) => Found::One(flag.to_string()),
        DeValue::Array(items) => many(items.iter().map(|item| from_toml(item.get_ref()))),
        DeValue::Datetime(_) | DeValue::Table(_) => Found::Other(format!("a {}", value.type_str())),
    }
}

fn from_json(value: &Value) -> Found {
    match value {
        Value::String(text) => Found::One(text.clone()),
        Value::Number(number) => Found::One(number.to_string()),
        Value::Bool(flag) => Found::One(flag.to_string()),
        Value::Array(items) => many(items.iter().map(from_json)),
        Value::Null => Found::Other("null".to_owned()),
        Value::Object(_) => Found::Other("an object".to_owned()),
    }
}

fn many(items: impl Iterator<Item = Found>) -> Found {
    let texts: Option<Vec<_>> = items
        .map(|item| match item {
            Found::One(text) => Some(text),
            Found::Many(_) | Found::Other(_) => None,
        })
        .collect();
    texts.map_or_else(|| Found::Other("a list of other things than values".to_owned()), Found::Many)
}

/// An object with all that stands in it, also what stands there twice.
struct Pairs(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object with settings")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Pairs(pairs))
    }
}

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::Path;

use super::elsewhere;
use super::error::{ConfigError, ConfigFault, ConfigMistake};
use super::nearest::nearest;
use super::notes::{Note, without_effect};
use super::reference::{read_text, referred};
use super::setting::{ConfigSetting, ConfigSide, ConfigSource};
use super::settings::{Config, SETTINGS, Values};

/// Gathers a [`Config`] from where its values come. Made by [`Config::for_host`] and [`Config::for_plugin`].
///
/// In which order its methods are called makes no difference, save that of two files the later one wins, and of two values of the
/// program. Every mistake is kept for [`build`](Self::build), also in a value that another one wins over.
#[must_use = "nothing is configured until `build` is called"]
pub struct ConfigBuilder {
    side: ConfigSide,
    below: Values,
    pub(super) file: Values,
    environment: Values,
    pub(super) code: Values,
    pub(super) mistakes: Vec<ConfigMistake>,
    notes: Vec<Note>,
}

impl Config {
    /// For a host: variables that tell a plugin about its host are taken for what this host says to its own plugins.
    pub fn for_host() -> ConfigBuilder {
        ConfigBuilder::new(ConfigSide::Host)
    }

    /// For a plugin: variables of hosts alone are not looked at, for they are those of the one that has started it.
    pub fn for_plugin() -> ConfigBuilder {
        ConfigBuilder::new(ConfigSide::Plugin)
    }

    /// Everything that can be set, in the order of the documentation.
    pub fn settings() -> impl Iterator<Item = &'static ConfigSetting> {
        SETTINGS.iter()
    }
}

impl ConfigBuilder {
    fn new(side: ConfigSide) -> Self {
        Self {
            side,
            below: Values::default(),
            file: Values::default(),
            environment: Values::default(),
            code: Values::default(),
            mistakes: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// What holds where nothing else is said, instead of the defaults of this crate.
    pub fn defaults(mut self, config: Config) -> Self {
        self.below = config.values.or(self.below);
        self
    }

    /// Reads the variables of this process.
    ///
    /// An empty variable is one that is not set, and one that is no UTF-8 is a mistake. Others than those of the
    /// [settings](Config::settings) are somebody else's; the log is told of one whose name is nearly that of a setting.
    pub fn environment(self) -> Self {
        self.variables_of_system(std::env::vars_os())
    }

    pub(super) fn variables_of_system(
        mut self,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Self {
        let mut texts = Vec::new();
        for (name, value) in variables {
            let name = name.to_string_lossy().into_owned();
            match (value.into_string(), ConfigSetting::of_variable(&name)) {
                (Ok(value), _) => texts.push((name, value)),
                // With other characters in it, it may be a value that nobody has said.
                (Err(value), Some(setting)) if self.side.looks_at(setting.side) => {
                    self.mistakes.push(bad_value(setting, ConfigSource::Variable, &value.to_string_lossy()));
                }
                (Err(_), _) => {}
            }
        }
        self.variables(texts)
    }

    /// Reads these variables as [`environment`](Self::environment) does those of the process.
    pub fn variables<N: AsRef<str>, V: AsRef<str>>(
        mut self,
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        for (name, value) in variables {
            let (name, value) = (name.as_ref(), value.as_ref().trim());
            match ConfigSetting::of_variable(name) {
                Some(setting) if self.side.looks_at(setting.side) && !value.is_empty() => {
                    let mut values = std::mem::take(&mut self.environment);
                    self.read(&mut values, setting, value, ConfigSource::Variable, None);
                    self.environment = values;
                }
                Some(_) => {}
                None => self.notes.extend(elsewhere::note(name)),
            }
        }
        self
    }

    /// Says a setting by its key: for a program that is told it on its command line. It is as strong as the method of the same
    /// name.
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::Config;
    ///
    /// let config = Config::for_host().set("grpc_keepalive_time_ms", "500").build()?;
    /// assert_eq!(config.grpc_keepalive_time_ms().as_millis(), 500);
    /// # Ok::<(), rpcplugin::ConfigError>(())
    /// ```
    pub fn set(mut self, key: &str, value: &str) -> Self {
        let source = ConfigSource::Code;
        match ConfigSetting::of_key(key) {
            Some(setting) => {
                let mut values = std::mem::take(&mut self.code);
                self.read(&mut values, setting, value.trim(), source, None);
                self.code = values;
            }
            None => self.unknown(key, source),
        }
        self
    }

    /// Puts everything together, and tells the log what was said without effect: a setting without the one that it needs, a variable
    /// that configures nothing here.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] with every mistake: values that are not allowed, keys of a file that there are not, files that cannot be
    /// read, certificates that cannot be used, and settings that contradict each other.
    pub fn build(mut self) -> Result<Config, ConfigError> {
        let said = self.code.or(self.environment).or(self.file);
        let values = said.clone().or(self.below);
        self.notes.extend(without_effect(&said, &values, self.side));
        self.notes.iter().for_each(Note::say);
        let tls = super::checks::check(&said, &values, self.side, &mut self.mistakes);
        match self.mistakes.is_empty() {
            true => Ok(Config { values, tls, notes: self.notes }),
            false => Err(ConfigError::new(self.mistakes)),
        }
    }

    /// Reads a text into its place among `values`. Where it names a file with a relative path, that is below `directory`.
    pub(super) fn read(
        &mut self,
        values: &mut Values,
        setting: &'static ConfigSetting,
        text: &str,
        source: ConfigSource,
        directory: Option<&Path>,
    ) {
        let Some(path) = referred(text, directory) else {
            if !(setting.read)(values, text, &source) {
                self.mistakes.push(bad_value(setting, source, text));
            }
            return;
        };
        // The other side's keys are nothing that this side can read.
        if !self.side.looks_at(setting.side) {
            return;
        }
        let content = read_text(&path).and_then(|content| match content.trim().is_empty() {
            true => Err(io::Error::new(io::ErrorKind::InvalidData, "it is empty")),
            false => Ok(content),
        });
        match content {
            Ok(content) if (setting.read)(values, content.trim(), &source) => {}
            Ok(_) => {
                let fault = ConfigFault::BadContent { path, allowed: setting.allowed };
                self.mistakes.push(ConfigMistake::of(setting, source, fault));
            }
            Err(error) => {
                let fault = ConfigFault::Unreadable { path, source: error };
                self.mistakes.push(ConfigMistake::of(setting, source, fault));
            }
        }
    }

    /// Keeps that the program has set a value that is not allowed.
    pub(super) fn refuse(mut self, key: &str, shown: String) -> Self {
        if let Some(setting) = ConfigSetting::of_key(key) {
            self.mistakes.push(bad_value(setting, ConfigSource::Code, &shown));
        }
        self
    }

    pub(super) fn unknown(&mut self, key: &str, source: ConfigSource) {
        let nearest = nearest(key, SETTINGS.iter().map(|setting| setting.key));
        let fault = ConfigFault::UnknownKey { nearest };
        self.mistakes.push(ConfigMistake::new(key.to_owned(), None, source, fault));
    }
}

pub(super) fn bad_value(setting: &ConfigSetting, source: ConfigSource, text: &str) -> ConfigMistake {
    // A key that stands where another value belongs is a secret all the same.
    let is_secret = setting.is_secret || text.contains("PRIVATE KEY");
    let found = (!is_secret).then(|| text.to_owned());
    ConfigMistake::of(setting, source, ConfigFault::BadValue { found, allowed: setting.allowed })
}

impl fmt::Debug for ConfigBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ConfigBuilder")
            .field("side", &self.side)
            .field("mistakes", &self.mistakes.len())
            .finish_non_exhaustive()
    }
}

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

use super::setting::{ConfigSetting, ConfigSource};
use crate::limits::CONFIG_MISTAKES_SHOWN_MAX;
use crate::quote::quote;
use crate::transport::TransportError;

/// Why a configuration cannot be used: every mistake that was found.
#[derive(Debug)]
pub struct ConfigError {
    mistakes: Vec<ConfigMistake>,
}

impl ConfigError {
    pub(super) const fn new(mistakes: Vec<ConfigMistake>) -> Self {
        Self { mistakes }
    }

    /// What was found, in the order in which it was: there is at least one.
    #[must_use]
    pub fn mistakes(&self) -> &[ConfigMistake] {
        &self.mistakes
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [only] = self.mistakes.as_slice() {
            return write!(formatter, "the configuration cannot be used: {only}");
        }
        write!(formatter, "the configuration cannot be used, it has {} mistakes:", self.mistakes.len())?;
        for mistake in self.mistakes.iter().take(CONFIG_MISTAKES_SHOWN_MAX) {
            write!(formatter, "\n- {mistake}")?;
        }
        match self.mistakes.len().saturating_sub(CONFIG_MISTAKES_SHOWN_MAX) {
            0 => Ok(()),
            more => write!(formatter, "\n- and {more} more"),
        }
    }
}

impl Error for ConfigError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.mistakes.first().and_then(Error::source)
    }
}

/// One mistake in a configuration: what is wrong, and where it stands.
#[derive(Debug)]
pub struct ConfigMistake {
    key: String,
    variable: Option<&'static str>,
    source: ConfigSource,
    fault: ConfigFault,
}

/// What is wrong with a setting.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigFault {
    /// The value is not one that is allowed.
    #[error("{} is not allowed; allowed is {allowed}", shown(found.as_deref()))]
    BadValue {
        /// The value; `None` where it is a secret.
        found: Option<String>,
        /// What is allowed.
        allowed: &'static str,
    },
    /// What stands in a file that a value names is not allowed. It is not shown: it may be a key.
    #[error("what stands in {} is not allowed; allowed is {allowed}", path.display())]
    BadContent {
        /// The file.
        path: PathBuf,
        /// What is allowed.
        allowed: &'static str,
    },
    /// There is no such setting.
    #[error("there is no such setting{}", meant(*nearest))]
    UnknownKey {
        /// What may have been meant.
        nearest: Option<&'static str>,
    },
    /// A file cannot be read: the one with the settings, or one that a value names.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason, or that it is too long, no text or empty.
        source: io::Error,
    },
    /// A file is not written as files of its kind are.
    #[error("{reason}")]
    Syntax {
        /// What its reader says.
        reason: String,
    },
    /// Certificates or keys cannot be used.
    #[error("{source}")]
    Tls {
        /// Why not.
        source: TransportError,
    },
    /// It is of no use without another one.
    #[error("it is of no use alone; set `{other}` ({other_variable}) as well, or neither")]
    Alone {
        /// The key of the other one.
        other: &'static str,
        /// Its variable.
        other_variable: &'static str,
    },
    /// It contradicts another one.
    #[error("it is {value}, which is above `{other}` ({other_variable}), {other_value}; change one of them")]
    Above {
        /// Its value.
        value: String,
        /// The key of the other one.
        other: &'static str,
        /// The variable of the other one.
        other_variable: &'static str,
        /// The value of the other one.
        other_value: String,
    },
    /// It must be set, and is not.
    #[error("it is not set, and has no default; set it in the environment, in a file or in the program")]
    Missing,
}

fn shown(found: Option<&str>) -> String {
    match found {
        Some(found) => quote(found),
        None => "the value, which is not shown here,".to_owned(),
    }
}

fn meant(nearest: Option<&str>) -> String {
    match nearest {
        Some(nearest) => format!("; did you mean `{nearest}`?"),
        None => "; `Config::describe` lists what there is".to_owned(),
    }
}

impl ConfigMistake {
    pub(super) const fn new(
        key: String,
        variable: Option<&'static str>,
        source: ConfigSource,
        fault: ConfigFault,
    ) -> Self {
        Self { key, variable, source, fault }
    }

    pub(super) fn of(setting: &ConfigSetting, source: ConfigSource, fault: ConfigFault) -> Self {
        Self::new(setting.key.to_owned(), Some(setting.variable), source, fault)
    }

    /// The key of the setting, known or not; empty where a file as a whole is meant.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Where it stands.
    #[must_use]
    pub const fn place(&self) -> &ConfigSource {
        &self.source
    }

    /// What is wrong with it.
    #[must_use]
    pub const fn fault(&self) -> &ConfigFault {
        &self.fault
    }
}

impl fmt::Display for ConfigMistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.source, self.variable) {
            (ConfigSource::Variable, Some(variable)) => write!(formatter, "{variable}: ")?,
            (ConfigSource::Default, Some(variable)) => write!(formatter, "`{}` ({variable}): ", self.key)?,
            (ConfigSource::Code, _) => write!(formatter, "{}, set by the program: ", quote(&self.key))?,
            (ConfigSource::File { path, line }, _) => {
                match path {
                    Some(path) => write!(formatter, "{}", path.display())?,
                    None => formatter.write_str("the text of the configuration")?,
                }
                if let Some(line) = line {
                    write!(formatter, ":{line}")?;
                }
                formatter.write_str(": ")?;
                if !self.key.is_empty() {
                    write!(formatter, "{}: ", quote(&self.key))?;
                }
            }
            _ => write!(formatter, "{}: ", quote(&self.key))?,
        }
        write!(formatter, "{}", self.fault)
    }
}

impl Error for ConfigMistake {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.fault.source()
    }
}

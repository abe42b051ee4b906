use std::fmt;
use std::path::PathBuf;

use super::settings::{SETTINGS, Values};

/// Who looks at a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConfigSide {
    /// A host, which starts plugins.
    Host,
    /// A plugin, which a host starts.
    Plugin,
    /// Either of them.
    Both,
}

impl ConfigSide {
    /// Whether one of this side looks at what belongs to the other.
    pub(super) fn looks_at(self, other: Self) -> bool {
        self == other || self == Self::Both || other == Self::Both
    }
}

impl fmt::Display for ConfigSide {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Host => "host",
            Self::Plugin => "plugin",
            Self::Both => "both",
        })
    }
}

/// Where a value comes from. The later of these win over the earlier ones.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigSource {
    /// Nobody has said anything.
    Default,
    /// A file.
    File {
        /// Its path, or another name for the text; `None` where the text has no name.
        path: Option<PathBuf>,
        /// The line, counted from 1, where the format tells it.
        line: Option<usize>,
    },
    /// A variable of the environment.
    Variable,
    /// The program itself.
    Code,
}

/// One thing that can be set: a row of the table that [`Config::settings`](super::Config::settings) gives.
pub struct ConfigSetting {
    pub(super) key: &'static str,
    pub(super) variable: &'static str,
    pub(super) side: ConfigSide,
    pub(super) allowed: &'static str,
    pub(super) meaning: &'static [&'static str],
    #[cfg_attr(not(feature = "config-file"), allow(dead_code, reason = "files have lists"))]
    pub(super) is_list: bool,
    pub(super) is_secret: bool,
    pub(super) default: fn() -> Option<String>,
    /// Reads a text into the row's place; `false` where it is no allowed value.
    pub(super) read: fn(&mut Values, &str, &ConfigSource) -> bool,
    /// What stands in the row's place, and where it came from.
    pub(super) shown: fn(&Values) -> Option<(String, &ConfigSource)>,
}

impl ConfigSetting {
    /// Its key in a file, and the name of its method.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        self.key
    }

    /// Its variable in the environment.
    #[must_use]
    pub const fn variable(&self) -> &'static str {
        self.variable
    }

    /// Who looks at it.
    #[must_use]
    pub const fn side(&self) -> ConfigSide {
        self.side
    }

    /// What its values are.
    #[must_use]
    pub const fn allowed(&self) -> &'static str {
        self.allowed
    }

    /// What holds where nobody says anything; `None` where nothing does.
    #[must_use]
    pub fn default_value(&self) -> Option<String> {
        (self.default)()
    }

    /// What it is for.
    #[must_use]
    pub fn meaning(&self) -> String {
        let lines: Vec<_> = self.meaning.iter().map(|line| line.trim()).collect();
        lines.join(" ")
    }

    /// Whether its values stand in no text that this crate writes.
    #[must_use]
    pub const fn is_secret(&self) -> bool {
        self.is_secret
    }

    pub(super) fn of_key(key: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.key == key)
    }

    pub(super) fn of_variable(variable: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.variable == variable)
    }
}

impl fmt::Debug for ConfigSetting {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ConfigSetting")
            .field("key", &self.key)
            .field("variable", &self.variable)
            .field("side", &self.side)
            .finish_non_exhaustive()
    }
}

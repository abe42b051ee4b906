use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};

/// Which variables of the host's own environment a plugin is given.
///
/// What is set by [`PluginClientBuilder::env`](crate::PluginClientBuilder::env) and the handshake comes on top of any of them, and
/// wins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Environment {
    /// Those that say where things are and in which language: [`Environment::LISTED`], and all whose name begins with `LC_`. No
    /// key, password or token of the host is among them.
    #[default]
    Listed,
    /// All of them: for plugins that look for their settings there, as most of Terraform's do.
    Whole,
    /// None.
    Empty,
}

impl Environment {
    /// The variables that a plugin is given unless the host says otherwise, beside those whose name begins with `LC_`; on
    /// Windows others than elsewhere. Those of proxies are not among them: their addresses may hold a password.
    pub const LISTED: &'static [&'static str] = LISTED;

    /// Those of the host's variables that a plugin is given, beside `more` that the host named.
    pub(super) fn inherited<'a>(
        self,
        more: &'a BTreeSet<OsString>,
        variables: impl Iterator<Item = (OsString, OsString)> + 'a,
    ) -> impl Iterator<Item = (OsString, OsString)> + 'a {
        variables.filter(move |(name, _)| self.passes(name) || more.iter().any(|more| is_same(more, name)))
    }

    fn passes(self, name: &OsStr) -> bool {
        match self {
            Self::Whole => true,
            Self::Empty => false,
            Self::Listed => {
                let is_of_a_language = name.to_str().is_some_and(|name| name.starts_with("LC_"));
                is_of_a_language || LISTED.iter().any(|listed| is_same(listed.as_ref(), name))
            }
        }
    }
}

/// Whether two names are those of one variable.
pub(super) fn is_same(one: &OsStr, other: &OsStr) -> bool {
    if cfg!(windows) { one.eq_ignore_ascii_case(other) } else { one == other }
}

#[cfg(unix)]
const LISTED: &[&str] = &[
    "COLORTERM",
    "HOME",
    "LANG",
    "LANGUAGE",
    "LD_LIBRARY_PATH",
    "LOGNAME",
    "NO_COLOR",
    "PATH",
    "RUST_BACKTRACE",
    "RUST_LOG",
    "SHELL",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "TERM",
    "TMPDIR",
    "TZ",
    "USER",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_DIRS",
    "XDG_CONFIG_HOME",
    "XDG_DATA_DIRS",
    "XDG_DATA_HOME",
    "XDG_RUNTIME_DIR",
];

/// Without `SYSTEMROOT` no program has sockets, and without `TEMP` no directory for files of its own.
#[cfg(windows)]
const LISTED: &[&str] = &[
    "APPDATA",
    "COLORTERM",
    "COMSPEC",
    "HOMEDRIVE",
    "HOMEPATH",
    "LANG",
    "LOCALAPPDATA",
    "NO_COLOR",
    "NUMBER_OF_PROCESSORS",
    "OS",
    "PATH",
    "PATHEXT",
    "PROCESSOR_ARCHITECTURE",
    "PROGRAMDATA",
    "PROGRAMFILES",
    "RUST_BACKTRACE",
    "RUST_LOG",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "SYSTEMDRIVE",
    "SYSTEMROOT",
    "TEMP",
    "TERM",
    "TMP",
    "TZ",
    "USERDOMAIN",
    "USERNAME",
    "USERPROFILE",
    "WINDIR",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(environment: Environment, more: &[&str]) -> Vec<OsString> {
        let more = more.iter().map(OsString::from).collect();
        let host = ["PATH", "LC_ALL", "LANG", "AWS_SECRET_ACCESS_KEY", "PATHS", "lc_all"];
        let host = host.map(|name| (name.into(), "value".into()));
        environment.inherited(&more, host.into_iter()).map(|(name, _)| name).collect()
    }

    #[test]
    fn a_plugin_is_given_what_the_host_says_and_no_secret_unless_it_says_so() {
        assert_eq!(passed(Environment::Listed, &[]), ["PATH", "LC_ALL", "LANG"]);
        assert_eq!(passed(Environment::Listed, &["PATHS", "absent"]), ["PATH", "LC_ALL", "LANG", "PATHS"]);
        assert_eq!(passed(Environment::Empty, &["LANG"]), ["LANG"]);
        assert_eq!(passed(Environment::Whole, &[]).len(), 6);
    }

    #[test]
    fn the_list_is_in_order_and_has_nothing_twice() {
        assert!(Environment::LISTED.is_sorted_by(|one, next| one < next));
    }
}

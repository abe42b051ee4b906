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
    /// The variables that a plugin is given unless the host says otherwise. Those of proxies are not among them: their addresses
    /// may hold a password.
    pub const LISTED: &'static [&'static str] = &[
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

    /// Those of the host's variables that a plugin is given, beside `more` that the host named.
    pub(super) fn inherited<'a>(
        self,
        more: &'a BTreeSet<OsString>,
        variables: impl Iterator<Item = (OsString, OsString)> + 'a,
    ) -> impl Iterator<Item = (OsString, OsString)> + 'a {
        variables.filter(move |(name, _)| self.passes(name) || more.contains(name))
    }

    fn passes(self, name: &OsStr) -> bool {
        match self {
            Self::Whole => true,
            Self::Empty => false,
            Self::Listed => {
                name.to_str().is_some_and(|name| name.starts_with("LC_") || Self::LISTED.contains(&name))
            }
        }
    }
}

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

//! What can be set, and what is, as text.

use std::fmt::{self, Write};

use super::setting::ConfigSource;
use super::settings::{Config, SETTINGS};

impl Config {
    /// Everything that can be set, as a table in Markdown: what `docs/configuration.md` shows.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(rpcplugin::Config::describe().contains("| `auto_mtls` | `PLUGIN_AUTO_MTLS` | both |"));
    /// ```
    #[must_use]
    pub fn describe() -> String {
        let mut table =
            "| key | variable | side | default | allowed | meaning |\n|---|---|---|---|---|---|\n".to_owned();
        for setting in SETTINGS {
            let default = match setting.default_value().as_deref() {
                None | Some("") => String::new(),
                Some(default) => format!("`{default}`"),
            };
            // A text in memory takes everything.
            let _ = writeln!(
                table,
                "| `{}` | `{}` | {} | {default} | {} | {} |",
                setting.key,
                setting.variable,
                setting.side,
                setting.allowed,
                setting.meaning()
            );
        }
        table
    }

    /// What has been set, line by line, with where it was: for a log or a person. Secrets are not shown, and of certificates no
    /// more than that they are there.
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::Config;
    ///
    /// let config = Config::for_host().variables([("PLUGIN_WIRE", "grpc")]).auto_mtls(false).build()?;
    /// assert_eq!(config.report(), "wire = grpc (PLUGIN_WIRE)\nauto_mtls = false (set by the program)\n");
    /// # Ok::<(), rpcplugin::ConfigError>(())
    /// ```
    #[must_use]
    pub fn report(&self) -> String {
        let mut report = String::new();
        for setting in SETTINGS {
            let Some((shown, source)) = (setting.shown)(&self.values) else { continue };
            let shown = match shown.contains('\n') {
                true => format!("({} bytes of text)", shown.len()),
                false => shown,
            };
            let place = match source {
                ConfigSource::Default => "default".to_owned(),
                ConfigSource::Variable => setting.variable.to_owned(),
                ConfigSource::Code => "set by the program".to_owned(),
                ConfigSource::File { path, line } => {
                    let path =
                        path.as_ref().map_or_else(|| "a text".into(), |path| path.display().to_string());
                    line.map_or_else(|| path.clone(), |line| format!("{path}:{line}"))
                }
            };
            // A text in memory takes everything.
            let _ = writeln!(report, "{} = {shown} ({place})", setting.key);
        }
        report
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = formatter.debug_map();
        for line in self.report().lines() {
            if let Some((key, value)) = line.split_once(" = ") {
                map.entry(&key, &value);
            }
        }
        map.finish()
    }
}

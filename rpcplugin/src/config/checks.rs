//! Whether what was said fits together.

use std::fmt::Debug;

use super::error::{ConfigError, ConfigFault, ConfigMistake};
use super::setting::{ConfigSetting, ConfigSide, ConfigSource};
use super::settings::{Config, Said, Values};
use crate::handshake::Cookie;
use crate::limits::{
    KEEP_ALIVE_PATIENCE_DEFAULT, KEEP_ALIVE_TIMEOUT_DEFAULT, PLUGIN_PORTS_DEFAULT, RETRY_PAUSE_DEFAULT,
    RETRY_PAUSE_MAX_DEFAULT,
};
use crate::transport::TlsConfig;

/// The certificates of the user's, ready for use.
#[derive(Clone, Default)]
pub(super) struct Tls {
    #[cfg_attr(not(feature = "client"), allow(dead_code, reason = "for a host"))]
    pub(super) host: Option<TlsConfig>,
    #[cfg_attr(not(feature = "server"), allow(dead_code, reason = "for a plugin"))]
    pub(super) plugin: Option<TlsConfig>,
}

/// Looks at what belongs together, and makes of certificates what connections need. `said` is without what the program gives for
/// where nobody says anything.
pub(super) fn check(
    said: &Values,
    values: &Values,
    side: ConfigSide,
    mistakes: &mut Vec<ConfigMistake>,
) -> Tls {
    let mut tls = Tls::default();
    check_order(said, values, side, mistakes);
    if side.looks_at(ConfigSide::Host) {
        let certificates = Certificates {
            certificate: (&values.client_cert, "client_cert"),
            key: (&values.client_key, "client_key"),
            roots: (&values.server_root_certs, "server_root_certs"),
            name: &values.server_name,
        };
        tls.host = certificates.tls(mistakes);
    }
    if side.looks_at(ConfigSide::Plugin) {
        let certificates = Certificates {
            certificate: (&values.server_cert, "server_cert"),
            key: (&values.server_key, "server_key"),
            roots: (&values.client_root_certs, "client_root_certs"),
            name: &values.server_name,
        };
        let has_identity = values.server_cert.is_some();
        if let (Some(roots), false) = (&values.client_root_certs, has_identity) {
            // Who serves shows a certificate, whomever it trusts.
            mistakes.extend(alone("client_root_certs", &roots.source, "server_cert"));
        } else {
            tls.plugin = certificates.tls(mistakes);
        }
    }
    tls
}

/// One of two values that must not be above the other: its key, what was said, and what holds unless it was.
struct Bound<'a, T>(&'static str, &'a Option<Said<T>>, T);

/// What is above where it must not be. Two defaults are not.
fn above<T: Copy + Debug + PartialOrd>(low: &Bound<'_, T>, high: &Bound<'_, T>) -> Option<ConfigMistake> {
    let value = |bound: &Bound<'_, T>| bound.1.as_ref().map_or(bound.2, |said| said.value);
    let source = low.1.as_ref().or(high.1.as_ref()).map(|said| &said.source)?;
    let (setting, other) = (ConfigSetting::of_key(low.0)?, ConfigSetting::of_key(high.0)?);
    let fault = ConfigFault::Above {
        value: format!("{:?}", value(low)),
        other: other.key,
        other_variable: other.variable,
        other_value: format!("{:?}", value(high)),
    };
    (value(low) > value(high)).then(|| ConfigMistake::of(setting, source.clone(), fault))
}

fn check_order(said: &Values, values: &Values, side: ConfigSide, mistakes: &mut Vec<ConfigMistake>) {
    if side.looks_at(ConfigSide::Host) {
        let (min, max) = (*PLUGIN_PORTS_DEFAULT.start(), *PLUGIN_PORTS_DEFAULT.end());
        let [min, max] = [Bound("min_port", &values.min_port, min), Bound("max_port", &values.max_port, max)];
        mistakes.extend(above(&min, &max));
        let first = Bound("retry_backoff", &values.retry_backoff, RETRY_PAUSE_DEFAULT);
        let longest = Bound("retry_backoff_max", &values.retry_backoff_max, RETRY_PAUSE_MAX_DEFAULT);
        mistakes.extend(above(&first, &longest));
    }
    let timeout = &said.grpc_keepalive_timeout_ms;
    // A patience that nobody has said follows a longer timeout.
    if said.keepalive_patience.is_some() && timeout.is_some() {
        let timeout = Bound("grpc_keepalive_timeout_ms", timeout, KEEP_ALIVE_TIMEOUT_DEFAULT);
        let patience = Bound("keepalive_patience", &said.keepalive_patience, KEEP_ALIVE_PATIENCE_DEFAULT);
        mistakes.extend(above(&timeout, &patience));
    }
}

/// The settings of one side's certificates, with their keys.
struct Certificates<'a> {
    certificate: (&'a Option<Said<String>>, &'static str),
    key: (&'a Option<Said<String>>, &'static str),
    roots: (&'a Option<Said<String>>, &'static str),
    name: &'a Option<Said<String>>,
}

impl Certificates<'_> {
    fn tls(&self, mistakes: &mut Vec<ConfigMistake>) -> Option<TlsConfig> {
        let mut tls = TlsConfig::new().announced();
        let before = mistakes.len();
        match (self.certificate.0, self.key.0) {
            (Some(certificate), Some(key)) => {
                let made = tls.clone().with_identity(&certificate.value, &key.value);
                tls = kept(made, self.certificate.1, &certificate.source, mistakes).unwrap_or(tls);
            }
            (Some(certificate), None) => {
                mistakes.extend(alone(self.certificate.1, &certificate.source, self.key.1));
            }
            (None, Some(key)) => mistakes.extend(alone(self.key.1, &key.source, self.certificate.1)),
            (None, None) => {}
        }
        if let Some(roots) = self.roots.0 {
            let made = tls.clone().with_roots(&roots.value);
            tls = kept(made, self.roots.1, &roots.source, mistakes).unwrap_or(tls);
        }
        if let Some(name) = self.name {
            let made = tls.clone().with_server_name(&name.value);
            tls = kept(made, "server_name", &name.source, mistakes).unwrap_or(tls);
        }
        let is_said = self.certificate.0.is_some() || self.roots.0.is_some();
        (is_said && mistakes.len() == before).then_some(tls)
    }
}

fn kept(
    made: Result<TlsConfig, crate::transport::TransportError>,
    key: &'static str,
    source: &ConfigSource,
    mistakes: &mut Vec<ConfigMistake>,
) -> Option<TlsConfig> {
    let error = match made {
        Ok(made) => return Some(made),
        Err(error) => error,
    };
    let setting = ConfigSetting::of_key(key)?;
    mistakes.push(ConfigMistake::of(setting, source.clone(), ConfigFault::Tls { source: error }));
    None
}

/// That one of two is there without the other.
fn alone(key: &str, source: &ConfigSource, other: &str) -> Option<ConfigMistake> {
    let (setting, other) = (ConfigSetting::of_key(key)?, ConfigSetting::of_key(other)?);
    let fault = ConfigFault::Alone { other: other.key, other_variable: other.variable };
    Some(ConfigMistake::of(setting, source.clone(), fault))
}

impl Config {
    /// The cookie of host and plugin.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] where nobody has said `magic_cookie_value`.
    pub fn cookie(&self) -> Result<Cookie, ConfigError> {
        let made =
            self.magic_cookie_value().and_then(|value| Cookie::new(self.magic_cookie_key(), value).ok());
        made.ok_or_else(|| {
            let setting = ConfigSetting::of_key("magic_cookie_value");
            let missing = |setting| ConfigMistake::of(setting, ConfigSource::Default, ConfigFault::Missing);
            ConfigError::new(setting.map(missing).into_iter().collect())
        })
    }
}

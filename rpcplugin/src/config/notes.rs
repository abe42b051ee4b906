//! What the log is told of a configuration that can be used all the same.

use super::setting::{ConfigSetting, ConfigSide};
use super::settings::{SETTINGS, Values};
use crate::limits::KEEP_ALIVE_TIMEOUT_DEFAULT;
use crate::quote::quote;

/// Something that was said and that changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Note {
    /// This variable is one of pyvider's.
    OfPyvider(String),
    /// This variable is nobody's, and nearly one of ours.
    Nearly(String, &'static str),
    /// Why a setting has no effect, and what would give it one.
    NoEffect(String),
}

impl Note {
    pub(super) fn say(&self) {
        match self {
            Self::OfPyvider(variable) => {
                tracing::info!(%variable, "this variable of pyvider configures nothing here; docs/configuration.md says what stands for it");
            }
            Self::Nearly(variable, nearest) => {
                tracing::warn!(variable = %quote(variable), nearest, "this variable configures nothing; did you mean the nearest?");
            }
            Self::NoEffect(why) => tracing::warn!("{why}"),
        }
    }
}

/// Settings that are for nothing where another one is not set. Who sets that one, to whatever value, has decided.
const NEEDED: [(&str, &str); 8] = [
    ("compression_bytes_min", "compression"),
    ("concurrency_queue", "concurrency_limit"),
    ("concurrency_queue_timeout", "concurrency_queue"),
    ("rate_limit_burst_capacity", "rate_limit_enabled"),
    ("rate_limit_requests_per_second", "rate_limit_enabled"),
    ("retry_backoff", "retry_attempts_max"),
    ("retry_backoff_max", "retry_attempts_max"),
    ("server_name", "server_root_certs"),
];

/// What was said without effect. `all` is what was said together with the defaults of the program, which may wait for somebody to
/// turn on what they are for.
pub(super) fn without_effect(said: &Values, all: &Values, side: ConfigSide) -> Vec<Note> {
    let has = |setting: &ConfigSetting, values| (setting.shown)(values).is_some();
    let mut notes = Vec::new();
    for setting in SETTINGS.iter().filter(|setting| side.looks_at(setting.side) && has(setting, said)) {
        let needed = NEEDED.iter().find(|(key, _)| *key == setting.key);
        let needed = needed.and_then(|(_, key)| ConfigSetting::of_key(key));
        // What belongs to the other side is none of ours: a file may be that of both.
        if let Some(needed) = needed.filter(|needed| side.looks_at(needed.side) && !has(needed, all)) {
            notes.push(Note::NoEffect(format!(
                "`{}` ({}) has no effect without `{}` ({}); set that as well, or leave it out",
                setting.key, setting.variable, needed.key, needed.variable
            )));
        }
    }
    notes.extend(impatient(said, all));
    notes
}

/// That a peer which may be busy shall have less time than one for which nothing speaks, and so has that of the latter. Where both
/// times were said, they contradict each other.
fn impatient(said: &Values, all: &Values) -> Option<Note> {
    let patience = said.keepalive_patience.as_ref()?.value;
    let (setting, other) =
        (ConfigSetting::of_key("keepalive_patience")?, ConfigSetting::of_key("grpc_keepalive_timeout_ms")?);
    let holds = all.grpc_keepalive_timeout_ms.is_none() && patience < KEEP_ALIVE_TIMEOUT_DEFAULT;
    holds.then(|| {
        Note::NoEffect(format!(
            "`{}` ({}), {patience:?}, has no effect below `{}` ({}), {KEEP_ALIVE_TIMEOUT_DEFAULT:?}; make that shorter as well",
            setting.key, setting.variable, other.key, other.variable
        ))
    })
}

//! Whether what a configuration says reaches whom it is for.

use super::pair;
use crate::config::{Config, ConfigBuilder, ConfigSetting, ConfigSide};

/// A setting with a value, and what is to be seen of it at a host or a plugin that is told of it.
pub(crate) struct Arrival<T> {
    key: &'static str,
    value: &'static str,
    beside: &'static [(&'static str, &'static str)],
    seen: fn(&T) -> String,
    expected: &'static str,
}

impl<T> Arrival<T> {
    /// The value is not the default. What is seen holds the expected text, and without the value it does not.
    pub(crate) const fn of(
        key: &'static str,
        value: &'static str,
        seen: fn(&T) -> String,
        expected: &'static str,
    ) -> Self {
        Self { key, value, beside: &[], seen, expected }
    }

    /// What must be said as well, so that it means anything. `CERTIFICATE` and `KEY` stand for those of a pair.
    pub(crate) const fn beside(mut self, others: &'static [(&'static str, &'static str)]) -> Self {
        self.beside = others;
        self
    }
}

/// Looks for each of these, one by one. Together with those that are seen elsewhere they are the settings of a side.
pub(crate) fn every_setting_arrives<T>(
    side: ConfigSide,
    arrivals: &[Arrival<T>],
    elsewhere: &[&'static str],
    told: impl Fn(&Config) -> T,
) {
    let mut listed: Vec<_> = arrivals.iter().map(|arrival| arrival.key).chain(elsewhere.to_vec()).collect();
    let of_side = Config::settings().filter(|setting| side.looks_at(setting.side()));
    let mut settings: Vec<_> = of_side.map(ConfigSetting::key).collect();
    listed.sort_unstable();
    settings.sort_unstable();
    assert_eq!(listed, settings, "each setting of this side is seen to arrive, here or elsewhere");
    let new = || match side {
        ConfigSide::Plugin => Config::for_plugin(),
        _ => Config::for_host(),
    };
    let [certificate, private_key] = pair();
    let say = |builder: ConfigBuilder, (key, value): (&str, &str)| match value {
        "CERTIFICATE" => builder.set(key, &certificate),
        "KEY" => builder.set(key, &private_key),
        value => builder.set(key, value),
    };
    let mut lost = Vec::new();
    let silent = told(&new().build().unwrap());
    for Arrival { key, value, beside, seen, expected } in arrivals {
        let setting = ConfigSetting::of_key(key).unwrap();
        assert_ne!(
            setting.default_value().as_deref(),
            Some(*value),
            "{key}: it would be there without a word"
        );
        let without = seen(&silent);
        assert!(!without.contains(expected), "{key}: there is {expected} without a word: {without}");
        let config = beside.iter().copied().chain([(*key, *value)]).fold(new(), say).build().unwrap();
        let found = seen(&told(&config));
        if !found.contains(expected) {
            lost.push(format!("{key}: of {value} is seen {found}, and not {expected}"));
        }
    }
    assert!(lost.is_empty(), "{}", lost.join("\n"));
}

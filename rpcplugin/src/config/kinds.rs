//! How a value of each kind is read and shown.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use crate::limits::CONFIG_TIME_MAX;
use crate::wire::Wire;

/// A kind of value: what is allowed, and how it stands in a text.
pub(super) trait Kind {
    type Value: Clone;

    /// What is allowed, as it follows the word "allowed".
    const ALLOWED: &'static str;
    /// Whether a file may say it as a list.
    const IS_LIST: bool = false;
    /// Whether it stands in no text that we write.
    const IS_SECRET: bool = false;

    /// `None` where the text is no such value.
    fn parse(text: &str) -> Option<Self::Value>;

    /// Whether the program may set this value.
    fn is_allowed(_value: &Self::Value) -> bool {
        true
    }

    /// The value where it is a text, which may say where the value stands.
    fn as_text(_value: &Self::Value) -> Option<&str> {
        None
    }

    /// As it is written.
    fn show(value: &Self::Value) -> String;
}

/// Yes or no, in the words that pyvider takes for yes and their opposites.
pub(super) struct Flag;

impl Kind for Flag {
    type Value = bool;
    const ALLOWED: &'static str = "true or false (also 1 or 0, yes or no, on or off)";

    fn parse(text: &str) -> Option<bool> {
        match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Some(true),
            "false" | "0" | "no" | "off" => Some(false),
            _ => None,
        }
    }

    fn show(value: &bool) -> String {
        value.to_string()
    }
}

/// A kind whose values are texts.
macro_rules! texts {
    ($($(#[$note:meta])* $name:ident: $allowed:literal, $is_secret:literal, $is_allowed:expr;)+) => {$(
        $(#[$note])*
        pub(super) struct $name;

        impl Kind for $name {
            type Value = String;
            const ALLOWED: &'static str = $allowed;
            const IS_SECRET: bool = $is_secret;

            fn parse(text: &str) -> Option<String> {
                let is_allowed: fn(&str) -> bool = $is_allowed;
                is_allowed(text).then(|| text.to_owned())
            }

            fn as_text(value: &String) -> Option<&str> {
                Some(value)
            }

            fn show(value: &String) -> String {
                match $is_secret {
                    true => "(hidden)".to_owned(),
                    false => value.clone(),
                }
            }
        }
    )+};
}

texts! {
    /// A text that says something.
    Word: "any text", false, |text| !text.is_empty() && !text.contains('\0');
    /// The same, of no use to who reads a log.
    Hidden: "any text", true, |text| !text.is_empty() && !text.contains('\0');
    /// The name of a variable.
    VariableName: "the name of a variable", false, is_variable_name;
    /// Certificates.
    Certificates: "certificates as PEM, or `file://` and a path", false, is_pem;
    /// A private key.
    PrivateKey: "a private key as PEM, or `file://` and a path", true, is_pem;
    /// What `logging::init` takes.
    LogFilter: "trace, debug, info, warn, error or off, or a list such as `info,my_crate=debug`", false, is_log_filter;
}

fn is_variable_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(['=', '\0', ','])
}

/// What its blocks hold is looked at where it is used.
fn is_pem(text: &str) -> bool {
    text.contains("-----BEGIN ")
}

fn is_log_filter(text: &str) -> bool {
    !text.is_empty()
        && text.split(',').all(|item| {
            let level = match item.split_once('=') {
                Some((target, level)) if !target.trim().is_empty() => level,
                Some(_) => return false,
                None => item,
            };
            tracing::level_filters::LevelFilter::from_str(level.trim()).is_ok()
                && !level.trim().is_empty()
                && !level.contains(|character: char| character.is_ascii_digit())
        })
}

/// Times, in seconds unless the text has another unit. None of them is no time as well.
pub(super) struct Seconds;

impl Kind for Seconds {
    type Value = Duration;
    const ALLOWED: &'static str =
        "a number of seconds, or a time such as `500ms`, `10s` or `2min`; at most a year";

    fn parse(text: &str) -> Option<Duration> {
        time(text, 1.0).filter(Self::is_allowed)
    }

    fn is_allowed(value: &Duration) -> bool {
        *value <= CONFIG_TIME_MAX
    }

    fn show(value: &Duration) -> String {
        value.as_secs_f64().to_string()
    }
}

/// Times of which none would be a mistake.
pub(super) struct SomeSeconds;

impl Kind for SomeSeconds {
    type Value = Duration;
    const ALLOWED: &'static str =
        "a number of seconds above 0, or a time such as `500ms`, `10s` or `2min`; at most a year";

    fn parse(text: &str) -> Option<Duration> {
        time(text, 1.0).filter(Self::is_allowed)
    }

    fn is_allowed(value: &Duration) -> bool {
        !value.is_zero() && Seconds::is_allowed(value)
    }

    fn show(value: &Duration) -> String {
        Seconds::show(value)
    }
}

/// Times in milliseconds unless the text has another unit.
pub(super) struct Milliseconds;

impl Kind for Milliseconds {
    type Value = Duration;
    const ALLOWED: &'static str =
        "a number of milliseconds from 10 on, or a time such as `500ms`, `10s` or `2min`; at most a year";

    fn parse(text: &str) -> Option<Duration> {
        time(text, 0.001).filter(Self::is_allowed)
    }

    fn is_allowed(value: &Duration) -> bool {
        *value >= Duration::from_millis(10) && Seconds::is_allowed(value)
    }

    fn show(value: &Duration) -> String {
        value.as_millis().to_string()
    }
}

/// A number with or without a unit; a number alone has this many seconds.
fn time(text: &str, alone: f64) -> Option<Duration> {
    let units = [("ms", 0.001), ("min", 60.0), ("s", 1.0)];
    let with_unit = units.into_iter().find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, seconds)));
    let (number, seconds) = with_unit.unwrap_or((text, alone));
    let number: f64 = number.trim_end().parse().ok()?;
    // What is negative, too large or no number is no time.
    Duration::try_from_secs_f64(number * seconds).ok()
}

/// Numbers in decimal digits.
macro_rules! numbers {
    ($($(#[$note:meta])* $name:ident: $type:ty, $least:literal, $allowed:literal;)+) => {$(
        $(#[$note])*
        pub(super) struct $name;

        impl Kind for $name {
            type Value = $type;
            const ALLOWED: &'static str = $allowed;

            fn parse(text: &str) -> Option<$type> {
                text.parse().ok().filter(Self::is_allowed)
            }

            #[allow(clippy::absurd_extreme_comparisons, unused_comparisons, reason = "for the least of 0")]
            fn is_allowed(value: &$type) -> bool {
                *value >= $least
            }

            fn show(value: &$type) -> String {
                value.to_string()
            }
        }
    )+};
}

numbers! {
    /// How many, none of them included.
    Number: usize, 0, "a number from 0 on";
    /// How many, at least one.
    SomeNumber: usize, 1, "a number from 1 on";
    /// A port of TCP.
    Port: u16, 1, "a number from 1 to 65535";
}

/// Bytes, with or without a unit.
pub(super) struct ByteCount;

impl Kind for ByteCount {
    type Value = usize;
    const ALLOWED: &'static str = "a number of bytes from 1 on, or one with a unit: `64KiB`, `8MiB`, `1GiB`";

    fn parse(text: &str) -> Option<usize> {
        let units = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];
        let with_unit = units.into_iter().find_map(|(unit, bytes)| Some((text.strip_suffix(unit)?, bytes)));
        let (number, bytes) = with_unit.unwrap_or((text, 1));
        let number: usize = number.trim_end().parse().ok()?;
        number.checked_mul(bytes).filter(Self::is_allowed)
    }

    fn is_allowed(value: &usize) -> bool {
        *value >= 1
    }

    fn show(value: &usize) -> String {
        value.to_string()
    }
}

/// Versions of a contract.
pub(super) struct Versions;

impl Kind for Versions {
    type Value = Vec<u32>;
    const ALLOWED: &'static str = "whole numbers, parted by commas";
    const IS_LIST: bool = true;

    fn parse(text: &str) -> Option<Vec<u32>> {
        text.split(',').map(|item| item.trim().parse().ok()).collect()
    }

    fn is_allowed(value: &Vec<u32>) -> bool {
        !value.is_empty()
    }

    fn show(value: &Vec<u32>) -> String {
        value.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
    }
}

/// Names of variables.
pub(super) struct VariableNames;

impl Kind for VariableNames {
    type Value = Vec<String>;
    const ALLOWED: &'static str = "names of variables, parted by commas";
    const IS_LIST: bool = true;

    fn parse(text: &str) -> Option<Vec<String>> {
        let names: Vec<_> = text.split(',').map(|item| item.trim().to_owned()).collect();
        Self::is_allowed(&names).then_some(names)
    }

    fn is_allowed(value: &Vec<String>) -> bool {
        value.iter().all(|name| is_variable_name(name))
    }

    fn show(value: &Vec<String>) -> String {
        value.join(",")
    }
}

/// Names of transports.
pub(super) struct Transports;

impl Kind for Transports {
    type Value = Vec<String>;
    const ALLOWED: &'static str = "unix, tcp or both, parted by a comma, the preferred one first";
    const IS_LIST: bool = true;

    fn parse(text: &str) -> Option<Vec<String>> {
        let names: Vec<_> = text.split(',').map(|item| item.trim().to_ascii_lowercase()).collect();
        Self::is_allowed(&names).then_some(names)
    }

    fn is_allowed(value: &Vec<String>) -> bool {
        !value.is_empty() && value.iter().all(|name| ["unix", "tcp"].contains(&name.as_str()))
    }

    fn show(value: &Vec<String>) -> String {
        value.join(",")
    }
}

/// A wire.
pub(super) struct WireName;

impl WireName {
    const NAMES: [(&'static str, Wire); 3] =
        [("auto", Wire::Auto), ("binary", Wire::Binary), ("grpc", Wire::Grpc)];
}

impl Kind for WireName {
    type Value = Wire;
    const ALLOWED: &'static str = "auto, binary or grpc";

    fn parse(text: &str) -> Option<Wire> {
        let text = text.to_ascii_lowercase();
        Self::NAMES.into_iter().find(|(name, _)| *name == text).map(|(_, wire)| wire)
    }

    fn show(value: &Wire) -> String {
        Self::NAMES
            .into_iter()
            .find(|(_, wire)| wire == value)
            .map_or_else(String::new, |(name, _)| name.to_owned())
    }
}

/// A directory.
pub(super) struct Directory;

impl Kind for Directory {
    type Value = PathBuf;
    const ALLOWED: &'static str = "a path";

    fn parse(text: &str) -> Option<PathBuf> {
        (!text.is_empty() && !text.contains('\0')).then(|| text.into())
    }

    fn show(value: &PathBuf) -> String {
        value.display().to_string()
    }
}

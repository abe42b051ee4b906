use std::env::{self, VarError};
use std::str::FromStr;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::{HclogLayer, install_panic_hook};
use crate::quote::quote;

/// The level of a plugin's log. pyvider's name for it; a host sets it by `PluginClientBuilder::log_level`.
const LOG_LEVEL: &str = "PLUGIN_LOG_LEVEL";

/// Libraries below a plugin that say much of every packet. They are heard at info level unless they are named.
const CHATTY: [&str; 4] = ["h2", "mio", "rustls", "tokio_util"];

/// Why the log of a plugin could not be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoggingError {
    /// The variable for the level holds something else.
    #[error(
        "{LOG_LEVEL} is {}, which is no level: set it to trace, debug, info, warn, error or off, or to a list such as `info,my_crate=debug`",
        quote(found)
    )]
    BadLevel {
        /// What it holds.
        found: String,
        /// Which part of it is none.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// `tracing` has a subscriber already.
    #[error("{source}; call `logging::init` before other subscribers are set, or add `HclogLayer` to yours")]
    Taken {
        /// The library's reason.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Has this process log as a plugin: events go to standard error as hclog's JSON, and panics are reported so that hosts
/// recognise them ([`install_panic_hook`]).
///
/// The level is that of `PLUGIN_LOG_LEVEL` in the environment: `trace`, `debug`, `info`, `warn`, `error`, `off`, or a list such
/// as `info,my_crate=debug`; `info` where it is not set. Whoever wants more of it puts [`HclogLayer`] in a subscriber of their own.
///
/// # Errors
///
/// [`LoggingError`], if the variable holds something else or another subscriber is there. The panic hook is set all the same.
///
/// # Examples
///
/// ```no_run
/// rpcplugin::logging::init()?;
/// tracing::info!(cache = "cold", "the plugin starts");
/// # Ok::<(), rpcplugin::logging::LoggingError>(())
/// ```
pub fn init() -> Result<(), LoggingError> {
    install_panic_hook();
    set_subscriber(filter(env::var(LOG_LEVEL))?)
}

/// The same as [`init`] at this level instead of the one in the environment.
///
/// # Errors
///
/// [`LoggingError`], if it is none or another subscriber is there. The panic hook is set all the same.
pub fn init_at(level: &str) -> Result<(), LoggingError> {
    install_panic_hook();
    set_subscriber(filter(Ok(level.to_owned()))?)
}

fn set_subscriber(filter: Targets) -> Result<(), LoggingError> {
    let subscriber = tracing_subscriber::registry().with(HclogLayer::new().with_filter(filter));
    subscriber.try_init().map_err(|error| LoggingError::Taken { source: error.into() })
}

fn filter(variable: Result<String, VarError>) -> Result<Targets, LoggingError> {
    let text = match variable {
        Ok(text) => text,
        Err(VarError::NotPresent) => String::new(),
        Err(VarError::NotUnicode(text)) => text.to_string_lossy().into_owned(),
    };
    let text = text.trim();
    let asked = match text {
        "" => Targets::new().with_default(LevelFilter::INFO),
        text => Targets::from_str(&text.to_ascii_lowercase())
            .map_err(|error| LoggingError::BadLevel { found: text.to_owned(), source: error.into() })?,
    };
    let default = asked.default_level().unwrap_or(LevelFilter::OFF);
    let named: Vec<_> = asked.iter().map(|(target, _)| target.to_owned()).collect();
    let quiet = CHATTY.into_iter().filter(|target| !named.iter().any(|named| named == target));
    Ok(asked.with_targets(quiet.map(|target| (target, default.min(LevelFilter::INFO)))))
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    fn targets(text: &str) -> Targets {
        filter(Ok(text.to_owned())).unwrap()
    }

    #[test]
    fn a_word_is_the_level_of_everything_but_the_libraries_below() {
        let debug = targets("DEBUG");
        assert!(debug.would_enable("mine", &Level::DEBUG));
        assert!(!debug.would_enable("mine", &Level::TRACE));
        assert!(debug.would_enable("h2", &Level::INFO));
        assert!(!debug.would_enable("h2::codec", &Level::DEBUG));
        assert!(!targets("error").would_enable("h2", &Level::INFO));
        assert!(!targets("off").would_enable("mine", &Level::ERROR));
    }

    #[test]
    fn a_list_names_targets() {
        let list = targets("warn,h2=trace,mine=debug");
        assert!(list.would_enable("h2", &Level::TRACE));
        assert!(list.would_enable("mine::part", &Level::DEBUG));
        assert!(!list.would_enable("other", &Level::INFO));
    }

    #[test]
    fn without_a_level_it_is_info() {
        for variable in [Err(VarError::NotPresent), Ok(String::new()), Ok(" ".to_owned())] {
            let info = filter(variable).unwrap();
            assert!(info.would_enable("mine", &Level::INFO));
            assert!(!info.would_enable("mine", &Level::DEBUG));
        }
    }

    #[test]
    fn a_word_that_is_no_level_is_refused_by_name() {
        let error = filter(Ok("mine=loud".to_owned())).unwrap_err().to_string();
        assert!(error.starts_with("PLUGIN_LOG_LEVEL is `mine=loud`, which is no level"), "{error}");
    }
}

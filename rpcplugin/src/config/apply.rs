//! What a configuration changes in a host and in a plugin.

use super::settings::Config;
use crate::transport::KeepAlive;

/// Hands each value that was said to the method that takes it.
macro_rules! hand_over {
    ($target:ident, $values:expr; $($key:ident => $method:ident),+ $(,)?) => {
        $(if let Some(said) = &$values.$key {
            $target = $target.$method(said.value.clone());
        })+
    };
}

impl Config {
    /// How a dead peer is noticed, where anything was said about it.
    fn keep_alive(&self) -> Option<Option<KeepAlive>> {
        let values = &self.values;
        let is_said = values.keepalive_enabled.is_some()
            || values.grpc_keepalive_time_ms.is_some()
            || values.grpc_keepalive_timeout_ms.is_some()
            || values.keepalive_patience.is_some();
        let keep_alive = KeepAlive::new(self.grpc_keepalive_time_ms(), self.grpc_keepalive_timeout_ms());
        let keep_alive = keep_alive.with_patience(self.keepalive_patience());
        is_said.then(|| self.keepalive_enabled().then_some(keep_alive))
    }
}

#[cfg(feature = "client")]
mod host {
    use std::str::FromStr;

    use super::Config;
    use crate::client::{PluginClientBuilder, Security, StopTimes};

    impl PluginClientBuilder {
        /// Takes over what a configuration says. What it does not say stays as it is, and what is set behind this wins over it.
        /// The ports, the times of a stop, those of keep-alive and compression are each taken over together with their defaults.
        /// Calls are made again further out than any [`interceptor`](Self::interceptor), wherever that is set.
        ///
        /// # Examples
        ///
        /// See [`Config`].
        pub fn config(mut self, config: &Config) -> Self {
            let values = &config.values;
            hand_over! { self, values;
                protocol_versions => protocol_versions,
                wire => wire,
                handshake_timeout => start_timeout,
                stray_lines_max => stray_lines_max,
                message_bytes_max => message_bytes_max,
                log_line_bytes_max => log_line_bytes_max,
                log_bytes_per_second => log_bytes_per_second,
                inherit_stdin => inherit_stdin,
                unix_socket_dir => socket_directory,
                unix_socket_group => socket_group,
                working_directory => current_dir,
            };
            #[cfg(feature = "broker")]
            hand_over! { self, values; multiplex_grpc => multiplex };
            for name in config.inherit_env() {
                self = self.inherit_env(name);
            }
            #[cfg(any(feature = "gzip", feature = "zstd"))]
            if let Some(compression) = config.compression_of_messages() {
                self = self.compression(compression);
            }
            if let Some(retry) = config.retry() {
                self = self.retry(retry);
            }
            if values.min_port.is_some() || values.max_port.is_some() {
                self = self.ports(config.min_port()..=config.max_port());
            }
            if let Some(said) = &values.auto_mtls {
                self = self.security(match said.value {
                    true => Security::AutoMtls,
                    false => Security::Plaintext,
                });
            }
            if let Some(tls) = &config.tls.host {
                self = self.tls(tls.clone());
            }
            if let Some(keep_alive) = config.keep_alive() {
                self = self.keep_alive(keep_alive);
            }
            let stop_times =
                [&values.stop_ask_timeout, &values.stop_terminate_timeout, &values.stop_kill_timeout];
            if stop_times.iter().any(|said| said.is_some()) {
                let times = StopTimes::default()
                    .with_ask(config.stop_ask_timeout())
                    .with_terminate(config.stop_terminate_timeout())
                    .with_kill(config.stop_kill_timeout());
                self = self.stop_times(times);
            }
            match config.log_level() {
                None => self,
                Some(text) => match tracing::Level::from_str(&text) {
                    Ok(level) => self.log_level(level),
                    // A list, or nothing at all: what the plugin leaves out it knows best.
                    Err(_) => self.env(crate::handshake::LOG_LEVEL, text),
                },
            }
        }
    }
}

#[cfg(feature = "server")]
mod plugin {
    use super::Config;
    use crate::accept::ServerLimits;
    use crate::server::{PluginServer, Transport};

    impl PluginServer {
        /// Takes over what a configuration says. What it does not say stays as it is, and what is set behind this wins over it.
        /// The ports, the times of keep-alive, compression and the bounds of connections are each taken over together with their
        /// defaults. Limits of calls stand further out than any
        /// [`interceptor`](Self::interceptor), wherever that is set, and around the services of every version.
        ///
        /// # Examples
        ///
        /// See [`Config`].
        pub fn config(mut self, config: &Config) -> Self {
            let values = &config.values;
            hand_over! { self, values;
                supported_protocol_versions => protocol_versions,
                auto_mtls => auto_mtls,
                grpc_grace_period => stop_grace,
                end_with_parent => end_with_parent,
                message_bytes_max => message_bytes_max,
                accept_other_users => accept_other_users,
                capture_stdout => capture_stdout,
            };
            if values.server_transports.is_some() {
                self = match config.server_transports().first().map(String::as_str) {
                    Some("tcp") => self.transport(Transport::Tcp),
                    _ => self.transport(Transport::Unix),
                };
            }
            #[cfg(any(feature = "gzip", feature = "zstd"))]
            if let Some(compression) = config.compression_of_messages() {
                self = self.compression(compression);
            }
            if values.rate_limit_enabled.is_some() {
                self = self.rate_limit(config.rate_limit());
            }
            if let Some(limit) = config.concurrency_of_calls() {
                self = self.concurrency_limit(limit);
            }
            if let Some(tls) = &config.tls.plugin {
                self = self.tls(tls.clone());
            }
            let mut limits = ServerLimits::new();
            hand_over! { limits, values;
                connections_max => connections_max,
                newcomers_max => newcomers_max,
                tls_handshake_timeout => tls_handshake_timeout,
                preface_timeout => preface_timeout,
            };
            let keep_alive = config.keep_alive();
            if let Some(keep_alive) = keep_alive {
                limits = limits.keep_alive(keep_alive);
            }
            let is_said = keep_alive.is_some()
                || values.connections_max.is_some()
                || values.newcomers_max.is_some()
                || values.tls_handshake_timeout.is_some()
                || values.preface_timeout.is_some();
            match is_said {
                true => self.limits(limits),
                false => self,
            }
        }
    }
}

#[cfg(feature = "logging")]
mod log {
    use super::Config;
    use crate::config::notes::Note;
    use crate::logging::{self, LoggingError};

    impl Config {
        /// Has this process log as a plugin, at the level that is configured: [`logging::init`]. What was said without effect is told
        /// now, for nobody has heard it before.
        ///
        /// # Errors
        ///
        /// [`LoggingError`] where another subscriber is there.
        pub fn init_logging(&self) -> Result<(), LoggingError> {
            match self.log_level() {
                Some(level) => logging::init_at(&level),
                None => logging::init(),
            }?;
            self.notes.iter().for_each(Note::say);
            Ok(())
        }
    }
}

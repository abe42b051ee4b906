//! What a configuration makes of calls and their messages.

use super::settings::Config;

#[cfg(any(feature = "gzip", feature = "zstd"))]
impl Config {
    /// What is made of compression, where anything was said about it.
    pub(super) fn compression_of_messages(&self) -> Option<crate::compression::Compression> {
        let values = &self.values;
        let is_said = values.compression.is_some()
            || values.compression_accepted.is_some()
            || values.compression_bytes_min.is_some();
        let sent = self.compression();
        let accepted = self.compression_accepted().into_iter().chain([sent]);
        let compression = accepted
            .fold(crate::compression::Compression::new(), crate::compression::Compression::accept)
            .send(sent)
            .message_bytes_min(self.compression_bytes_min());
        is_said.then_some(compression)
    }
}

#[cfg(feature = "client")]
mod host {
    use super::Config;
    use crate::client::{PluginPoolBuilder, PoolStrategy};
    use crate::config::call_kinds::PoolChoice;
    use crate::interceptors::Retry;

    impl Config {
        /// How calls are made again, where that was asked for.
        pub(in crate::config) fn retry(&self) -> Option<Retry> {
            let attempts = self.retry_attempts_max()?;
            Some(Retry::new().attempts(attempts).backoff(self.retry_backoff(), self.retry_backoff_max()))
        }
    }

    impl PluginPoolBuilder {
        /// Takes over what a configuration says of the pool. What it does not say stays as it is, and what is set behind this
        /// wins over it. Each plugin is told the rest by [`PluginClientBuilder::config`](crate::PluginClientBuilder::config).
        ///
        /// # Examples
        ///
        /// ```
        /// use rpcplugin::{Config, PluginClient, PluginPool};
        ///
        /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
        /// let config = Config::for_host()
        ///     .magic_cookie_value("5d1a")
        ///     .variables([("PLUGIN_POOL_SIZE", "2"), ("PLUGIN_POOL_STRATEGY", "least_loaded")])
        ///     .build()?;
        /// let (cookie, of_each) = (config.cookie()?, config.clone());
        /// let builder = PluginPool::builder(move |_member| {
        ///     PluginClient::builder("target/debug/greeter", cookie.clone()).config(&of_each)
        /// });
        /// let builder = builder.config(&config);
        /// # drop(builder);
        /// # Ok(())
        /// # }
        /// ```
        pub fn config(mut self, config: &Config) -> Self {
            if let Some(said) = &config.values.pool_size {
                self = self.size(said.value);
            }
            if let Some(said) = &config.values.pool_strategy {
                self = self.strategy(match said.value.as_str() {
                    PoolChoice::LEAST_LOADED => PoolStrategy::LeastLoaded,
                    _ => PoolStrategy::RoundRobin,
                });
            }
            self
        }
    }
}

#[cfg(feature = "server")]
mod plugin {
    use std::time::Duration;

    use super::Config;
    use crate::interceptors::{ConcurrencyLimit, RateLimit};

    impl Config {
        /// How many calls may come; `None` for as many as do.
        pub(in crate::config) fn rate_limit(&self) -> Option<RateLimit> {
            let rate = of_rate(self.rate_limit_requests_per_second());
            self.rate_limit_enabled().then(|| rate.burst(self.rate_limit_burst_capacity()))
        }

        /// How many calls may run at once, where anything was said about that.
        pub(in crate::config) fn concurrency_of_calls(&self) -> Option<ConcurrencyLimit> {
            let limit = ConcurrencyLimit::new(self.concurrency_limit()?);
            Some(limit.queue(self.concurrency_queue(), self.concurrency_queue_timeout()))
        }
    }

    /// As people say it: so many in a second, or one in so many seconds.
    fn of_rate(per_second: f64) -> RateLimit {
        let whole = format!("{per_second:.0}").parse::<u32>().ok();
        match whole.filter(|whole| f64::from(*whole) == per_second) {
            Some(calls) => RateLimit::new(calls, Duration::from_secs(1)),
            None => RateLimit::new(1, Duration::try_from_secs_f64(per_second.recip()).unwrap_or_default()),
        }
    }
}

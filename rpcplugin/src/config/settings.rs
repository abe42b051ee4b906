use std::path::PathBuf;
use std::time::Duration;

use super::builder::ConfigBuilder;
use super::call_kinds::{Attempts, Calls, EncodingName, EncodingNames, PoolChoice, PoolSize, Rate};
use super::checks::Tls;
use super::kinds::{
    ByteCount, Certificates, Directory, Flag, Hidden, Kind, LogFilter, Milliseconds, Number, Port,
    PrivateKey, Seconds, SomeNumber, SomeSeconds, Transports, VariableName, VariableNames, Versions,
    WireName, Word,
};
use super::notes::Note;
use super::setting::{ConfigSetting, ConfigSide, ConfigSource};
use crate::compression::Encoding;
use crate::limits::{
    COMPRESSED_BYTES_MIN_DEFAULT, CONFIG_BURST_DEFAULT, CONFIG_QUEUE_TIMEOUT_DEFAULT, CONFIG_RATE_DEFAULT,
    CONNECTIONS_DEFAULT, HANDSHAKE_STRAY_LINES_DEFAULT, KEEP_ALIVE_INTERVAL_DEFAULT,
    KEEP_ALIVE_PATIENCE_DEFAULT, KEEP_ALIVE_TIMEOUT_DEFAULT, LOG_BYTES_PER_SECOND_DEFAULT,
    LOG_LINE_BYTES_MAX, MESSAGE_BYTES_DEFAULT, NEWCOMERS_DEFAULT, PLUGIN_PORTS_DEFAULT, POOL_SIZE_DEFAULT,
    PREFACE_TIMEOUT, RETRY_PAUSE_DEFAULT, RETRY_PAUSE_MAX_DEFAULT, SERVE_GRACE_DEFAULT,
    START_TIMEOUT_DEFAULT, STOP_ASK_DEFAULT, STOP_KILL_DEFAULT, STOP_TERMINATE_DEFAULT,
    TLS_HANDSHAKE_TIMEOUT,
};
use crate::wire::Wire;

/// What a host or a plugin is told by variables, by a file and by its own code.
///
/// Where one setting is said more than once, code wins over a variable, a variable over a file, and a file over the
/// [default](ConfigBuilder::defaults).
/// It is made for one of the two sides, because some variables mean other things on either: `PLUGIN_CLIENT_CERT` is what a host
/// proves itself by, and what a plugin is told of its host.
/// [`describe`](Self::describe) says what can be set.
///
/// What decides whom a host trusts to run is said in code alone: the program, its checksum, a runner, the addresses that are
/// allowed.
///
/// # Examples
///
/// A plugin that whoever runs it configures by variables, with a cookie that is its own:
///
/// ```
/// use rpcplugin::{Config, PluginServer};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let config = Config::for_plugin()
///     .magic_cookie_key("GREETER_PLUGIN")
///     .magic_cookie_value("5d1a")
///     .environment()
///     .build()?;
/// let server = PluginServer::new(config.cookie()?).config(&config);
/// # drop(server);
/// # Ok(())
/// # }
/// ```
///
/// A host:
///
/// ```
/// use std::time::Duration;
///
/// use rpcplugin::{Config, PluginClient};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let said = [("PLUGIN_MAGIC_COOKIE_VALUE", "5d1a"), ("PLUGIN_HANDSHAKE_TIMEOUT", "20")];
/// let config = Config::for_host().variables(said).build()?;
/// assert_eq!(config.handshake_timeout(), Duration::from_secs(20));
/// let builder = PluginClient::builder("target/debug/greeter", config.cookie()?).config(&config);
/// # drop(builder);
///
/// let error = Config::for_host().variables([("PLUGIN_WIRE", "cable"), ("PLUGIN_MIN_PORT", "many")]).build().unwrap_err();
/// assert_eq!(error.mistakes().len(), 2);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Config {
    pub(super) values: Values,
    pub(super) tls: Tls,
    /// What the log was told, if there was one.
    #[cfg_attr(not(feature = "logging"), allow(dead_code, reason = "for a log that begins later"))]
    pub(super) notes: Vec<Note>,
}

/// A value and where it came from.
#[derive(Clone)]
pub(super) struct Said<T> {
    pub(super) value: T,
    pub(super) source: ConfigSource,
}

/// What an accessor gives: the default where there is one.
macro_rules! accessor {
    ($(#[$note:meta])* $visibility:vis $key:ident: $type:ty) => {
        $(#[$note])*
        #[must_use]
        $visibility fn $key(&self) -> Option<$type> {
            self.values.$key.as_ref().map(|said| said.value.clone())
        }
    };
    ($(#[$note:meta])* $visibility:vis $key:ident: $type:ty = $default:expr) => {
        $(#[$note])*
        #[must_use]
        $visibility fn $key(&self) -> $type {
            self.values.$key.as_ref().map_or_else(|| $default, |said| said.value.clone())
        }
    };
}

/// Everything that is made of a row.
macro_rules! settings {
    ($(
        $(#[doc = $meaning:literal])+
        $visibility:vis $key:ident: $type:ty as $kind:ident $(= $default:expr)?, $variable:literal, $side:ident;
    )+) => {
        /// What was said, for each row.
        #[derive(Clone, Default)]
        pub(super) struct Values {
            $(pub(super) $key: Option<Said<$type>>,)+
        }

        impl Values {
            /// These, and below them what others say.
            pub(super) fn or(self, below: Self) -> Self {
                Self { $($key: self.$key.or(below.$key),)+ }
            }
        }

        /// The rows, in the order in which they are described.
        pub(super) static SETTINGS: &[ConfigSetting] = &[$(
            ConfigSetting {
                key: stringify!($key),
                variable: $variable,
                side: ConfigSide::$side,
                allowed: <$kind as Kind>::ALLOWED,
                meaning: &[$($meaning),+],
                is_list: <$kind as Kind>::IS_LIST,
                is_secret: <$kind as Kind>::IS_SECRET,
                default: || None $(.or_else(|| Some(<$kind as Kind>::show(&$default))))?,
                read: |values, text, source| match <$kind as Kind>::parse(text) {
                    None => false,
                    Some(value) => {
                        values.$key = Some(Said { value, source: source.clone() });
                        true
                    }
                },
                shown: |values| {
                    let said = values.$key.as_ref()?;
                    Some((<$kind as Kind>::show(&said.value), &said.source))
                },
            },
        )+];

        #[allow(dead_code, reason = "nobody asks for a secret by itself")]
        impl Config {
            $(accessor! {
                $(#[doc = $meaning])+
                $visibility $key: $type $(= $default)?
            })+
        }

        impl ConfigBuilder {
            $(
                $(#[doc = $meaning])+
                #[doc = ""]
                #[doc = concat!("The same as `", $variable, "` in the environment, and stronger.")]
                pub fn $key(mut self, value: impl Into<$type>) -> Self {
                    let value: $type = value.into();
                    match <$kind as Kind>::as_text(&value) {
                        Some(text) => self.set(stringify!($key), text),
                        None if <$kind as Kind>::is_allowed(&value) => {
                            self.code.$key = Some(Said { value, source: ConfigSource::Code });
                            self
                        }
                        None => {
                            let shown = <$kind as Kind>::show(&value);
                            self.refuse(stringify!($key), shown)
                        }
                    }
                }
            )+
        }
    };
}

settings! {
    /// The name of the variable by which a plugin sees that its host has started it.
    pub magic_cookie_key: String as VariableName = "PLUGIN_MAGIC_COOKIE".to_owned(), "PLUGIN_MAGIC_COOKIE_KEY", Both;
    /// The value of that variable. Host and plugin must be told the same.
    pub(crate) magic_cookie_value: String as Hidden, "PLUGIN_MAGIC_COOKIE_VALUE", Both;
    /// The versions of the contract that a host speaks.
    pub protocol_versions: Vec<u32> as Versions = vec![1], "PLUGIN_PROTOCOL_VERSIONS", Host;
    /// The versions of the contract that a plugin serves.
    pub supported_protocol_versions: Vec<u32> as Versions = vec![1], "SUPPORTED_PROTOCOL_VERSIONS", Plugin;
    /// The name of the protocol that is taken from a registry.
    pub protocol_type: String as Word, "PLUGIN_PROTOCOL_TYPE", Both;
    /// What is logged: of a host the plugin's log, and of a plugin its own.
    pub log_level: String as LogFilter, "PLUGIN_LOG_LEVEL", Both;

    /// What a plugin listens on: the first of them.
    pub server_transports: Vec<String> as Transports = vec!["unix".to_owned()], "PLUGIN_SERVER_TRANSPORTS", Plugin;
    /// The directory below which a host makes those of the sockets.
    pub unix_socket_dir: PathBuf as Directory, "PLUGIN_UNIX_SOCKET_DIR", Host;
    /// The group that sockets are shared with, by its name or its number.
    pub unix_socket_group: String as Word, "PLUGIN_UNIX_SOCKET_GROUP", Host;
    /// The first port that a plugin on TCP may take.
    pub min_port: u16 as Port = *PLUGIN_PORTS_DEFAULT.start(), "PLUGIN_MIN_PORT", Host;
    /// The last port that a plugin on TCP may take.
    pub max_port: u16 as Port = *PLUGIN_PORTS_DEFAULT.end(), "PLUGIN_MAX_PORT", Host;
    /// Which wire carries the calls.
    pub wire: Wire as WireName = Wire::Auto, "PLUGIN_WIRE", Host;
    /// Whether all that host and plugin broker shares one connection.
    pub multiplex_grpc: bool as Flag = false, "PLUGIN_MULTIPLEX_GRPC", Host;

    /// Whether both sides prove themselves by certificates made for this run. Without it and without certificates of the
    /// user's there is no TLS.
    pub auto_mtls: bool as Flag = true, "PLUGIN_AUTO_MTLS", Both;
    /// The certificate by which a plugin proves itself, and behind it the authorities up to a root.
    pub server_cert: String as Certificates, "PLUGIN_SERVER_CERT", Plugin;
    /// The key of that certificate.
    pub(crate) server_key: String as PrivateKey, "PLUGIN_SERVER_KEY", Plugin;
    /// Whom a plugin lets in: hosts whose certificate is one of these, or signed by one. Unless set, a host is let in that
    /// shows the certificate it has announced.
    pub client_root_certs: String as Certificates, "PLUGIN_CLIENT_ROOT_CERTS", Plugin;
    /// The certificate by which a host proves itself, and behind it the authorities up to a root.
    pub client_cert: String as Certificates, "PLUGIN_CLIENT_CERT", Host;
    /// The key of that certificate.
    pub(crate) client_key: String as PrivateKey, "PLUGIN_CLIENT_KEY", Host;
    /// Whom a host takes for its plugin: whose certificate is one of these, or signed by one. Unless set, who shows the
    /// certificate that the plugin has announced.
    pub server_root_certs: String as Certificates, "PLUGIN_SERVER_ROOT_CERTS", Host;
    /// The name or address that the certificate of whoever is dialled must have, where roots say who is trusted.
    pub server_name: String as Word = "localhost".to_owned(), "PLUGIN_SERVER_NAME", Both;
    /// Whether processes of other users may connect to a plugin's unix socket.
    pub accept_other_users: bool as Flag = false, "PLUGIN_ACCEPT_OTHER_USERS", Plugin;

    /// The longest time from the start of a plugin's process to its handshake line.
    pub handshake_timeout: Duration as SomeSeconds = START_TIMEOUT_DEFAULT, "PLUGIN_HANDSHAKE_TIMEOUT", Host;
    /// How many lines of other text a plugin may print before its handshake line.
    pub stray_lines_max: usize as Number = HANDSHAKE_STRAY_LINES_DEFAULT, "PLUGIN_STRAY_LINES_MAX", Host;
    /// How long calls may go on after a plugin was asked to end.
    pub grpc_grace_period: Duration as Seconds = SERVE_GRACE_DEFAULT, "PLUGIN_GRPC_GRACE_PERIOD", Plugin;
    /// Whether a plugin ends when the process is gone that has started it, under a host that is not made with this crate.
    pub end_with_parent: bool as Flag = false, "PLUGIN_END_WITH_PARENT", Plugin;
    /// How long a plugin may take to end after its host has asked it to.
    pub stop_ask_timeout: Duration as Seconds = STOP_ASK_DEFAULT, "PLUGIN_STOP_ASK_TIMEOUT", Host;
    /// How much longer it may take after SIGTERM.
    pub stop_terminate_timeout: Duration as Seconds = STOP_TERMINATE_DEFAULT, "PLUGIN_STOP_TERMINATE_TIMEOUT", Host;
    /// How long its kill may take, and what is read of its last output.
    pub stop_kill_timeout: Duration as Seconds = STOP_KILL_DEFAULT, "PLUGIN_STOP_KILL_TIMEOUT", Host;
    /// Whether a dead peer is looked for at all.
    pub keepalive_enabled: bool as Flag = true, "PLUGIN_KEEPALIVE_ENABLED", Both;
    /// The silence after which a peer is asked for a sign of life.
    pub grpc_keepalive_time_ms: Duration as Milliseconds = KEEP_ALIVE_INTERVAL_DEFAULT, "PLUGIN_GRPC_KEEPALIVE_TIME_MS", Both;
    /// How long a peer may take for it.
    pub grpc_keepalive_timeout_ms: Duration as Milliseconds = KEEP_ALIVE_TIMEOUT_DEFAULT, "PLUGIN_GRPC_KEEPALIVE_TIMEOUT_MS", Both;
    /// How long a peer may take for it that may be busy.
    pub keepalive_patience: Duration as SomeSeconds = KEEP_ALIVE_PATIENCE_DEFAULT, "PLUGIN_KEEPALIVE_PATIENCE", Both;

    /// The largest message in either direction.
    pub message_bytes_max: usize as ByteCount = MESSAGE_BYTES_DEFAULT, "PLUGIN_MESSAGE_BYTES_MAX", Both;
    /// Connections with calls that a plugin serves at once.
    pub connections_max: usize as SomeNumber = CONNECTIONS_DEFAULT, "PLUGIN_CONNECTIONS_MAX", Plugin;
    /// Connections at once on which nobody has called yet.
    pub newcomers_max: usize as SomeNumber = NEWCOMERS_DEFAULT, "PLUGIN_NEWCOMERS_MAX", Plugin;
    /// How long a TLS handshake with a plugin may take.
    pub tls_handshake_timeout: Duration as SomeSeconds = TLS_HANDSHAKE_TIMEOUT, "PLUGIN_TLS_HANDSHAKE_TIMEOUT", Plugin;
    /// How long who connects to a plugin may take until its wire begins.
    pub preface_timeout: Duration as SomeSeconds = PREFACE_TIMEOUT, "PLUGIN_PREFACE_TIMEOUT", Plugin;
    /// The longest line of a plugin's log that its host takes whole.
    pub log_line_bytes_max: usize as ByteCount = LOG_LINE_BYTES_MAX, "PLUGIN_LOG_LINE_BYTES_MAX", Host;
    /// How much of a plugin's log its host passes on in a second.
    pub log_bytes_per_second: usize as ByteCount = LOG_BYTES_PER_SECOND_DEFAULT, "PLUGIN_LOG_BYTES_PER_SECOND", Host;

    /// The encoding in which messages are sent that are worth it, where the other side reads it. What is sent in it is read as
    /// well. A host that calls over gRPC must know that its plugin reads it.
    pub compression: Encoding as EncodingName = Encoding::Identity, "PLUGIN_COMPRESSION", Both;
    /// The encodings that are read beside it.
    pub compression_accepted: Vec<Encoding> as EncodingNames = Vec::new(), "PLUGIN_COMPRESSION_ACCEPTED", Both;
    /// The shortest message that is worth it.
    pub compression_bytes_min: usize as ByteCount = COMPRESSED_BYTES_MIN_DEFAULT, "PLUGIN_COMPRESSION_BYTES_MIN", Both;

    /// Whether a plugin refuses calls over a rate, with `RESOURCE_EXHAUSTED` and the time after which one may come.
    pub rate_limit_enabled: bool as Flag = false, "PLUGIN_RATE_LIMIT_ENABLED", Plugin;
    /// That rate, of all calls together, where it is turned on.
    pub rate_limit_requests_per_second: f64 as Rate = CONFIG_RATE_DEFAULT, "PLUGIN_RATE_LIMIT_REQUESTS_PER_SECOND", Plugin;
    /// How many calls may come at once, where a rate is turned on.
    pub rate_limit_burst_capacity: u32 as Calls = CONFIG_BURST_DEFAULT, "PLUGIN_RATE_LIMIT_BURST_CAPACITY", Plugin;
    /// How many calls of a plugin may run at once; further ones are refused with `UNAVAILABLE`. As many as come unless set.
    pub concurrency_limit: usize as SomeNumber, "PLUGIN_CONCURRENCY_LIMIT", Plugin;
    /// How many calls wait instead, where as many run as may.
    pub concurrency_queue: usize as Number = 0, "PLUGIN_CONCURRENCY_QUEUE", Plugin;
    /// How long each of them waits, at most.
    pub concurrency_queue_timeout: Duration as SomeSeconds = CONFIG_QUEUE_TIMEOUT_DEFAULT, "PLUGIN_CONCURRENCY_QUEUE_TIMEOUT", Plugin;
    /// How often a host makes a call of an idempotent method that ends with `UNAVAILABLE`, the first time included. Once unless
    /// set.
    pub retry_attempts_max: u32 as Attempts, "PLUGIN_RETRY_ATTEMPTS_MAX", Host;
    /// The pause before such a call is made for the second time, at most; it doubles with each further one.
    pub retry_backoff: Duration as SomeSeconds = RETRY_PAUSE_DEFAULT, "PLUGIN_RETRY_BACKOFF", Host;
    /// The longest of these pauses.
    pub retry_backoff_max: Duration as SomeSeconds = RETRY_PAUSE_MAX_DEFAULT, "PLUGIN_RETRY_BACKOFF_MAX", Host;
    /// How many plugins a pool has.
    pub pool_size: usize as PoolSize = POOL_SIZE_DEFAULT, "PLUGIN_POOL_SIZE", Host;
    /// Which of them a call goes to: to the one whose turn it is, or to one with the fewest calls under way.
    pub pool_strategy: String as PoolChoice = PoolChoice::ROUND_ROBIN.to_owned(), "PLUGIN_POOL_STRATEGY", Host;

    /// Whether what a plugin prints goes to its host.
    pub capture_stdout: bool as Flag = true, "PLUGIN_CAPTURE_STDOUT", Plugin;
    /// Whether a plugin has its host's standard input.
    pub inherit_stdin: bool as Flag = false, "PLUGIN_INHERIT_STDIN", Host;
    /// Variables of the host's own that a plugin is given beside the usual ones.
    pub inherit_env: Vec<String> as VariableNames = Vec::new(), "PLUGIN_INHERIT_ENV", Host;
    /// The working directory of a plugin. Its host's own unless set.
    pub working_directory: PathBuf as Directory, "PLUGIN_WORKING_DIRECTORY", Host;
}

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncWrite;
use tracing::Level;

use super::allowed_addresses::AllowedAddresses;
use super::bring_up::bring_up;
use super::not_started::NotStarted;
use super::runner::AnyRunner;
use super::sink::Sink;
use super::sockets::SocketOptions;
use super::{Checksum, Environment, PluginClient, Runner, StartError, StopTimes};
use crate::compression::{Compression, MessageTerms};
use crate::handshake::{Cookie, LOG_LEVEL};
use crate::interceptors::Retry;
use crate::limits::{
    HANDSHAKE_STRAY_LINES_DEFAULT, LOG_BYTES_PER_SECOND_DEFAULT, LOG_LINE_BYTES_MAX, MESSAGE_BYTES_DEFAULT,
    PLUGIN_PORTS_DEFAULT, START_TIMEOUT_DEFAULT,
};
use crate::rpc::{Interceptor, Interceptors};
use crate::transport::{Address, KeepAlive, ReattachSecret, TlsConfig};
use crate::wire::Wire;

/// Who may talk on the connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Security {
    /// Both sides make a certificate for this one run and accept no other. A plugin that does not take part is refused.
    #[default]
    AutoMtls,
    /// No encryption and no proof of identity: whoever can open the socket can call the plugin, or be it.
    Plaintext,
}

/// How to start a plugin. Made by [`PluginClient::builder`].
#[must_use = "a plugin is not started until `start` is awaited"]
pub struct PluginClientBuilder {
    pub(super) program: PathBuf,
    pub(super) checksum: Option<Checksum>,
    pub(super) runner: Option<Arc<dyn AnyRunner>>,
    pub(super) arguments: Vec<OsString>,
    pub(super) inherited: Environment,
    /// The names of other variables that are inherited.
    pub(super) also_inherited: BTreeSet<OsString>,
    pub(super) environment: Vec<(OsString, OsString)>,
    pub(super) directory: Option<PathBuf>,
    pub(super) inherits_stdin: bool,
    pub(super) cookie: Cookie,
    pub(super) versions: Vec<u32>,
    pub(super) security: Security,
    pub(super) tls: Option<TlsConfig>,
    pub(super) secret: Option<ReattachSecret>,
    pub(super) wire: Wire,
    pub(super) multiplex: bool,
    pub(super) ports: RangeInclusive<u16>,
    pub(super) sockets: SocketOptions,
    pub(super) start_timeout: Duration,
    pub(super) stray_lines_max: usize,
    pub(super) allowed_addresses: AllowedAddresses,
    pub(super) stop_times: StopTimes,
    pub(super) message_bytes_max: usize,
    pub(super) compression: Compression,
    pub(super) keep_alive: Option<KeepAlive>,
    pub(super) stdout: Option<Sink>,
    pub(super) stderr: Option<Sink>,
    pub(super) process_stderr: Option<Sink>,
    pub(super) log_level: Level,
    pub(super) log_line_bytes_max: usize,
    pub(super) log_bytes_per_second: usize,
    pub(super) interceptors: Interceptors,
    /// Further out than all of them.
    pub(super) retry: Option<Arc<Retry>>,
}

impl PluginClientBuilder {
    pub(super) fn new(program: PathBuf, cookie: Cookie) -> Self {
        Self {
            program,
            checksum: None,
            runner: None,
            arguments: Vec::new(),
            inherited: Environment::default(),
            also_inherited: BTreeSet::new(),
            environment: Vec::new(),
            directory: None,
            inherits_stdin: false,
            cookie,
            versions: vec![1],
            security: Security::default(),
            tls: None,
            secret: None,
            wire: Wire::default(),
            multiplex: false,
            ports: PLUGIN_PORTS_DEFAULT,
            sockets: SocketOptions::default(),
            start_timeout: START_TIMEOUT_DEFAULT,
            stray_lines_max: HANDSHAKE_STRAY_LINES_DEFAULT,
            allowed_addresses: AllowedAddresses::default(),
            stop_times: StopTimes::default(),
            message_bytes_max: MESSAGE_BYTES_DEFAULT,
            compression: Compression::new(),
            keep_alive: Some(KeepAlive::default()),
            stdout: None,
            stderr: None,
            process_stderr: None,
            log_level: Level::TRACE,
            log_line_bytes_max: LOG_LINE_BYTES_MAX,
            log_bytes_per_second: LOG_BYTES_PER_SECOND_DEFAULT,
            interceptors: Interceptors::default(),
            retry: None,
        }
    }

    /// The program must have this checksum, or it is not started: [`StartError::Checksum`].
    ///
    /// What is executed is what was compared. On Linux the file is copied to memory that is then sealed, so before each start the
    /// file is read, copied and read again, and the copy takes its memory as long as the plugin runs. On macOS the copy is in a
    /// directory that only this user can enter, where another process of this user could still change it; on Windows the file
    /// itself is locked while the plugin starts. The program is looked for at its path, not in `PATH`. Where there is a copy, a
    /// plugin that asks for the path of its own program is told that of the copy.
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::{Checksum, Cookie, PluginClient};
    ///
    /// let known: Checksum = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".parse()?;
    /// let cookie = Cookie::new("GREETER_PLUGIN", "5d1a")?;
    /// let builder = PluginClient::builder("target/debug/greeter", cookie).checksum(known);
    /// # drop(builder);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn checksum(mut self, checksum: Checksum) -> Self {
        self.checksum = Some(checksum);
        self
    }

    /// What starts the program. Unless set, this host does, as a process of its own.
    ///
    /// The runner says where the plugin is reached, so [`allow_address`](Self::allow_address) is not asked, and a
    /// [`checksum`](Self::checksum) cannot be compared.
    pub fn runner(mut self, runner: impl Runner) -> Self {
        self.runner = Some(Arc::new(runner));
        self
    }

    /// Adds an argument to the program's command line.
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    /// Adds arguments to the program's command line.
    pub fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.arguments.extend(arguments.into_iter().map(|argument| argument.as_ref().to_owned()));
        self
    }

    /// Sets a variable in the program's environment. It wins over the host's own, but not over those of the handshake.
    pub fn env(mut self, key: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.environment.push((key.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Which of the host's own variables the program is given. [`Environment::Listed`] unless set: no secrets.
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::{Cookie, Environment, PluginClient};
    ///
    /// let cookie = Cookie::new("GREETER_PLUGIN", "5d1a")?;
    /// // Nothing but one variable, and the one that is set here.
    /// let builder = PluginClient::builder("target/debug/greeter", cookie)
    ///     .environment(Environment::Empty)
    ///     .inherit_env("GREETER_LANGUAGE")
    ///     .env("GREETER_LEVEL", "2");
    /// # drop(builder);
    /// # Ok::<(), rpcplugin::CookieError>(())
    /// ```
    pub const fn environment(mut self, inherited: Environment) -> Self {
        self.inherited = inherited;
        self
    }

    /// Gives the program a variable of the host's own, whatever [`environment`](Self::environment) says, if it is set.
    pub fn inherit_env(mut self, key: impl AsRef<OsStr>) -> Self {
        self.also_inherited.insert(key.as_ref().to_owned());
        self
    }

    /// The program's working directory. The host's own unless set.
    pub fn current_dir(mut self, directory: impl AsRef<Path>) -> Self {
        self.directory = Some(directory.as_ref().to_owned());
        self
    }

    /// Whether the program has the host's own standard input. Unless turned on its input is empty: it cannot eat what was meant for
    /// the host.
    ///
    /// The program is in a process group of its own, so it is stopped by the system if it reads from a terminal. A
    /// [`Runner`](crate::Runner) decides for itself.
    pub const fn inherit_stdin(mut self, inherit: bool) -> Self {
        self.inherits_stdin = inherit;
        self
    }

    /// The versions of the contract that this host speaks; the plugin chooses one. Version 1 unless set.
    pub fn protocol_versions(mut self, versions: impl IntoIterator<Item = u32>) -> Self {
        self.versions = versions.into_iter().collect();
        self
    }

    /// Who may talk on the connection. [`Security::AutoMtls`] unless set; there is no falling back from it.
    pub const fn security(mut self, security: Security) -> Self {
        self.security = security;
        self
    }

    /// TLS with certificates of your own, whatever [`security`](Self::security) says: none are made for this run.
    /// Unless they are [announced](TlsConfig::announced), the plugin is told of none, and must have
    /// [its own](crate::PluginServer::tls) as well.
    pub fn tls(mut self, tls: TlsConfig) -> Self {
        self.tls = Some(tls);
        self
    }

    /// What it takes to attach over the mutual TLS of a plugin's start: the [`Detached`](crate::Detached) of the host that let go
    /// of it has it. A start makes its own.
    pub fn secret(mut self, secret: ReattachSecret) -> Self {
        self.secret = Some(secret);
        self
    }

    /// Which wire carries the calls. [`Wire::Auto`] unless set: the binary one if the plugin speaks it, and otherwise gRPC.
    pub const fn wire(mut self, wire: Wire) -> Self {
        self.wire = wire;
        self
    }

    /// Whether all that host and plugin broker shares the one connection between them, instead of a socket each. It does not
    /// unless turned on. A plugin that does not offer it is refused: [`HandshakeError::MultiplexUnsupported`].
    ///
    /// For a plugin that can be reached by one socket alone. Streams that share a connection wait for each other where one of
    /// them is large, so it is slower than a socket for each.
    ///
    /// [`HandshakeError::MultiplexUnsupported`]: crate::HandshakeError::MultiplexUnsupported
    #[cfg(feature = "broker")]
    pub const fn multiplex(mut self, multiplex: bool) -> Self {
        self.multiplex = multiplex;
        self
    }

    /// The ports that a plugin on TCP may take. 10000 to 25000 unless set.
    pub const fn ports(mut self, ports: RangeInclusive<u16>) -> Self {
        self.ports = ports;
        self
    }

    /// The longest time from the start of the process to its handshake line. 60 seconds unless set.
    pub const fn start_timeout(mut self, timeout: Duration) -> Self {
        self.start_timeout = timeout;
        self
    }

    /// How many lines of other text the plugin may print to standard output before its handshake line. 64 unless set, and none
    /// of a plugin that must not print anything: 0.
    ///
    /// They are output like any that comes later, and a warning in the log says that there were some.
    pub const fn stray_lines_max(mut self, lines: usize) -> Self {
        self.stray_lines_max = lines;
        self
    }

    /// Connects to the addresses for which this is true, wherever they are and whoever listens there.
    ///
    /// Unless it says so, a host connects on this machine alone: over TCP to loopback addresses, over a unix socket to a file
    /// that is a socket and no link, belongs to the host's user or root, and is listened on by one of them; and where the
    /// plugin announces no certificate the process that listens must be the plugin's or one that it started. A plugin in a
    /// container, or one that hands its host on to a process of somebody else, needs the permission. What the plugin serves
    /// through the broker is held against the same, each time it is dialled.
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::{Address, Cookie, PluginClient};
    ///
    /// let cookie = Cookie::new("GREETER_PLUGIN", "5d1a")?;
    /// // Of the network of the containers on this machine.
    /// let builder = PluginClient::builder("target/debug/greeter", cookie)
    ///     .allow_address(|address| matches!(address, Address::Tcp(tcp) if tcp.ip().to_string().starts_with("172.17.")));
    /// # drop(builder);
    /// # Ok::<(), rpcplugin::CookieError>(())
    /// ```
    pub fn allow_address(mut self, is_allowed: impl Fn(&Address) -> bool + Send + Sync + 'static) -> Self {
        self.allowed_addresses = AllowedAddresses::new(is_allowed);
        self
    }

    /// How long each stage of [`stop`](PluginClient::stop) may take. Three seconds together unless set.
    pub const fn stop_times(mut self, times: StopTimes) -> Self {
        self.stop_times = times;
        self
    }

    /// How long the plugin may take to end by itself before it is killed: four fifths of it after the request over the
    /// connection, and the rest after SIGTERM. Two and a half seconds unless set.
    pub const fn stop_grace(mut self, grace: Duration) -> Self {
        let terminate = StopTimes::within(grace).terminate();
        self.stop_times = self.stop_times.with_ask(grace.saturating_sub(terminate)).with_terminate(terminate);
        self
    }

    /// The largest message in either direction, in bytes. 64 MiB unless set.
    pub const fn message_bytes_max(mut self, bytes: usize) -> Self {
        self.message_bytes_max = bytes;
        self
    }

    /// Which compressed messages the host reads, and whether it sends any. None unless set. It holds for the channels of the
    /// broker as well.
    #[cfg(any(feature = "gzip", feature = "zstd"))]
    pub const fn compression(mut self, compression: Compression) -> Self {
        self.compression = compression;
        self
    }

    /// What the connection makes of messages.
    pub(super) const fn message_terms(&self) -> MessageTerms {
        MessageTerms::new(self.message_bytes_max, self.compression)
    }

    /// How a plugin is noticed that was stopped or hangs; `None` to wait for it. Unless set, after 10 seconds if its process
    /// was stopped, and after five minutes if it runs, says nothing, and is not called: then its calls end as
    /// [`Code::Unavailable`](crate::Code::Unavailable). A call to a plugin that runs is waited for: give calls a time. Where its
    /// process is not known ([`KeepAlive`]), 10 seconds of silence are the end of it, whether it is called or not.
    ///
    /// The plugin is asked for its health when nothing comes from it. Whoever stops plugins in a debugger turns this off.
    pub const fn keep_alive(mut self, keep_alive: Option<KeepAlive>) -> Self {
        self.keep_alive = keep_alive;
        self
    }

    /// Where the plugin's standard output goes. To `tracing` at debug level, line by line, unless set.
    ///
    /// The plugin never waits for the writer: output that it does not take in time is dropped, and a warning says so.
    pub fn stdout(mut self, writer: impl AsyncWrite + Send + 'static) -> Self {
        self.stdout = Some(Sink::new("stdout", writer));
        self
    }

    /// Where the bytes go that the plugin sends on the stdio stream as standard error. To `tracing` unless set.
    ///
    /// Log lines on the standard error of the process itself always go to `tracing`; [`process_stderr`](Self::process_stderr)
    /// has a copy of them.
    pub fn stderr(mut self, writer: impl AsyncWrite + Send + 'static) -> Self {
        self.stderr = Some(Sink::new("stderr", writer));
        self
    }

    /// The lowest level at which the plugin's log is wanted. Unless set, what the plugin says is not looked at for it, and the
    /// plugin chooses: one made with this crate logs from info up.
    ///
    /// The plugin is told (`PLUGIN_LOG_LEVEL`), and records below it are dropped before `tracing` sees them.
    pub fn log_level(mut self, level: Level) -> Self {
        self.log_level = level;
        self.env(LOG_LEVEL, level.as_str().to_ascii_lowercase())
    }

    /// The longest line of the plugin's log, in bytes; 64 KiB unless set. A longer one is cut there, and is no record but a text.
    pub const fn log_line_bytes_max(mut self, bytes: usize) -> Self {
        self.log_line_bytes_max = bytes;
        self
    }

    /// How much of each stream of the plugin's log is passed on in a second, in bytes, with 128 more for each line. 4 MiB unless
    /// set: what comes beyond it is left out, and a warning counts the lines.
    pub const fn log_bytes_per_second(mut self, bytes: usize) -> Self {
        self.log_bytes_per_second = bytes;
        self
    }

    /// Adds an interceptor to the plugin's channel, further in than those before it. The calls that this crate makes itself,
    /// to ask whether the plugin is well and to end it, do not pass it.
    pub fn interceptor(mut self, interceptor: impl Interceptor) -> Self {
        self.interceptors.push(interceptor);
        self
    }

    /// Has calls made again, instead of what was said before.
    pub(crate) fn retry(mut self, retry: Retry) -> Self {
        self.retry = Some(Arc::new(retry));
        self
    }

    /// Starts the process, shakes hands and connects.
    ///
    /// When it returns, the plugin has answered its first question over the connection.
    ///
    /// # Errors
    ///
    /// [`StartError`] says which step failed and what the plugin wrote last. The process is killed then, and has ended,
    /// unless the error says otherwise.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future kills the process.
    pub async fn start(self) -> Result<PluginClient, StartError> {
        self.begin().await.map_err(|not_started| not_started.error)
    }

    /// The same, with what is left of a plugin that was not started.
    pub(super) async fn begin(self) -> Result<PluginClient, NotStarted> {
        // So large a future would make those of its callers large.
        Box::pin(bring_up(self)).await
    }
}

impl fmt::Debug for PluginClientBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Arguments and environment may hold secrets.
        formatter
            .debug_struct("PluginClientBuilder")
            .field("program", &self.program)
            .field("versions", &self.versions)
            .field("security", &self.security)
            .field("wire", &self.wire)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

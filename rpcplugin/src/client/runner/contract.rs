use std::fmt;
use std::future::Future;
use std::io;
use std::process::ExitStatus;

use tokio::io::AsyncRead;

use super::RunnerCommand;
use crate::client::output::Pipe;
use crate::transport::Address;

/// Starts plugins elsewhere than as processes of this host: in a container, on another machine, through another program.
///
/// Given to [`PluginClientBuilder::runner`](crate::PluginClientBuilder::runner). Without one the host starts the process itself.
/// What a runner has started is its own: if the host is killed, nobody here ends it.
///
/// # Examples
///
/// A runner that starts plugins with less weight, by another program. Where there is a process, its number is its own until
/// somebody has asked how it ended: so that is asked, and signals are sent, behind one lock.
///
/// ```
/// use std::future::poll_fn;
/// use std::io;
/// use std::pin::pin;
/// use std::process::ExitStatus;
/// use std::sync::{Mutex, PoisonError};
///
/// use rpcplugin::{AttachedRunner, Runner, RunnerCommand, StartedRunner};
/// use rustix::process::{Pid, Signal, kill_process, kill_process_group};
/// use tokio::process::{Child, Command};
///
/// struct Nice;
///
/// impl Runner for Nice {
///     type Attached = NiceProcess;
///
///     async fn start(&self, command: RunnerCommand) -> io::Result<StartedRunner<NiceProcess>> {
///         let mut nice = command.clone();
///         nice.program = "nice".into();
///         nice.arguments.insert(0, command.program.into());
///         let mut child = Command::from(nice.to_command()).kill_on_drop(true).spawn()?;
///         let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
///             return Err(io::Error::other("the pipes are missing"));
///         };
///         Ok(StartedRunner::new(NiceProcess { child: Mutex::new(child) }, stdout, stderr))
///     }
/// }
///
/// #[derive(Debug)]
/// struct NiceProcess {
///     child: Mutex<Child>,
/// }
///
/// impl NiceProcess {
///     /// Signals the process, as long as nobody has asked how it ended.
///     fn signal(&self, send: impl FnOnce(Pid) -> rustix::io::Result<()>) -> io::Result<()> {
///         let child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
///         let process = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
///         // `child` is the lock until it is sent: whoever asks how it ended waits for that.
///         process.map_or(Ok(()), send).map_err(io::Error::from)
///     }
/// }
///
/// impl AttachedRunner for NiceProcess {
///     fn process_id(&self) -> Option<u32> {
///         self.child.lock().unwrap_or_else(PoisonError::into_inner).id()
///     }
///
///     async fn wait(&self) -> Option<ExitStatus> {
///         // The lock is held for a look, and not while it waits.
///         let look = poll_fn(|context| {
///             let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
///             pin!(child.wait()).poll(context)
///         });
///         look.await.ok()
///     }
///
///     async fn terminate(&self) -> io::Result<()> {
///         self.signal(|process| kill_process(process, Signal::TERM))
///     }
///
///     async fn kill(&self) -> io::Result<()> {
///         // Its group has its number, and in that is what it started.
///         self.signal(|process| kill_process_group(process, Signal::KILL))
///     }
/// }
/// # use rpcplugin::{Cookie, PluginClient};
/// # let cookie = Cookie::new("GREETER_PLUGIN", "5d1a").unwrap();
/// let builder = PluginClient::builder("target/debug/greeter", cookie).runner(Nice);
/// # drop(builder);
/// ```
pub trait Runner: Send + Sync + 'static {
    /// A plugin that this runner has started.
    type Attached: AttachedRunner;

    /// Starts the plugin. It is given the time that [`start_timeout`](crate::PluginClientBuilder::start_timeout) gives the
    /// handshake line.
    ///
    /// Dropping the future must leave nothing behind.
    ///
    /// # Errors
    ///
    /// Why the plugin could not be started: the host says it as [`StartError::Runner`](crate::StartError::Runner).
    fn start(
        &self,
        command: RunnerCommand,
    ) -> impl Future<Output = io::Result<StartedRunner<Self::Attached>>> + Send;
}

/// A plugin that a [`Runner`] has started.
///
/// What it is asked comes in turns: no two of its futures are polled at the same time. Behind the end that
/// [`wait`](Self::wait) has told, it is asked for no other end, and what had begun is dropped.
pub trait AttachedRunner: fmt::Debug + Send + Sync + 'static {
    /// The number of its process, where it is one of this machine's that this host can see. Unless told otherwise it is none.
    ///
    /// Without it nobody can tell whether a plugin that says nothing is busy: it is given up after the
    /// [`timeout`](crate::KeepAlive::timeout) of [`KeepAlive`](crate::KeepAlive), also in the middle of a call.
    fn process_id(&self) -> Option<u32> {
        None
    }

    /// Waits until it has ended: its exit status, where it has one.
    ///
    /// The future may be dropped and asked for again; asked behind the end, it says the same at once.
    fn wait(&self) -> impl Future<Output = Option<ExitStatus>> + Send;

    /// Asks it to end, as SIGTERM asks a process.
    ///
    /// # Errors
    ///
    /// Why it could not be asked: that goes to the log.
    fn terminate(&self) -> impl Future<Output = io::Result<()>> + Send;

    /// Ends it whether it wants or not, with what it started. It may be asked to more than once, and when the plugin has ended and
    /// nobody has been told of it yet.
    ///
    /// Where the host goes without waiting, it is polled once at least, and that need not be by a task: its runtime may end at
    /// once.
    ///
    /// # Errors
    ///
    /// Why it could not be ended: that goes to the log.
    fn kill(&self) -> impl Future<Output = io::Result<()>> + Send;

    /// What helps to understand why the plugin did not start: the state of its container, or the last words of what has started
    /// it. It is asked once, where the plugin is started and does not come to answer, before it is killed, whether it has ended or
    /// not, and for a second at most: it must not block. What it says stands in the [`Diagnosis`](crate::Diagnosis) of the
    /// [`StartError`](crate::StartError), up to 4096 characters of it. Unless told otherwise it is nothing.
    fn diagnose(&self) -> impl Future<Output = Option<String>> + Send {
        std::future::ready(None)
    }

    /// Where this host connects to, for the address at which the plugin says that it listens. Whatever this gives is taken: only
    /// the runner knows what lies between. It is asked again for each address at which the plugin serves something through the
    /// [broker](crate::Broker), and whenever that is dialled, at any time, so it must not block. Where all share one connection
    /// ([`multiplex`](crate::PluginClientBuilder::multiplex)) there are no such addresses.
    ///
    /// # Errors
    ///
    /// Why there is no way to it. Unless told otherwise an address is the same on both sides, and one of another machine is
    /// refused.
    fn plugin_to_host(&self, address: Address) -> io::Result<Address> {
        match address {
            Address::Tcp(there) if !there.ip().is_loopback() => Err(io::Error::other(
                "the runner does not say where an address of another machine is reached; write `plugin_to_host`",
            )),
            address => Ok(address),
        }
    }

    /// Where the plugin connects to, for the address of a socket at which this host serves something through the
    /// [broker](crate::Broker): the plugin is told what this gives. The sockets are in the
    /// [directory](RunnerCommand::socket_directory) that the runner was given. It is asked whenever something is served, and must
    /// not block.
    ///
    /// # Errors
    ///
    /// Why the plugin has no way to it: nothing is served then, and it is the [`BrokerError`](crate::BrokerError). Unless told
    /// otherwise an address is the same on both sides.
    fn host_to_plugin(&self, address: Address) -> io::Result<Address> {
        Ok(address)
    }
}

/// What a [`Runner`] has started, and what the plugin prints there.
pub struct StartedRunner<A> {
    pub(super) attached: A,
    pub(super) stdout: Pipe,
    pub(super) stderr: Pipe,
}

impl<A: AttachedRunner> StartedRunner<A> {
    /// The plugin with its standard output, on which its handshake line comes, and its standard error.
    pub fn new(
        attached: A,
        stdout: impl AsyncRead + Send + 'static,
        stderr: impl AsyncRead + Send + 'static,
    ) -> Self {
        Self { attached, stdout: Box::pin(stdout), stderr: Box::pin(stderr) }
    }
}

impl<A: fmt::Debug> fmt::Debug for StartedRunner<A> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("StartedRunner").field("attached", &self.attached).finish_non_exhaustive()
    }
}

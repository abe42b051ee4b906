use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::process::ExitStatus;
use std::time::Duration;

use crate::limits::UNSTARTED_OUTPUT_TIMEOUT;
use crate::transport::Address;

/// A future of which only the result is known.
pub(in crate::client) type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What runs a plugin: a process that this host has started, one that somebody else has, or what a runner made.
///
/// Nothing here may send a signal to a process that has been reaped: its number may be another one's by then.
pub(in crate::client) trait Running: Send + Sync + fmt::Debug + 'static {
    /// The number of its process on this machine; `None` where it has none, and once it is known to have ended.
    fn id(&self) -> Option<u32>;

    /// Waits until it has ended, with what it started. Cancel-safe. Asked once more after that, it says so at once.
    fn ended(&self) -> Boxed<'_, Ended>;

    /// The host is about to ask for its end over the connection.
    fn expect_end(&self) {}

    /// Asks it to end, in the way that it has beside the connection: a process by SIGTERM. It waits for nobody.
    fn terminate(&self) -> Boxed<'_, ()>;

    /// Ends it whether it wants or not, with what it started. That it has ended is said by [`ended`](Self::ended). It is under way
    /// when this returns, whether anybody waits for the future or not.
    fn kill(&self) -> Boxed<'_, ()>;

    /// What happens where the host lets go of it and cannot wait: a process that this host has started is killed.
    fn abandon(&self);

    /// How long what it wrote last may take behind its end: of a process, it is in its pipes by then.
    fn output_patience(&self) -> Duration {
        UNSTARTED_OUTPUT_TIMEOUT
    }

    /// What whoever has started it knows of a start that failed.
    fn diagnose(&self) -> Boxed<'_, Option<String>> {
        Box::pin(std::future::ready(None))
    }

    /// Where the host reaches an address that the plugin says.
    fn plugin_to_host(&self, address: Address) -> io::Result<Address> {
        Ok(address)
    }

    /// Where the plugin reaches an address at which the host listens.
    #[cfg(feature = "broker")]
    fn host_to_plugin(&self, address: Address) -> io::Result<Address> {
        Ok(address)
    }

    /// The host lets go of it for good: from now on nothing here ends it.
    fn release(&self) {}

    /// Whether somebody else has started it.
    fn is_attached(&self) -> bool {
        false
    }

    /// Whether [`kill`](Self::kill) reaches anybody.
    fn is_killable(&self) -> bool {
        true
    }

    /// Whether a host may end it at all.
    fn is_ended_by_hosts(&self) -> bool {
        true
    }
}

/// How something that ran a plugin has ended, as far as is known.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::client) struct Ended {
    pub(in crate::client) status: Option<ExitStatus>,
    /// Whether the system has killed somebody of its group for want of memory meanwhile.
    pub(in crate::client) is_out_of_memory: bool,
}

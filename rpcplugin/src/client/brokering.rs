use std::io;
use std::sync::{Arc, Weak};

use super::allowed_addresses::AllowedAddresses;
use super::process::{Process, Running};
use crate::accept::ServerLimits;
use crate::broker::{Credentials, Ground, ListenAt, NoWay, Straight, Way, Ways};
use crate::compression::MessageTerms;
use crate::transport::{Address, SocketGroup};

/// What a host has for all that is brokered. The sockets of this host are where those of the plugin are.
pub(super) fn ground(
    credentials: Credentials,
    listen_at: ListenAt,
    group: Option<SocketGroup>,
    messages: MessageTerms,
    ways: HostWays,
) -> Ground {
    Ground {
        credentials,
        listen_at,
        limits: ServerLimits::new(),
        accept_other_users: false,
        group,
        messages,
        ways: Arc::new(ways),
    }
}

/// The same ways as to the plugin itself: what runs it translates, and the user may allow more than this machine's addresses.
#[derive(Debug)]
pub(super) struct HostWays {
    /// A handle of the user's may outlive the plugin.
    running: Weak<dyn Running>,
    allowed: AllowedAddresses,
}

impl HostWays {
    pub(super) fn new(process: &Process, allowed: AllowedAddresses) -> Self {
        Self { running: process.running(), allowed }
    }

    fn running(&self) -> io::Result<Arc<dyn Running>> {
        self.running.upgrade().ok_or_else(|| io::Error::other("the plugin is gone"))
    }
}

impl Ways for HostWays {
    fn reach(&self, said: Address) -> Result<Way, NoWay> {
        let reached = self.running().and_then(|running| running.plugin_to_host(said));
        match reached.map_err(NoWay::Untranslated)? {
            address if self.allowed.contains(&address) => Ok(Way::Anybody(address)),
            address => Straight.reach(address),
        }
    }

    fn tell(&self, own: Address) -> io::Result<Address> {
        self.running()?.host_to_plugin(own)
    }
}

//! How does a plugin see that the process is gone that has started it, where its host shows it no lifeline?

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix::Parent;
#[cfg(windows)]
use windows::Parent;

use std::path::Path;

use super::PluginServer;
use crate::handshake::LIFELINE;
use crate::transport::HostWatch;

impl PluginServer {
    /// Whether the plugin ends in order when the process is gone that has started it, under a host that is not made with this
    /// crate. It does not unless turned on: then it lives on without its host, as a plugin of go-plugin does. Whoever runs the
    /// plugin knows the host better than who writes it, and may say it as a [setting](crate::Config::end_with_parent).
    ///
    /// A host made with this crate lets its plugins see that it is gone, and this changes nothing there; nor where a host of
    /// another make is itself such a plugin, and hands `RPCPLUGIN_LIFELINE` on. Leave it off where a host may end and another one,
    /// or the same, attaches to the plugin again, as Nomad does: it would find none.
    ///
    /// What counts is the process that has started this one: a shell that stands between host and plugin, and does not hand its
    /// place on with `exec`, is taken for the host. Where that is process 1, there is no other after it, and nothing is watched:
    /// in a container it ends with everybody, and elsewhere the host was gone before anybody looked. In
    /// [test mode](Self::listen) there is no host, and on Windows nothing is watched.
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::{Cookie, PluginServer};
    ///
    /// let server = PluginServer::new(Cookie::new("GREETER_PLUGIN", "5d1a")?).end_with_parent(true);
    /// # drop(server);
    /// # Ok::<(), rpcplugin::CookieError>(())
    /// ```
    pub const fn end_with_parent(mut self, ends: bool) -> Self {
        self.ends_with_parent = ends;
        self
    }
}

/// What there is to see of the end of a host, beside the connections.
#[derive(Debug, Default)]
pub(super) struct HostEnd {
    parent: Option<Parent>,
    lifeline: Option<HostWatch>,
}

impl HostEnd {
    /// Looks who has started this process, where that counts: the sooner, the surer. A lifeline says more: it may be held by
    /// whoever has taken the plugin over.
    pub(super) fn of(ends_with_parent: bool, lookup: impl Fn(&str) -> Option<String>) -> Self {
        // As whoever reads it takes it: one that is none shows nothing.
        let is_lifeline = |path: String| Path::new(&path).is_absolute();
        let counts = ends_with_parent && !lookup(LIFELINE).is_some_and(is_lifeline);
        Self { parent: counts.then(Parent::look).flatten(), lifeline: None }
    }

    /// The same with the lifeline of a host that has one.
    pub(super) fn with_lifeline(self, lifeline: Option<HostWatch>) -> Self {
        Self { lifeline, ..self }
    }

    /// Waits until the host is gone; for ever where that cannot be seen. Cancel-safe.
    pub(super) async fn gone(&self) {
        match (&self.lifeline, &self.parent) {
            (Some(lifeline), _) => lifeline.gone().await,
            (None, Some(parent)) => parent.gone().await,
            (None, None) => std::future::pending().await,
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_lifeline_that_is_none_leaves_the_parent_to_be_watched() {
        let watches = |lifeline: Option<&str>, ends_with_parent| {
            let lookup = |_: &str| lifeline.map(str::to_owned);
            HostEnd::of(ends_with_parent, lookup).parent.is_some()
        };
        // Where this runs as the first process's child there is nobody to watch.
        let is_seen = Parent::look().is_some();
        for lifeline in [None, Some(""), Some("lifeline")] {
            assert_eq!(watches(lifeline, true), is_seen, "{lifeline:?}");
            assert!(!watches(lifeline, false));
        }
        assert!(!watches(Some("/run/private/lifeline"), true));
    }
}

//! Where the sockets of a plugin go, and who may use them beside this user.

use std::path::{Path, PathBuf};

use super::PluginClientBuilder;
use super::guard::{GuardedDirectory, guarded_directory};
use super::sweep;
use crate::limits::PLUGIN_SOCKET_ROOM_BYTES;
use crate::transport::{LIFELINE_NAME, Lifeline, SocketGroup, TransportError, chosen, roomy};

/// What the user says of them.
#[derive(Clone, Debug, Default)]
pub(super) struct SocketOptions {
    /// The name or the number of a group.
    group: Option<String>,
    directory: Option<PathBuf>,
}

impl PluginClientBuilder {
    /// A group of the system whose members may use the plugin's sockets, and those of this host: its name, or its number in
    /// decimal. Unless set only this user may, and root.
    ///
    /// For a plugin that is another user, as in a container or by a program of the runner's. Host and plugin must both be in the
    /// group. The directory of the sockets gets mode 0770 and the sockets 0660, whatever the masks of the processes are, and
    /// the plugin is told of the group (`PLUGIN_UNIX_SOCKET_GROUP`), as go-plugin's `UnixSocketConfig` does it. Both sides then
    /// accept each other as members of it too; where one does not see the processes of the other, as in a container with numbers
    /// of its own for them, by the modes alone. All members are trusted: without TLS each can call the plugin, or be it.
    ///
    /// A group that is not there, or that this process is not in, is an error of [`start`](Self::start):
    /// [`TransportError::UnknownGroup`](crate::TransportError::UnknownGroup) and
    /// [`TransportError::NotInGroup`](crate::TransportError::NotInGroup) in
    /// [`StartError::Prepare`](crate::StartError::Prepare).
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::{Cookie, PluginClient};
    ///
    /// let cookie = Cookie::new("GREETER_PLUGIN", "5d1a")?;
    /// let builder = PluginClient::builder("target/debug/greeter", cookie)
    ///     .socket_group("plugins")
    ///     .socket_directory("/run/greeter");
    /// # drop(builder);
    /// # Ok::<(), rpcplugin::CookieError>(())
    /// ```
    pub fn socket_group(mut self, group: impl Into<String>) -> Self {
        self.sockets.group = Some(group.into());
        self
    }

    /// The directory in which this host makes one for each plugin, with the sockets. That for temporary files unless set.
    ///
    /// It must be there, and this process must be able to write to it. Neither it nor a directory around it may be one where
    /// everybody writes, unless it has the sticky bit: strangers could put a directory of theirs in the place of the plugin's.
    /// Links on the way to it are followed once, before anything else: what counts, its length as well, is the path without
    /// them. Its owner is trusted, and so is its group where that may
    /// write. A relative path is taken from the host's working directory. What does not hold is an error of
    /// [`start`](Self::start): [`StartError::Prepare`](crate::StartError::Prepare).
    pub fn socket_directory(mut self, directory: impl AsRef<Path>) -> Self {
        self.sockets.directory = Some(directory.as_ref().to_owned());
        self
    }
}

/// The directory for the sockets of one plugin, which goes with the value, and whom they are shared with.
#[derive(Debug)]
pub(super) struct Sockets {
    directory: GuardedDirectory,
    group: Option<SocketGroup>,
}

impl Sockets {
    /// For a plugin that is about to be started, with what ends with this process.
    pub(super) async fn of_start(
        options: &SocketOptions,
    ) -> Result<(Self, Option<Lifeline>), TransportError> {
        let sockets = Self::make(options).await?;
        let lifeline = sockets.lifeline();
        sockets.open()?;
        Ok((sockets, lifeline))
    }

    /// For what this host serves a plugin that runs already. That is told of no lifeline, but others see by it whose this is.
    pub(super) async fn of_attached(
        options: &SocketOptions,
    ) -> Result<(Self, Option<Lifeline>), TransportError> {
        Self::of_start(options).await
    }

    async fn make(options: &SocketOptions) -> Result<Self, TransportError> {
        let group = match &options.group {
            Some(group) => Some(SocketGroup::find(group).await?),
            None => None,
        };
        let parent = match &options.directory {
            Some(directory) => chosen(directory, PLUGIN_SOCKET_ROOM_BYTES)?,
            None => roomy(PLUGIN_SOCKET_ROOM_BYTES),
        };
        sweep::begin(&parent);
        Ok(Self { directory: guarded_directory(parent)?, group })
    }

    /// What ends with this process. A host that cannot have it has its guard.
    fn lifeline(&self) -> Option<Lifeline> {
        let path = self.path().join(LIFELINE_NAME);
        let made = Lifeline::create(path).map_err(|error| error.to_string()).and_then(|lifeline| {
            let shared = self.group.map_or(Ok(()), |group| lifeline.show(group));
            // A pipe that nobody holds is that of a host which is gone.
            let shared = shared.inspect_err(|_| drop(std::fs::remove_file(lifeline.path())));
            shared.map(|()| lifeline).map_err(|error| error.to_string())
        });
        made.inspect_err(|error| {
            let directory = self.path().display();
            tracing::debug!(%directory, error, "the plugin cannot see whether this process is still there");
        })
        .ok()
    }

    /// Lets the group in. Last: until then nobody else could touch what is in there.
    fn open(&self) -> Result<(), TransportError> {
        self.group.map_or(Ok(()), |group| self.directory.open_to(group))
    }

    pub(super) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(super) const fn group(&self) -> Option<SocketGroup> {
        self.group
    }

    /// Leaves the directory to others.
    #[cfg(target_os = "linux")]
    pub(super) fn keep(self) {
        self.directory.keep();
    }
}

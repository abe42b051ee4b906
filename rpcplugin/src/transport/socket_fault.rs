use std::fmt;

/// Why a host does not connect to an announced socket, or does not talk on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SocketFault {
    /// The path is that of a symbolic link: who made it decides where it leads.
    Link,
    /// The path is that of something else than a socket.
    NotASocket,
    /// The socket belongs to this user, who is neither the host's nor root.
    Owner(u32),
    /// A process of this user listens on it, who is neither the host's nor root.
    User(u32),
    /// This process listens on it, which is neither the plugin nor one that it started.
    Process(u32),
}

impl fmt::Display for SocketFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Link => formatter.write_str("it is a symbolic link"),
            Self::NotASocket => formatter.write_str("it is no socket"),
            Self::Owner(user) => write!(formatter, "it belongs to the user {user}"),
            Self::User(user) => write!(formatter, "a process of the user {user} listens there"),
            Self::Process(process) => {
                write!(formatter, "the process {process} listens there, which is not the plugin's")
            }
        }
    }
}

//! What a plugin needs of a host, for one that its host lets go of.
//!
//! Nobody reads the pipes of its output any more, and who writes to a pipe that nobody reads is killed, or fails. A shell reads
//! them instead and throws away what comes; it holds the plugin's lifeline, and when the plugin has ended it removes the directory
//! of its socket. It ends with the plugin, and with nobody else.

use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

use super::output_ends::OutputEnds;
use crate::client::guard::{SHELL, path};

/// What a list of processes shows of it.
const NAME: &str = "rpcplugin-caretaker";

/// Its standard input is the plugin's output, its standard output is the plugin's standard error, its standard error the
/// lifeline: a process has no other places for what it is to hold.
const SCRIPT: &str = r#"
trap '' HUP INT QUIT TERM
cat <&1 >/dev/null &
cat >/dev/null
wait
rm -rf -- "$1"
"#;

/// Starts it. `directory` is an absolute path.
pub(super) fn start(ends: &OutputEnds, lifeline: Option<OwnedFd>, directory: &Path) -> io::Result<()> {
    let place = |held: Option<OwnedFd>| held.map_or_else(Stdio::null, Stdio::from);
    let mut command = Command::new(SHELL);
    command.args(["-c", SCRIPT, NAME]).arg(directory);
    command.env_clear().env("PATH", path()).current_dir("/");
    command.stdin(place(ends.stdout.reopen())).stdout(place(ends.stderr.reopen())).stderr(place(lifeline));
    // Ctrl-C is not for it. Dropping the handle leaves it alone, and has the runtime ask for its end.
    command.process_group(0).spawn().map(drop)
}

//! What a plugin needs of a host, for one that its host lets go of.
//!
//! Nobody reads the pipes of its output any more, and who writes to a pipe that nobody reads is killed, or fails. A shell reads
//! them instead and throws away what comes; it holds the plugin's lifeline, and when the plugin has ended it removes the directory
//! of its socket. It ends with the plugin, and with nobody else.
//!
//! The end of both pipes is mostly that of the plugin, and wakes the shell. A plugin may have closed them and go on, so the shell
//! looks then whether the process is there, and again each second if it is.

use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

use super::output_ends::OutputEnds;
use crate::client::guard::{SHELL, path};

/// What a list of processes shows of it.
const NAME: &str = "rpcplugin-caretaker";

/// When a process has begun tells it from the next one with its number, and one that has ended is there until somebody asks how.
///
/// Its standard input is the plugin's output, its standard output is the plugin's standard error, its standard error the
/// lifeline: a process has no other places for what it is to hold.
const SCRIPT: &str = r#"
trap '' HUP INT QUIT TERM
process=$2
begun() {
  { read -r stat < "/proc/${process:-none}/stat"; } 2>/dev/null || return
  set -- ${stat##*) }
  case $1 in
    Z | X) ;;
    *) echo "${20}" ;;
  esac
}
known=$(begun)
cat <&1 >/dev/null &
cat >/dev/null
wait
while [ -n "$known" ] && [ "$(begun)" = "$known" ]; do sleep 1 || break; done
rm -rf -- "$1"
"#;

/// Starts it, for a plugin that is this process. `directory` is an absolute path.
pub(super) fn start(
    ends: &OutputEnds,
    lifeline: Option<OwnedFd>,
    directory: &Path,
    process: Option<u32>,
) -> io::Result<()> {
    let place = |held: Option<OwnedFd>| held.map_or_else(Stdio::null, Stdio::from);
    let mut command = Command::new(SHELL);
    command.args(["-c", SCRIPT, NAME]).arg(directory);
    command.args(process.map(|number| number.to_string()));
    command.env_clear().env("PATH", path()).current_dir("/");
    command.stdin(place(ends.stdout.reopen())).stdout(place(ends.stderr.reopen())).stderr(place(lifeline));
    // Ctrl-C is not for it. Dropping the handle leaves it alone, and has the runtime ask for its end.
    command.process_group(0).spawn().map(drop)
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::path::PathBuf;
    use std::time::{Duration, Instant};

    use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

    use super::*;
    use crate::client::handover::output_ends::PipeEnd;

    /// What takes longer does not come, on a busy machine as well.
    const HANGS: Duration = Duration::from_secs(60);

    /// Of the caretaker of this directory, whether it looks after a process.
    fn looks_after_a_process(directory: &Path) -> bool {
        let processes = || std::fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path());
        let read = |process: PathBuf, file: &str| std::fs::read(process.join(file)).unwrap_or_default();
        let directory = directory.to_str().unwrap().as_bytes();
        processes().any(|process| {
            let stat = String::from_utf8(read(process, "stat")).unwrap_or_default();
            let parent = stat.rsplit_once(") ").and_then(|(_name, rest)| rest.split(' ').nth(1));
            stat.contains("(sleep)")
                && parent.is_some_and(|parent| {
                    let command = read(Path::new("/proc").join(parent), "cmdline");
                    command.windows(directory.len()).any(|window| window == directory)
                })
        })
    }

    #[tokio::test]
    async fn a_plugin_that_has_closed_its_output_is_taken_care_of_until_it_ends() {
        let ended = || PipeEnd::of(&io::pipe().unwrap().0).unwrap();
        let ends = OutputEnds { stdout: ended(), stderr: ended() };
        let parent = tempfile::tempdir().unwrap();
        let directory = parent.path().join("sockets");
        std::fs::create_dir(&directory).unwrap();
        let mut plugin = Command::new("sleep").arg("600").kill_on_drop(true).spawn().unwrap();
        let (mut lifeline, held) = io::pipe().unwrap();
        let flags = fcntl_getfl(&lifeline).unwrap();
        fcntl_setfl(&lifeline, flags | OFlags::NONBLOCK).unwrap();
        start(&ends, Some(held.into()), &directory, plugin.id()).unwrap();
        let begun = Instant::now();
        while !looks_after_a_process(&directory) {
            let end = lifeline.read(&mut [0; 64]);
            assert!(!matches!(end, Ok(0)), "the lifeline has ended, and the plugin has not");
            assert!(begun.elapsed() < HANGS, "the caretaker does not look after the plugin");
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(directory.exists());

        // Nobody asks how it ended.
        plugin.start_kill().unwrap();
        while !matches!(lifeline.read(&mut [0; 64]), Ok(0)) {
            assert!(begun.elapsed() < 2 * HANGS, "the caretaker does not see that the plugin has ended");
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(!directory.exists());
        plugin.wait().await.unwrap();
    }
}

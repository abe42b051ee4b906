use std::collections::BTreeSet;
use std::collections::hash_map::RandomState;
use std::ffi::OsString;
use std::hash::BuildHasher;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::process::Pid;

use super::SHELL;
use crate::transport::{SocketDirectory, TransportError};

/// What a list of processes shows of it.
const NAME: &str = "rpcplugin-guard";

/// What it does. A signal for everybody, as a service manager sends it before it kills, does not end it before its host.
const SCRIPT: &str = r#"
trap '' HUP INT QUIT TERM
groups=' '
directories=0
kept=0
is_kept() {
  number=$kept
  while [ "$number" -gt 0 ]; do
    eval "one=\$kept_$number"
    [ "$1" = "$one" ] && return 0
    number=$((number - 1))
  done
  return 1
}
is_of_kept() {
  number=$kept
  while [ "$number" -gt 0 ]; do
    eval "one=\$kept_$number"
    grep -q -F -e "PLUGIN_UNIX_SOCKET_DIR=$one" "$1" && return 0
    number=$((number - 1))
  done
  return 1
}
while read -r what value; do
  case $what in
    +) groups="$groups$value " ;;
    -) groups="${groups%% "$value" *} ${groups#* "$value" }" ;;
    /) directories=$((directories + 1)); eval "directory_$directories=\$value" ;;
    =) kept=$((kept + 1)); eval "kept_$kept=\$value" ;;
  esac
done
for group in $groups; do kill -s KILL -- "-$group"; done
while [ "$directories" -gt 0 ]; do
  eval "beginning=\$directory_$directories"
  for file in $(grep -l -F -e "PLUGIN_UNIX_SOCKET_DIR=$beginning" /proc/[0-9]*/environ); do
    is_of_kept "$file" && continue
    process=${file#/proc/}
    process=${process%/environ}
    read -r stat < "/proc/$process/stat" || continue
    set -- ${stat##*) }
    [ "$3" = "$process" ] && [ "$4" != "$process" ] && kill -s KILL -- "-$process"
  done
  for directory in "$beginning"*; do
    is_kept "$directory" || rm -rf -- "$directory"
  done
  directories=$((directories - 1))
done
"#;

static GUARD: Mutex<Guard> = Mutex::new(Guard {
    groups: BTreeSet::new(),
    directories: BTreeSet::new(),
    kept: BTreeSet::new(),
    shell: None,
    is_missed: false,
});

/// What ends with this process.
struct Guard {
    /// Process groups.
    groups: BTreeSet<i32>,
    /// How the paths of directories begin.
    directories: BTreeSet<PathBuf>,
    /// Directories of plugins that this process has let go of, and with these the plugins, outlive it.
    kept: BTreeSet<PathBuf>,
    shell: Option<Shell>,
    /// Whether it was said that there is none.
    is_missed: bool,
}

struct Shell {
    process: Child,
    input: ChildStdin,
}

/// A process group that does not outlive this process. Dropping it ends that: the group is gone.
#[derive(Debug)]
pub(in crate::client) struct Guarded(i32);

impl Guarded {
    pub(in crate::client) fn new(group: Pid) -> Self {
        let group = group.as_raw_nonzero().get();
        let mut guard = lock();
        guard.groups.insert(group);
        guard.tell(&line('+', group.to_string().as_bytes()));
        Self(group)
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        let mut guard = lock();
        guard.groups.remove(&self.0);
        guard.tell(&line('-', self.0.to_string().as_bytes()));
    }
}

/// A directory for the sockets of a plugin that does not outlive this process, in another one.
pub(in crate::client) fn guarded_directory(parent: PathBuf) -> Result<SocketDirectory, TransportError> {
    // Of this process alone, and known before there is a directory: none is made that nobody would remove.
    let beginning = format!("plugin-{:012x}-", token());
    if let Ok(path) = std::path::absolute(parent.join(&beginning)) {
        lock().guard_directories(path);
    }
    SocketDirectory::create_named(parent, &beginning)
}

/// A directory that does outlive this process, with the plugin that was given it. An absolute path.
#[cfg(target_os = "linux")]
pub(in crate::client) fn keep_directory(path: PathBuf) {
    let mut guard = lock();
    // See `guard_directories`: what is below such a path nobody removes.
    if !path.as_os_str().as_bytes().contains(&b'\n') {
        let line = line('=', path.as_os_str().as_bytes());
        guard.kept.insert(path);
        guard.tell(&line);
    }
}

/// A number that no other process has: 48 random bits.
fn token() -> u64 {
    static TOKEN: OnceLock<u64> = OnceLock::new();
    *TOKEN.get_or_init(|| RandomState::new().hash_one(std::process::id()) >> 16)
}

fn lock() -> MutexGuard<'static, Guard> {
    GUARD.lock().unwrap_or_else(PoisonError::into_inner)
}

fn line(what: char, value: &[u8]) -> Vec<u8> {
    [format!("{what} ").as_bytes(), value, b"\n"].concat()
}

fn of_directory(beginning: &Path) -> Vec<u8> {
    line('/', beginning.as_os_str().as_bytes())
}

impl Guard {
    fn guard_directories(&mut self, beginning: PathBuf) {
        // A line holds no such path, and half of it is another one.
        let is_a_line = !beginning.as_os_str().as_bytes().contains(&b'\n');
        if is_a_line && !self.directories.contains(&beginning) {
            let line = of_directory(&beginning);
            self.directories.insert(beginning);
            self.tell(&line);
        }
    }

    fn tell(&mut self, line: &[u8]) {
        if let Some(shell) = &mut self.shell
            // In one piece: half a line would make another number of the next.
            && shell.input.write_all(line).is_ok()
        {
            return;
        }
        // The first time; or somebody has killed it.
        self.shell = None;
        match Shell::start(&self.groups, &self.directories, &self.kept) {
            Ok(shell) => self.shell = Some(shell),
            Err(error) if !std::mem::replace(&mut self.is_missed, true) => {
                tracing::warn!(%error, shell = SHELL, "plugins will live on if this process is killed: nobody guards them");
            }
            Err(_) => {}
        }
    }
}

impl Shell {
    fn start(
        groups: &BTreeSet<i32>,
        directories: &BTreeSet<PathBuf>,
        kept: &BTreeSet<PathBuf>,
    ) -> io::Result<Self> {
        let mut command = Command::new(SHELL);
        command.args(["-c", SCRIPT, NAME]).env_clear().env("PATH", path()).current_dir("/");
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        // Ctrl-C is not for it.
        let mut process = command.process_group(0).spawn()?;
        let input = process.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
        // From here on it is killed before it sees the end of its pipe, if this fails.
        let mut shell = Self { process, input };
        // Whoever starts a plugin does not wait for a shell that somebody has stopped.
        fcntl_setfl(&shell.input, fcntl_getfl(&shell.input)? | OFlags::NONBLOCK)?;
        let groups = groups.iter().map(|group| line('+', group.to_string().as_bytes()));
        let kept = kept.iter().map(|path| line('=', path.as_os_str().as_bytes()));
        let mut lines = directories.iter().map(|path| of_directory(path)).chain(kept).chain(groups);
        lines.try_for_each(|line| shell.input.write_all(&line))?;
        Ok(shell)
    }
}

/// Where it finds `rm`: where it usually is, and else as this process would.
pub(in crate::client) fn path() -> OsString {
    let mut path = OsString::from("/usr/bin:/bin");
    if let Some(own) = std::env::var_os("PATH").filter(|own| !own.is_empty()) {
        path.push(":");
        path.push(own);
    }
    path
}

impl Drop for Shell {
    /// Only one that cannot be spoken to is given up.
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _reaped = self.process.wait();
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    #[test]
    fn a_guard_that_was_killed_is_replaced_by_one_that_knows_everybody() {
        let mut sleeper = Command::new("sleep").arg("600").process_group(0).spawn().unwrap();
        let parent = tempfile::tempdir().unwrap();
        let sockets = tempfile::Builder::new().prefix("a b-").tempdir_in(&parent).unwrap();
        // One that its host has let go of.
        let kept = tempfile::Builder::new().prefix("a b-").tempdir_in(&parent).unwrap();
        let mut released = Command::new("sleep");
        released.arg("600").env("PLUGIN_UNIX_SOCKET_DIR", kept.path()).process_group(0);
        let mut released = released.spawn().unwrap();
        // One that the guard was never told of, and one that has left for a session of its own.
        let with_the_path = |mut command: Command| {
            command.arg("600").env("PLUGIN_UNIX_SOCKET_DIR", sockets.path()).spawn().unwrap()
        };
        let mut unknown = Command::new("sleep");
        unknown.process_group(0);
        let mut unknown = with_the_path(unknown);
        let mut away = Command::new("setsid");
        away.arg("sleep");
        let mut away = with_the_path(away);
        let session = |process: u32| {
            let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
            stat.rsplit(')').next().unwrap().split_whitespace().nth(3).unwrap().parse::<u32>().unwrap()
        };
        while session(away.id()) != away.id() {
            std::thread::yield_now();
        }
        let mut guard = Guard {
            groups: [i32::try_from(sleeper.id()).unwrap()].into(),
            directories: [parent.path().join("a b-")].into(),
            kept: [kept.path().to_owned()].into(),
            shell: None,
            is_missed: false,
        };
        guard.tell(b"");
        let shell = &mut guard.shell.as_mut().unwrap().process;
        let first = shell.id();
        shell.kill().unwrap();
        shell.wait().unwrap();
        // Of a group that is gone by now.
        guard.tell(b"- 1000000\n");
        let shell = guard.shell.as_mut().unwrap();
        assert_ne!(shell.process.id(), first);
        // The end of its pipe.
        let mut other = Command::new("true").stdin(Stdio::piped()).spawn().unwrap();
        drop(std::mem::replace(&mut shell.input, other.stdin.take().unwrap()));
        assert_eq!(sleeper.wait().unwrap().signal(), Some(9));
        assert_eq!(unknown.wait().unwrap().signal(), Some(9));
        assert!(shell.process.wait().unwrap().success());
        assert!(!sockets.path().exists());
        other.wait().unwrap();
        assert!(away.try_wait().unwrap().is_none(), "whoever has left is let be");
        assert!(released.try_wait().unwrap().is_none(), "and so is whoever was let go of");
        assert!(kept.path().exists());
        released.kill().unwrap();
        released.wait().unwrap();
        away.kill().unwrap();
        away.wait().unwrap();
    }
}

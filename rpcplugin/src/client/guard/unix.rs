use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::hash::BuildHasher;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::process::Pid;

use super::SHELL;
use crate::limits::GUARD_ROOM_TIMEOUT;
use crate::transport::{SocketDirectory, SocketGroup, TransportError};

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
forget() {
  number=$directories
  while [ "$number" -gt 0 ]; do
    eval "one=\$directory_$number"
    if [ "$1" = "$one" ]; then
      eval "directory_$number=\$directory_$directories"
      directories=$((directories - 1))
      return
    fi
    number=$((number - 1))
  done
}
while read -r what value; do
  case $what in
    +) groups="$groups$value " ;;
    -) groups="${groups%% "$value" *} ${groups#* "$value" }" ;;
    /) directories=$((directories + 1)); eval "directory_$directories=\$value" ;;
    x) forget "$value" ;;
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
    directories: BTreeMap::new(),
    kept: BTreeSet::new(),
    shell: None,
    is_missed: false,
});

/// What ends with this process.
struct Guard {
    /// Process groups.
    groups: BTreeSet<i32>,
    /// How the paths of directories begin, and how many there are that begin so.
    directories: BTreeMap<PathBuf, usize>,
    /// Directories of plugins that this process has let go of, and with these the plugins, outlive it. One that is gone may
    /// have been cleaned away while its plugin lives, so none is forgotten: there are as many as were ever let go of.
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

/// A directory that does not outlive this process. It is removed when the value is dropped.
#[derive(Debug)]
pub(in crate::client) struct GuardedDirectory {
    directory: SocketDirectory,
    // Behind the directory, so that it is dropped behind it.
    _beginning: Beginning,
}

impl GuardedDirectory {
    pub(in crate::client) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// See [`SocketDirectory::open_to`].
    pub(in crate::client) fn open_to(&self, group: SocketGroup) -> Result<(), TransportError> {
        self.directory.open_to(group)
    }

    /// Leaves the directory to others.
    #[cfg(target_os = "linux")]
    pub(in crate::client) fn keep(self) {
        self.directory.keep();
    }
}

/// How the path of a directory begins, as the guard was told. Dropping it takes that back, if nothing is left of the directory.
#[derive(Debug)]
struct Beginning {
    told: Option<PathBuf>,
    directory: Option<PathBuf>,
}

impl Drop for Beginning {
    fn drop(&mut self) {
        let is_left = |directory: &PathBuf| directory.symlink_metadata().is_ok();
        if let Some(told) = self.told.take()
            && !self.directory.as_ref().is_some_and(is_left)
        {
            lock().release_directories(&told);
        }
    }
}

/// A directory for the sockets of a plugin that does not outlive this process, in another one.
pub(in crate::client) fn guarded_directory(parent: PathBuf) -> Result<GuardedDirectory, TransportError> {
    // Of this process alone, and known before there is a directory: none is made that nobody would remove.
    let name = format!("plugin-{:012x}-", token());
    let told = std::path::absolute(parent.join(&name)).ok().filter(|path| lock().guard_directories(path));
    let mut beginning = Beginning { told, directory: None };
    let directory = SocketDirectory::create_named(parent, &name)?;
    beginning.directory = Some(directory.path().to_owned());
    Ok(GuardedDirectory { directory, _beginning: beginning })
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
    /// Whether it could.
    fn guard_directories(&mut self, beginning: &Path) -> bool {
        if let Some(number) = self.directories.get_mut(beginning) {
            *number = number.saturating_add(1);
            return true;
        }
        // A line holds no such path, and half of it is another one.
        let is_a_line = !beginning.as_os_str().as_bytes().contains(&b'\n');
        if is_a_line {
            self.directories.insert(beginning.to_owned(), 1);
            self.tell(&of_directory(beginning));
        }
        is_a_line
    }

    fn release_directories(&mut self, beginning: &Path) {
        let Some(number) = self.directories.get_mut(beginning) else { return };
        *number = number.saturating_sub(1);
        if *number == 0 {
            self.directories.remove(beginning);
            self.tell(&line('x', beginning.as_os_str().as_bytes()));
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
        directories: &BTreeMap<PathBuf, usize>,
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
        // Whoever starts a plugin does not wait for long for a shell that somebody has stopped.
        fcntl_setfl(&shell.input, fcntl_getfl(&shell.input)? | OFlags::NONBLOCK)?;
        let groups = groups.iter().map(|group| line('+', group.to_string().as_bytes()));
        let kept = kept.iter().map(|path| line('=', path.as_os_str().as_bytes()));
        let mut lines = groups.chain(directories.keys().map(|path| of_directory(path))).chain(kept);
        let until = Instant::now() + GUARD_ROOM_TIMEOUT;
        lines.try_for_each(|line| shell.write(&line, until))?;
        Ok(shell)
    }

    /// Writes more than a pipe may hold: the shell has begun a moment ago, and reads soon.
    fn write(&mut self, mut bytes: &[u8], until: Instant) -> io::Result<()> {
        while !bytes.is_empty() {
            match self.input.write(bytes) {
                Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let left = until.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return Err(error);
                    }
                    let left = Timespec::try_from(left).map_err(io::Error::other)?;
                    poll(&mut [PollFd::new(&self.input, PollFlags::OUT)], Some(&left))?;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
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
        end(&mut self.process);
    }
}

/// Kills a child and takes note of its end. Whether it was there to be killed: one that a reaper of this process's own has taken
/// note of has a number that may be another one's by now.
fn end(process: &mut Child) -> bool {
    // The child itself knows only of what was asked through it.
    let is_there = matches!(process.try_wait(), Ok(None));
    if is_there {
        let _gone = process.kill();
        let _reaped = process.wait();
    }
    is_there
}

#[cfg(test)]
mod tests;

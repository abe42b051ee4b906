use std::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process;

use rpcplugin::{Code, ExitReason, SupervisorState, Wire};
use rustix::process::{Pid, Signal, kill_process};

use super::calls::{Load, client};
use super::plugins::supervise;
use crate::supervised::{Supervised, SupervisedClient};

/// What the plugin may have.
const LIMIT_BYTES: u64 = 96 * 1024 * 1024;

/// What it takes.
const EATEN_BYTES: u64 = 4 * LIMIT_BYTES;

/// How a plugin was killed for want of memory.
#[derive(Debug)]
pub(super) struct MemoryKill {
    /// By which means.
    pub(super) means: &'static str,
    /// What its host says of it.
    pub(super) reason: ExitReason,
    /// What became of the call in which it was.
    pub(super) code: Option<Code>,
    /// Calls of others that failed meanwhile.
    pub(super) others: u64,
    /// Whether it was back behind it.
    pub(super) is_back: bool,
}

impl MemoryKill {
    /// What the host must say.
    pub(super) fn expected(&self) -> ExitReason {
        if self.is_plain() { ExitReason::Signal(Signal::KILL.as_raw()) } else { ExitReason::OutOfMemory }
    }

    /// Whether it was none: somebody had to kill it in the system's place.
    pub(super) fn is_plain(&self) -> bool {
        self.means == KILL
    }

    /// Whether there had to be a control group: whoever sets this knows that one can be made.
    pub(super) fn is_required() -> bool {
        std::env::var("RPCPLUGIN_REQUIRE_CONTROL_GROUP").is_ok_and(|value| value == "1")
    }
}

/// Where no control group can be made.
const KILL: &str = "a plain SIGKILL: this machine lets us make no control group for memory";

/// Has one plugin use up its memory, beside those that are called.
pub(super) async fn kill_one_for_memory(load: &Load) -> Result<MemoryKill, Box<dyn Error>> {
    let failed = load.failures();
    let group = MemoryGroup::make();
    // A process is born into the group of its parent: its host counts the kills there from its beginning on.
    if let Some(group) = &group {
        group.enter()?;
    }
    let started = supervise(Wire::Binary).start().await;
    if let Some(group) = &group {
        group.leave()?;
        group.limit(LIMIT_BYTES)?;
    }
    let plugin = started?;
    let client = client(plugin.channel());
    let SupervisorState::Running { pid: Some(pid), .. } = plugin.state() else {
        return Err(format!("it does not run: {:?}", plugin.state()).into());
    };
    let answer = match &group {
        Some(_) => client.eat(EATEN_BYTES).await,
        None => killed(&client, pid).await?,
    };
    // It waits for the one that comes behind it.
    let is_back = client.process().await.is_ok_and(|now| now != pid);
    let reason = plugin.last_reason();
    let exit = reason.as_ref().and_then(|reason| reason.exit());
    let reason = exit.map_or(ExitReason::Unknown, |exit| exit.reason());
    plugin.stop().await;
    Ok(MemoryKill {
        means: group.as_ref().map_or(KILL, |group| group.means),
        reason,
        code: answer.err().map(|status| status.code()),
        others: load.failures() - failed,
        is_back,
    })
}

/// Kills a plugin in the middle of a call.
async fn killed(
    client: &SupervisedClient,
    pid: u32,
) -> Result<Result<u64, rpcplugin::Status>, Box<dyn Error>> {
    let call = tokio::spawn({
        let client = client.clone();
        async move { client.pause(60_000).await }
    });
    // Behind it on the same connection.
    client.process().await?;
    let process = i32::try_from(pid).ok().and_then(Pid::from_raw).ok_or("no number of a process")?;
    kill_process(process, Signal::KILL)?;
    Ok(call.await?)
}

/// A control group of this program's own, of either version. Dropping it removes it.
#[derive(Debug)]
struct MemoryGroup {
    means: &'static str,
    directory: PathBuf,
    /// Where this process was before.
    home: PathBuf,
    limit: &'static str,
}

impl MemoryGroup {
    fn make() -> Option<Self> {
        let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
        [
            ("", "/sys/fs/cgroup", "memory.max", "a limit of a control group, version 2"),
            (
                "memory",
                "/sys/fs/cgroup/memory",
                "memory.limit_in_bytes",
                "a limit of a control group, version 1",
            ),
        ]
        .into_iter()
        .find_map(|(controller, mount, limit, means)| {
            let path = groups.lines().find_map(|line| path_of(line, controller))?;
            let home = Path::new(mount).join(path.trim_start_matches('/'));
            let directory = Path::new(mount).join(format!("rpcplugin-soak-{}", process::id()));
            fs::create_dir(&directory).ok()?;
            let group = Self { means, directory, home, limit };
            // Without its controller a group has no such file, and without the right to move back none is of use.
            let is_whole = group.directory.join(limit).exists() && group.home.join("cgroup.procs").exists();
            (is_whole && group.enter().and_then(|()| group.leave()).is_ok()).then_some(group)
        })
    }

    fn enter(&self) -> io::Result<()> {
        fs::write(self.directory.join("cgroup.procs"), process::id().to_string())
    }

    fn leave(&self) -> io::Result<()> {
        fs::write(self.home.join("cgroup.procs"), process::id().to_string())
    }

    fn limit(&self, bytes: u64) -> io::Result<()> {
        fs::write(self.directory.join(self.limit), bytes.to_string())?;
        // Nothing of it goes to a disk instead. A system without a swap, or that does not count it, has no such files.
        for (swap, bytes) in [("memory.swap.max", 0), ("memory.memsw.limit_in_bytes", bytes)] {
            let swap = self.directory.join(swap);
            if swap.exists() {
                fs::write(swap, bytes.to_string())?;
            }
        }
        Ok(())
    }
}

impl Drop for MemoryGroup {
    fn drop(&mut self) {
        // Where somebody is in there still, the system keeps it, and the count of what is left does not.
        if let Err(error) = fs::remove_dir(&self.directory) {
            eprintln!("failed to remove {}: {error}", self.directory.display());
        }
    }
}

/// The path of a group, in a line of `/proc/self/cgroup` that is about this controller.
fn path_of<'a>(line: &'a str, controller: &str) -> Option<&'a str> {
    let (_number, line) = line.split_once(':')?;
    let (controllers, path) = line.split_once(':')?;
    controllers.split(',').any(|found| found == controller).then_some(path)
}

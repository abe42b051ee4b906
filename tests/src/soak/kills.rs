use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use rpcplugin::SupervisorState;
use rustix::process::{Pid, Signal, kill_process};

use super::inventory::resident_bytes;
use super::plugins::{Plugin, Plugins};
use super::random::Random;

/// What came of the kills.
#[derive(Debug)]
pub(super) struct Kills {
    /// From the kill to a plugin that is called.
    pub(super) back_after: Vec<Duration>,
    /// Processes that were there although their successors ran.
    pub(super) doubled: usize,
    /// The memory of the host once it had seen everything.
    pub(super) resident_bytes: u64,
}

/// How long a plugin may take to be back, on a busy machine.
const BACK: Duration = Duration::from_secs(60);

/// Kills one plugin each second, by chance.
pub(super) async fn kill_each_second(
    plugins: &Plugins,
    time: Duration,
    seed: u64,
) -> Result<Kills, Box<dyn Error>> {
    let mut random = Random::new(seed);
    let mut kills = Kills { back_after: Vec::new(), doubled: 0, resident_bytes: resident_bytes("self")? };
    let begun = Instant::now();
    // A fifth of the time, and no more than two minutes, is for what grows once and stays.
    let warm_up = (time / 5).min(Duration::from_secs(120));
    let mut is_warm = false;
    let mut seconds = tokio::time::interval(Duration::from_secs(1));
    seconds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while begun.elapsed() < time {
        seconds.tick().await;
        if !is_warm && begun.elapsed() >= warm_up {
            is_warm = true;
            kills.resident_bytes = resident_bytes("self")?;
        }
        let Some(plugin) = plugins.all.get(random.below(plugins.all.len())) else { break };
        kills.one(plugin).await?;
    }
    Ok(kills)
}

impl Kills {
    async fn one(&mut self, plugin: &Plugin) -> Result<(), Box<dyn Error>> {
        let Plugin { supervisor, killed } = plugin;
        let SupervisorState::Running { pid: Some(pid), restarts, .. } = supervisor.state() else {
            return Err(format!("a plugin does not run: {:?}", supervisor.state()).into());
        };
        let process = i32::try_from(pid).ok().and_then(Pid::from_raw).ok_or("no number of a process")?;
        let begun = Instant::now();
        killed.is_now();
        kill_process(process, Signal::KILL)?;
        let mut states = supervisor.states();
        let back = states.until(|state| state.is_running() && state.restarts() > restarts);
        if tokio::time::timeout(BACK, back).await.ok().flatten().is_none() {
            return Err(format!("a killed plugin is not back: {:?}", supervisor.state()).into());
        }
        self.back_after.push(begun.elapsed());
        self.doubled += usize::from(Path::new(&format!("/proc/{pid}")).exists());
        Ok(())
    }
}

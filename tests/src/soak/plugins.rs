use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rpcplugin::{
    Address, OnStart, PluginClient, PluginClientBuilder, RestartPolicy, Supervisor, SupervisorBuilder,
    SupervisorState, Wire,
};

use super::PLUGIN;
use super::inventory::resident_bytes;

/// The plugins, each with its supervisor.
#[derive(Debug)]
pub(super) struct Plugins {
    pub(super) all: Vec<Plugin>,
    directories: Directories,
}

/// One of them.
#[derive(Debug)]
pub(super) struct Plugin {
    pub(super) supervisor: Supervisor,
    pub(super) killed: LastKill,
}

/// When a plugin was killed the last time. Clones are about the same plugin.
#[derive(Clone, Debug, Default)]
pub(super) struct LastKill(Arc<Mutex<Option<Instant>>>);

impl LastKill {
    /// It is about to be killed.
    pub(super) fn is_now(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    pub(super) fn at(&self) -> Option<Instant> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where the sockets of all plugins were that ever ran, and what their hosts made around that.
#[derive(Clone, Debug, Default)]
pub(super) struct Directories(Arc<Mutex<Vec<PathBuf>>>);

impl OnStart for Directories {
    async fn on_start(&self, plugin: &PluginClient) -> Result<(), Box<dyn Error + Send + Sync>> {
        if let Address::Unix(path) = plugin.address() {
            let outside = std::env::temp_dir();
            let made = path.ancestors().skip(1).take_while(|directory| **directory != *outside).take(2);
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.extend(made.map(Path::to_owned));
        }
        Ok(())
    }
}

impl Plugins {
    /// Starts so many at once, every other one on the other wire, and waits until all of them run.
    pub(super) async fn start(count: usize) -> Result<Self, Box<dyn Error>> {
        let directories = Directories::default();
        let wires = [Wire::Binary, Wire::Grpc].into_iter().cycle();
        let spawn = |wire| supervise(wire).on_start(directories.clone()).spawn();
        let plugin = |wire| Plugin { supervisor: spawn(wire), killed: LastKill::default() };
        let all: Vec<_> = wires.take(count).map(plugin).collect();
        for plugin in &all {
            plugin.supervisor.running().await?;
        }
        Ok(Self { all, directories })
    }

    /// The memory of each process that runs, in bytes.
    pub(super) fn resident_bytes(&self) -> Result<Vec<u64>, Box<dyn Error>> {
        let states = self.all.iter().map(|plugin| plugin.supervisor.state());
        let running = states.filter_map(|state| match state {
            SupervisorState::Running { pid, .. } => pid,
            _ => None,
        });
        running.map(|pid| resident_bytes(&pid.to_string())).collect()
    }

    pub(super) fn restarts(&self) -> u64 {
        self.all.iter().map(|plugin| plugin.supervisor.state().restarts()).sum()
    }

    /// Why each of them was down the last time.
    pub(super) fn reasons(&self) -> Vec<String> {
        let reasons = self.all.iter().filter_map(|plugin| plugin.supervisor.last_reason());
        reasons.map(|reason| reason.to_string()).collect()
    }

    /// Ends all of them at once. Where their sockets were.
    pub(super) async fn stop(self) -> Vec<PathBuf> {
        futures_util::future::join_all(self.all.into_iter().map(|plugin| plugin.supervisor.stop())).await;
        std::mem::take(&mut *self.directories.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A plugin that is started again however often it ends.
pub(super) fn supervise(wire: Wire) -> SupervisorBuilder {
    let policy = RestartPolicy::always().backoff(Duration::from_millis(1), Duration::from_millis(100));
    Supervisor::builder(move || options(wire)).policy(policy.unlimited())
}

fn options(wire: Wire) -> PluginClientBuilder {
    // This program itself, as a plugin. Without a path of its own nothing starts, and the error says so.
    let program = std::env::current_exe().unwrap_or_default();
    PluginClient::builder(program, crate::cookie()).arg(PLUGIN).wire(wire)
}

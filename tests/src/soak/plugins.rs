use std::error::Error;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rpcplugin::{
    Address, OnStart, PluginClient, PluginClientBuilder, RestartPolicy, Supervisor, SupervisorBuilder, Wire,
};

use super::PLUGIN;

/// The plugins, each with its supervisor.
#[derive(Debug)]
pub(super) struct Plugins {
    pub(super) all: Vec<Supervisor>,
    directories: Directories,
}

/// Where the sockets of all plugins were that ever ran.
#[derive(Clone, Debug, Default)]
pub(super) struct Directories(Arc<Mutex<Vec<PathBuf>>>);

impl OnStart for Directories {
    async fn on_start(&self, plugin: &PluginClient) -> Result<(), Box<dyn Error + Send + Sync>> {
        if let Address::Unix(path) = plugin.address()
            && let Some(directory) = path.parent()
        {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(directory.to_owned());
        }
        Ok(())
    }
}

impl Plugins {
    /// Starts so many at once, every other one on the other wire, and waits until all of them run.
    pub(super) async fn start(count: usize) -> Result<Self, Box<dyn Error>> {
        let directories = Directories::default();
        let wires = [Wire::Binary, Wire::Grpc].into_iter().cycle();
        let all: Vec<_> =
            wires.take(count).map(|wire| supervise(wire).on_start(directories.clone()).spawn()).collect();
        for supervisor in &all {
            supervisor.running().await?;
        }
        Ok(Self { all, directories })
    }

    pub(super) fn restarts(&self) -> u64 {
        self.all.iter().map(|supervisor| supervisor.state().restarts()).sum()
    }

    /// Why each of them was down the last time.
    pub(super) fn reasons(&self) -> Vec<String> {
        self.all.iter().filter_map(Supervisor::last_reason).map(|reason| reason.to_string()).collect()
    }

    /// Ends all of them at once. Where their sockets were.
    pub(super) async fn stop(self) -> Vec<PathBuf> {
        futures_util::future::join_all(self.all.into_iter().map(Supervisor::stop)).await;
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

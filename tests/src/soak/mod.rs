//! Many plugins under supervision: one is killed for want of memory, then one each second for as long as wanted, while all are
//! called. Does every call have an end, and is nothing left?
//!
//! [`run`] goes through these files in order: `options`, `plugins` (who is supervised), `calls` (the load), `memory`, `kills`,
//! `inventory` (what a process has, before and after), and `report` says what came of it.

mod calls;
mod inventory;
mod kills;
mod memory;
mod options;
mod plugins;
mod random;
mod report;

use std::error::Error;
use std::time::{Duration, Instant};

use calls::Load;
use inventory::{Inventory, resident_bytes};
pub use options::Options;
use plugins::Plugins;
use report::Report;

/// With this argument the program is a plugin.
pub const PLUGIN: &str = "--plugin";

/// How long what is left may take to go: a thread of tokio's for blocking work waits ten seconds for more of it.
const TO_GO: Duration = Duration::from_secs(60);

/// Does all of it, and says whether everything was as it must be.
///
/// # Errors
///
/// What kept it from being done.
pub async fn run(options: Options) -> Result<bool, Box<dyn Error>> {
    let mut report = Report::new(&options);
    // What is made once and stays is made here: the guard of plugins, for example.
    Plugins::start(2).await?.stop().await;
    let before = Inventory::take()?;

    let begun = Instant::now();
    let plugins = Plugins::start(options.plugins).await?;
    report.started(begun.elapsed(), resident_bytes("self")?, &plugins.resident_bytes()?);
    let load = Load::begin(&plugins, options.pause);
    report.memory(memory::kill_one_for_memory(&load).await?);

    let kills = kills::kill_each_second(&plugins, options.time, options.seed).await?;
    report.kills(&kills);

    let ends = load.end().await;
    report.calls(&ends);
    report.restarts(plugins.restarts(), kills.back_after.len(), &plugins.reasons());
    report.resident(kills.resident_bytes, resident_bytes("self")?);
    let directories = plugins.stop().await;
    report.left(&before, &left(&before, &directories).await?);
    Ok(report.verdict())
}

/// What is there when nothing goes any more.
async fn left(before: &Inventory, directories: &[std::path::PathBuf]) -> Result<Inventory, Box<dyn Error>> {
    let begun = Instant::now();
    loop {
        let mut after = Inventory::take()?;
        after.directories = directories.iter().filter(|directory| directory.exists()).count();
        if after.is_within(before) || begun.elapsed() > TO_GO {
            return Ok(after);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

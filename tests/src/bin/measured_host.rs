//! A host that says how much memory a plugin costs it: `measured_host MARKER PROGRAM [ARGUMENT]...`.
//!
//! It starts `kv_plugin` beside itself and ends it, so that all of its own code is there. Then it starts the program, waits
//! until that has made the file MARKER, calls it, and says how much more memory it had at most, in KiB. A program that does not
//! start it gives up.

use std::path::Path;
use std::time::Duration;

use rpcplugin::PluginClient;
use rpcplugin_tests::conversation::converse;
use rpcplugin_tests::kv::KvClient;

/// The most memory that this process had, in KiB.
fn peak() -> Result<u64, Box<dyn std::error::Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    Ok(line.trim().trim_end_matches("kB").trim_end().parse()?)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    rpcplugin_tests::end_with_parent()?;
    // A log as hosts have it, of which nothing is kept.
    tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_writer(std::io::sink).init();
    let mut arguments = std::env::args().skip(1);
    let marker = arguments.next().ok_or("which marker?")?;
    let program = arguments.next().ok_or("which plugin?")?;

    let quiet = std::env::current_exe()?.with_file_name("kv_plugin");
    let plugin = PluginClient::builder(quiet, rpcplugin_tests::cookie()).start().await?;
    converse(&KvClient::new(plugin.channel())).await?;
    plugin.stop().await;

    let before = peak()?;
    let builder = PluginClient::builder(program, rpcplugin_tests::cookie()).args(arguments);
    match builder.start().await {
        Ok(plugin) => {
            while !Path::new(&marker).exists() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            converse(&KvClient::new(plugin.channel())).await?;
            plugin.stop().await;
        }
        Err(error) => println!("{error}"),
    }
    println!("{} KiB", peak()?.saturating_sub(before));
    Ok(())
}

//! A host that lacks something of the system: `starved_host descriptors|processes PROGRAM` says why its plugin does not start,
//! and starts it when it lacks nothing any more.

use std::fs::File;
use std::path::Path;

use rpcplugin::{PluginClient, StartError};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// File descriptors that the host may have: enough for its runtime.
const DESCRIPTORS: u64 = 24;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let lacks = arguments.next().ok_or("what does it lack?")?;
    let program = arguments.next().ok_or("which plugin?")?;
    let program = Path::new(&program);
    let (resource, limit) = match lacks.as_str() {
        "descriptors" => (Resource::Nofile, DESCRIPTORS),
        _ => (Resource::Nproc, 0),
    };
    let before = getrlimit(resource);
    setrlimit(resource, Rlimit { current: Some(limit), ..before })?;
    let mut open = Vec::new();
    while lacks == "descriptors"
        && let Ok(file) = File::open("/dev/null")
    {
        open.push(file);
    }
    let builder = || PluginClient::builder(program, rpcplugin_tests::cookie());
    match builder().start().await {
        Err(error @ StartError::Spawn { .. }) => {
            let word = if error.is_temporary() { "temporary" } else { "for good" };
            let StartError::Spawn { cause, .. } = error else { return Err("another error".into()) };
            println!("{cause:?}, {word}");
        }
        Err(error) => return Err(error.into()),
        Ok(_) => return Err("it started".into()),
    }
    drop(open);
    setrlimit(resource, before)?;
    let plugin = builder().start().await?;
    println!("started");
    plugin.stop().await;
    Ok(())
}

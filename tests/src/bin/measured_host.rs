//! A host that says how much memory a plugin costs it: `measured_host MARKER PROGRAM [ARGUMENT]...`.
//!
//! It starts `kv_plugin` beside itself and ends it, so that all of its own code is there. Then it starts the program, waits
//! until that has made the file MARKER, calls it, and says how much more memory it had at most, in KiB. A program that does not
//! start it gives up.
//!
//! `measured_host --stdio WIRE MIB TEXT PROGRAM [ARGUMENT]...` has the plugin itself print the text over and over until it is so
//! many MiB, which its library sends over the stdio stream, and says beside the memory how the last line of it ends in the log.

use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rpcplugin::{PluginClient, PluginClientBuilder, Wire};
use rpcplugin_tests::conversation::converse;
use rpcplugin_tests::kv::{EmitRequest, Kv, KvClient};

type Problem = Box<dyn std::error::Error>;

/// How the last line of the log ends that came over the stdio stream.
static LAST: Mutex<String> = Mutex::new(String::new());

/// How much of it that is.
const LAST_BYTES: usize = 100;

/// A log as hosts have it, of which nothing else is kept.
struct Log;

impl io::Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let end = line.get(line.len().saturating_sub(LAST_BYTES)..).unwrap_or_default();
        let end = String::from_utf8_lossy(end);
        if end.contains("stream=\"stdout\"") {
            *LAST.lock().unwrap_or_else(PoisonError::into_inner) = end.into_owned();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The most memory that this process had, in KiB.
fn peak() -> Result<u64, Problem> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    Ok(line.trim().trim_end_matches("kB").trim_end().parse()?)
}

#[tokio::main]
async fn main() -> Result<(), Problem> {
    rpcplugin_tests::end_with_parent()?;
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_ansi(false)
        .with_writer(|| Log)
        .init();
    let mut arguments = std::env::args().skip(1);
    let marker = arguments.next().ok_or("which marker?")?;
    let flood = match marker.as_str() {
        "--stdio" => Some(Flood::read(&mut arguments)?),
        _ => None,
    };
    let program = arguments.next().ok_or("which plugin?")?;

    let quiet = std::env::current_exe()?.with_file_name("kv_plugin");
    let plugin = PluginClient::builder(quiet, rpcplugin_tests::cookie()).start().await?;
    converse(&KvClient::new(plugin.channel())).await?;
    plugin.stop().await;

    let before = peak()?;
    let builder = PluginClient::builder(program, rpcplugin_tests::cookie()).args(arguments);
    if let Some(flood) = flood {
        flood.printed(builder).await?;
        println!("{}", LAST.lock().unwrap_or_else(PoisonError::into_inner));
        println!("{} KiB", peak()?.saturating_sub(before));
        return Ok(());
    }
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

/// What a plugin is to print, and over which wire it comes.
struct Flood {
    wire: Wire,
    bytes: usize,
    text: String,
}

impl Flood {
    fn read(arguments: &mut impl Iterator<Item = String>) -> Result<Self, Problem> {
        let wire = match arguments.next().as_deref() {
            Some("grpc") => Wire::Grpc,
            Some("binary") => Wire::Binary,
            _ => return Err("which wire?".into()),
        };
        let mib: usize = arguments.next().ok_or("how many MiB?")?.parse()?;
        Ok(Self { wire, bytes: mib << 20, text: arguments.next().ok_or("which text?")? })
    }

    /// Has a plugin print all of it, and calls it in the middle.
    async fn printed(self, builder: PluginClientBuilder) -> Result<(), Problem> {
        let plugin = builder.wire(self.wire).start().await?;
        let store = KvClient::new(plugin.channel());
        let standard_output = self.text.repeat(PIECE_BYTES / self.text.len());
        let piece = standard_output.len();
        let said = EmitRequest { log: String::new(), standard_output, standard_error: String::new() };
        // Two at once: there is always something to be printed.
        let half = || async {
            for _ in 0..self.bytes.div_ceil(2 * piece) {
                store.emit(said.clone()).await?;
            }
            Ok::<_, Problem>(())
        };
        tokio::try_join!(half(), half())?;
        converse(&store).await?;
        plugin.stop().await;
        Ok(())
    }
}

/// What is printed by one call, in bytes: a multiple of what the text may have.
const PIECE_BYTES: usize = 64 * 1024;

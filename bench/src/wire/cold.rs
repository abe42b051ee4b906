//! A cold start: from the wish for a plugin to its first answer.
//!
//! Beside it stand what a process costs that does nothing, and a server that only says where it listens and answers with
//! tonic: what a start costs that keeps no promise.

use std::process::{Command, Stdio};
use std::time::Instant;

use rpcplugin::Wire;
use rpcplugin_bench::calls::{
    EchoCalls, Fault, Place, Program, Server, Socket, Threads, payload, write_identities,
};
use rpcplugin_bench::figures::{median, quantile};

use crate::peers::{Peer, TONIC, ours};
use crate::report::Line;
use crate::target;

/// The argument of a process that does nothing.
pub(crate) const NOTHING: &str = "--nothing";

/// A way to start, and how long it took each time, in milliseconds.
pub(crate) struct Start {
    place: Place,
    wire: Wire,
    ours: Vec<f64>,
    tonic: Vec<f64>,
    nothing: Vec<f64>,
}

/// How many starts stand for one round of a call.
const STARTS_A_ROUND: usize = 15;

/// Where plugins are: on one thread, with what most of them get, over both wires.
pub(crate) fn plan() -> Vec<Start> {
    [(false, Wire::Binary), (false, Wire::Grpc), (true, Wire::Binary), (true, Wire::Grpc)]
        .map(|(tls, wire)| (Place { socket: Socket::Unix, tls, threads: Threads::Current }, wire))
        .map(|(place, wire)| Start { place, wire, ours: Vec::new(), tonic: Vec::new(), nothing: Vec::new() })
        .into()
}

/// Starts everybody by turns.
pub(crate) fn measure(starts: &mut [Start], rounds: usize) -> Result<(), Fault> {
    for start in &*starts {
        eprintln!("time: {}", start.name());
    }
    Threads::Current.runtime()?.block_on(async {
        for _ in 0..rounds * STARTS_A_ROUND {
            for start in &mut *starts {
                start.ours.push(ours(start.place, start.wire).await?);
                start.nothing.push(nothing()?);
                start.tonic.push(tonic(start.place).await?);
            }
        }
        Ok(())
    })
}

impl Start {
    /// What `--only` chooses by.
    pub(crate) fn name(&self) -> String {
        let wire = if self.wire == Wire::Binary { "binary" } else { "grpc" };
        format!("cold-start {} {wire}", self.place.line())
    }

    pub(crate) fn line(&self) -> Option<Line> {
        let ours = median(&self.ours)?;
        let mut line = Line::of_time(self.name(), "ms", Some(ours));
        line.floor = median(&self.nothing);
        line.tonic = median(&self.tonic);
        line.more.push(("ours_p90", quantile(&self.ours, 0.9)));
        line.bounds.push(target::START);
        Some(line)
    }
}

const FIRST_BYTES: u32 = 32;

async fn ours(place: Place, wire: Wire) -> Result<f64, Fault> {
    let directory = tempfile::tempdir()?;
    let program = Program::server(Peer::Ours, place, directory.path(), None)?;
    let start = Instant::now();
    let (client, plugin) = ours::launch(&program, place, wire).await?;
    answers(&client).await?;
    let elapsed = start.elapsed().as_secs_f64() * 1e3;
    drop(client);
    let stopped = plugin.stop().await;
    if stopped.is_graceful() { Ok(elapsed) } else { Err(format!("{stopped:?}").into()) }
}

async fn tonic(place: Place) -> Result<f64, Fault> {
    let directory = tempfile::tempdir()?;
    let program = Program::server(Peer::Tonic, place, directory.path(), None)?;
    let start = Instant::now();
    if place.tls {
        // Ours makes its own in this time, one on each side.
        write_identities(directory.path())?;
    }
    let server = Server::start(&program)?;
    let client = TONIC.connect(&server.listening, place, directory.path()).await?;
    answers(&client).await?;
    let elapsed = start.elapsed().as_secs_f64() * 1e3;
    drop(client);
    server.stop()?;
    Ok(elapsed)
}

async fn answers(client: &impl EchoCalls) -> Result<(), Fault> {
    let sent = payload(FIRST_BYTES);
    if client.round_trip(sent.clone()).await? == sent {
        Ok(())
    } else {
        Err("the first answer is wrong".into())
    }
}

/// From the system's point of view: a process of the same program, which ends at once.
fn nothing() -> Result<f64, Fault> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(NOTHING).stdin(Stdio::null()).stdout(Stdio::null());
    let start = Instant::now();
    let status = command.spawn()?.wait()?;
    let elapsed = start.elapsed().as_secs_f64() * 1e3;
    if status.success() { Ok(elapsed) } else { Err("a process that does nothing failed".into()) }
}

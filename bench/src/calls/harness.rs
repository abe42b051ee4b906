//! Takes samples so that the peers of one row can be compared with each other.
//!
//! The machine is not the same from one second to the next. So a round takes one sample of every peer, the next round
//! begins with another one, and each peer is judged by the median of its rounds: what disturbs a round disturbs all.

use std::fmt;
use std::time::Duration;

use futures_util::future::BoxFuture;
use rpcplugin::PluginClient;

use super::{EchoCalls, Fault, Peer, Program, Row, Sample, Server, Work, write_identities};
use crate::figures::{median, quantile};

/// How much time a peer gets in each row.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// How long a sample takes.
    pub sample: Duration,
    /// How many samples are taken.
    pub rounds: usize,
}

/// A server that runs, and a client of it.
pub trait Station {
    /// Does some work so many times. The client is a task of the runtime, as it is in most programs.
    fn sample(&self, work: Work, times: u32) -> BoxFuture<'static, Result<Sample, Fault>>;

    /// Ends the server.
    fn stop(self: Box<Self>) -> BoxFuture<'static, Result<(), Fault>>;
}

/// The process that answers.
pub(super) enum Process {
    Plugin(Box<PluginClient>),
    Other(Server),
}

impl Process {
    pub(super) async fn stop(self) -> Result<(), Fault> {
        match self {
            Self::Other(server) => server.stop(),
            Self::Plugin(plugin) => {
                let stopped = plugin.stop().await;
                if stopped.is_graceful() { Ok(()) } else { Err(format!("{stopped:?}").into()) }
            }
        }
    }
}

/// A server that runs, and a client that makes calls.
pub struct Running<C> {
    client: C,
    server: Process,
}

impl<C: EchoCalls> Running<C> {
    /// A client of a plugin.
    pub fn plugin(client: C, plugin: PluginClient) -> Box<dyn Station> {
        Box::new(Self { client, server: Process::Plugin(Box::new(plugin)) })
    }

    /// A client of another server.
    pub fn server(client: C, server: Server) -> Box<dyn Station> {
        Box::new(Self { client, server: Process::Other(server) })
    }
}

impl<C> fmt::Debug for Running<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Running").finish_non_exhaustive()
    }
}

impl<C: EchoCalls> Station for Running<C> {
    fn sample(&self, work: Work, times: u32) -> BoxFuture<'static, Result<Sample, Fault>> {
        let client = self.client.clone();
        Box::pin(async move { tokio::spawn(work.run(client, times)).await? })
    }

    fn stop(self: Box<Self>) -> BoxFuture<'static, Result<(), Fault>> {
        let Self { client, server } = *self;
        drop(client);
        Box::pin(server.stop())
    }
}

/// What a peer took for one row.
#[derive(Clone, Copy, Debug, Default)]
pub struct Times {
    /// In microseconds, where single calls are measured.
    pub p50: Option<f64>,
    /// The same of the call that is slower than all but one of a hundred.
    pub p99: Option<f64>,
    /// Calls or messages.
    pub per_second: Option<f64>,
    /// The distance between the quartiles of the rounds, as a part of the median.
    pub spread: Option<f64>,
}

/// Fills in the times of some rows. Rows of one place that stand together have the same servers.
pub fn measure_times<P: Peer>(rows: &mut [Row<P>], budget: &Budget) -> Result<(), Fault> {
    for rows in rows.chunk_by_mut(|row, next| row.place == next.place) {
        let place = rows[0].place;
        place.threads.runtime()?.block_on(measure_at_one_place(rows, budget))?;
    }
    Ok(())
}

async fn measure_at_one_place<P: Peer>(rows: &mut [Row<P>], budget: &Budget) -> Result<(), Fault> {
    let place = rows[0].place;
    let mut directories = Vec::new();
    let mut stations: Vec<(P, Box<dyn Station>)> = Vec::new();
    for peer in P::all().into_iter().filter(|peer| rows.iter().any(|row| row.peers().any(|own| own == *peer)))
    {
        let directory = tempfile::tempdir()?;
        if place.tls {
            write_identities(directory.path())?;
        }
        let program = Program::server(peer, place, directory.path(), None)?;
        stations.push((peer, peer.start(&program, place, directory.path()).await?));
        directories.push(directory);
    }
    for row in rows {
        eprintln!("time: {}", row.name());
        let own: Vec<&dyn Station> = row
            .peers()
            .filter_map(|peer| stations.iter().find(|(owner, _)| *owner == peer))
            .map(|(_, station)| &**station)
            .collect();
        let times = measure(&own, row.work, budget).await?;
        for (cell, times) in row.cells.iter_mut().zip(times) {
            cell.times = times;
        }
    }
    for (_, station) in stations {
        station.stop().await?;
    }
    Ok(())
}

/// Measures all stations against each other, and gives their times in their order.
async fn measure(stations: &[&dyn Station], work: Work, budget: &Budget) -> Result<Vec<Times>, Fault> {
    let mut times = Vec::new();
    for station in stations {
        times.push(enough(*station, work, budget).await?);
    }
    let mut rounds: Vec<Vec<Sample>> = stations.iter().map(|_| Vec::new()).collect();
    for round in 0..budget.rounds {
        for turn in 0..stations.len() {
            let place = (round + turn) % stations.len();
            rounds[place].push(stations[place].sample(work, times[place]).await?);
        }
    }
    Ok(rounds.iter().map(|samples| judge(samples)).collect())
}

/// How many times fill a sample. Finding it out warms up.
async fn enough(station: &dyn Station, work: Work, budget: &Budget) -> Result<u32, Fault> {
    let mut times = 64_u32;
    loop {
        let sample = station.sample(work, times).await?;
        if sample.elapsed >= budget.sample / 4 {
            let filled = u128::from(sample.times) * budget.sample.as_nanos() / sample.elapsed.as_nanos();
            return Ok(u32::try_from(filled)?.max(64));
        }
        times = times.checked_mul(2).ok_or("nothing takes so little time")?;
    }
}

fn judge(samples: &[Sample]) -> Times {
    let of = |figure: fn(&Sample) -> Option<f64>| samples.iter().filter_map(figure).collect::<Vec<f64>>();
    let rates = of(|sample| Some(sample.per_second()));
    let spread = quantile(&rates, 0.75)
        .zip(quantile(&rates, 0.25))
        .zip(median(&rates))
        .map(|((high, low), middle)| (high - low) / middle);
    Times {
        p50: median(&of(|sample| sample.quantile(0.5))),
        p99: median(&of(|sample| sample.quantile(0.99))),
        per_second: median(&rates),
        spread,
    }
}

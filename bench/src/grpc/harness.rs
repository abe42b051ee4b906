//! Takes samples so that the peers of one row can be compared with each other.
//!
//! The machine is not the same from one second to the next. So a round takes one sample of every peer, the next round
//! begins with another one, and each peer is judged by the median of its rounds: what disturbs a round disturbs all.

use std::path::Path;
use std::time::Duration;

use futures_util::future::BoxFuture;
use rpcplugin::PluginClient;
use rpcplugin_bench::figures::{median, quantile};

use crate::Fault;
use crate::identities;
use crate::peers::{EchoCalls, Peer, ours, raw_h2, stock_tonic};
use crate::place::Place;
use crate::processes::{Program, Server};
use crate::work::{Sample, Work, check};

/// How much time a peer gets in each row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    pub(crate) sample: Duration,
    pub(crate) rounds: usize,
}

/// A server that runs, and a client of it.
pub(crate) trait Station {
    /// Does some work so many times. The client is a task of the runtime, as it is in most programs.
    fn sample(&self, work: Work, times: u32) -> BoxFuture<'static, Result<Sample, Fault>>;

    /// Ends the server.
    fn stop(self: Box<Self>) -> BoxFuture<'static, Result<(), Fault>>;
}

/// Starts the server of a peer, and makes sure that it answers as it should.
pub(crate) async fn start(
    peer: Peer,
    place: Place,
    directory: &Path,
    counted: bool,
) -> Result<Box<dyn Station>, Fault> {
    if place.tls {
        identities::write(directory)?;
    }
    let program = Program::server(peer, place, directory, counted)?;
    Ok(match peer {
        Peer::Ours | Peer::Intercepted(_) => {
            let (client, plugin) = ours::start(&program, place, peer.layer()).await?;
            check(client.clone()).await?;
            Box::new(Running { client, server: Process::Plugin(Box::new(plugin)) })
        }
        Peer::Tonic => {
            let server = Server::start(&program)?;
            let client = stock_tonic::connect(&server.listening, place, directory).await?;
            check(client.clone()).await?;
            Box::new(Running { client, server: Process::Other(server) })
        }
        Peer::H2 => {
            let server = Server::start(&program)?;
            let client = raw_h2::connect(&server.listening).await?;
            check(client.clone()).await?;
            Box::new(Running { client, server: Process::Other(server) })
        }
    })
}

enum Process {
    Plugin(Box<PluginClient>),
    Other(Server),
}

struct Running<C> {
    client: C,
    server: Process,
}

impl<C: EchoCalls> Station for Running<C> {
    fn sample(&self, work: Work, times: u32) -> BoxFuture<'static, Result<Sample, Fault>> {
        let client = self.client.clone();
        Box::pin(async move { tokio::spawn(work.run(client, times)).await? })
    }

    fn stop(self: Box<Self>) -> BoxFuture<'static, Result<(), Fault>> {
        let Self { client, server } = *self;
        drop(client);
        Box::pin(async move {
            match server {
                Process::Other(server) => server.stop(),
                Process::Plugin(plugin) => {
                    let stopped = plugin.stop().await;
                    if stopped.is_graceful() { Ok(()) } else { Err(format!("{stopped:?}").into()) }
                }
            }
        })
    }
}

/// What a peer took for one row.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Times {
    /// In microseconds, where single calls are measured.
    pub(crate) p50: Option<f64>,
    pub(crate) p99: Option<f64>,
    /// Calls or messages.
    pub(crate) per_second: Option<f64>,
    /// The distance between the quartiles of the rounds, as a part of the median.
    pub(crate) spread: Option<f64>,
}

/// Measures all stations against each other, and gives their times in their order.
pub(crate) async fn measure(
    stations: &[Box<dyn Station>],
    work: Work,
    budget: &Budget,
) -> Result<Vec<Times>, Fault> {
    let mut times = Vec::new();
    for station in stations {
        times.push(enough(&**station, work, budget).await?);
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
        p50: median(&of(|sample| Some(sample.quantiles?.0))),
        p99: median(&of(|sample| Some(sample.quantiles?.1))),
        per_second: median(&rates),
        spread,
    }
}

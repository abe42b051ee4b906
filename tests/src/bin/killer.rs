//! A host whose plugins are killed, each at another moment: `killer <mortal_plugin> <number> <seed>`, or with `broker` behind
//! that and the plugin of the broker's tests, while each side calls what the other serves. It accounts for every call, and looks
//! each time at what is left. With `kv` in the place of `broker` the plugin is one that keeps values, and with `foreign` behind
//! either it is one that speaks gRPC alone. The cookie is in the environment, and `TMPDIR` is its own.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a failure ends the program, and the test that runs it"
)]

use std::error::Error;
use std::future::Future;
use std::ops::AddAssign;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use rpcplugin::{
    Broker, BrokerError, Code, ExitReason, PluginClient, PluginExit, Security, Status, Streaming, Wire,
};
use rpcplugin_tests::desk::{Adder, AdderClient, Desk, DeskClient, Number, Task, adder};
use rpcplugin_tests::kv::{Key, Kv, KvClient, Pair};
use rpcplugin_tests::left::Left;
use rpcplugin_tests::mortal::{Mortal, MortalClient};
use rustix::process::{Pid, Signal, kill_process};

/// A call that is not over then hangs.
const HANGS: Duration = Duration::from_secs(60);

/// What a plugin is in the middle of when it is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    Start,
    Idle,
    Unary,
    ServerStream,
    ClientStream,
    BothStreams,
    ManyQuick,
    Stop,
}

/// What is asked of a plugin until it is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Contract {
    Mortal,
    /// There is one in every language.
    Kv,
}

impl Contract {
    /// The moments for which it has something.
    const fn moments(self) -> &'static [Moment] {
        match self {
            Self::Mortal => &Moment::ALL,
            Self::Kv => &[Moment::Start, Moment::Idle, Moment::BothStreams, Moment::Stop],
        }
    }
}

impl Moment {
    const ALL: [Self; 8] = [
        Self::Start,
        Self::Idle,
        Self::Unary,
        Self::ServerStream,
        Self::ClientStream,
        Self::BothStreams,
        Self::ManyQuick,
        Self::Stop,
    ];
}

/// How calls ended.
#[derive(Debug, Default)]
struct Calls {
    answered: usize,
    /// With the plugin's end in their error.
    told: usize,
    /// How long behind the kill the last of them ended.
    slowest: Duration,
}

impl AddAssign for Calls {
    fn add_assign(&mut self, other: Self) {
        self.answered += other.answered;
        self.told += other.told;
        self.slowest = self.slowest.max(other.slowest);
    }
}

/// Random numbers, the same for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        // Knuth's linear congruential generator; its high bits are the good ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let program = PathBuf::from(arguments.next().expect("the plugin's program"));
    let number: usize = arguments.next().expect("how many").parse()?;
    let mut random = Random(arguments.next().expect("a seed").parse()?);

    let what = arguments.next();
    let is_brokered = what.as_deref() == Some("broker");
    let contract = if what.as_deref() == Some("kv") { Contract::Kv } else { Contract::Mortal };
    // A plugin of another library speaks one wire.
    let is_foreign = arguments.next().is_some_and(|whose| whose == "foreign");

    // The first time opens what the process keeps, and says how long a start takes.
    let clock = Instant::now();
    start(&program, Wire::Auto).await?.stop().await;
    let start_micros = u64::try_from(clock.elapsed().as_micros())?;
    // What it had ends a moment behind it, as with all that follow.
    let before = Left::at_rest().await?;

    if is_brokered {
        return kill_while_both_call(&program, number, is_foreign, &mut random, &before).await;
    }
    let (mut calls, mut settled, mut starts) = (Calls::default(), Duration::ZERO, 0);
    for round in 0..number {
        let moment = *contract.moments().iter().cycle().nth(round).expect("it is endless");
        let wire = if random.below(2) == 0 && !is_foreign { Wire::Binary } else { Wire::Grpc };
        let pause = Duration::from_micros(random.below(match moment {
            Moment::Start => start_micros,
            _ => 5000,
        }));
        let what = format!("round {round}: {moment:?} over {wire:?}, killed after {pause:?}");
        match moment {
            Moment::Start => {
                starts += usize::from(kill_while_it_starts(&program, wire, pause, &before).await?)
            }
            Moment::Stop => kill_while_it_stops(&program, wire, pause).await?,
            _ => calls += kill_while_it_is_called(&program, wire, pause, (contract, moment), &what).await?,
        }
        settled = settled.max(before.settle(&what).await?);
    }
    let Calls { answered, told, slowest } = calls;
    println!(
        "{number} kills; {starts} before the start was over; {answered} calls answered, {told} told of the end, \
         the slowest {slowest:?} behind the kill; nothing was left after {settled:?}"
    );
    Ok(())
}

async fn start(program: &Path, wire: Wire) -> Result<PluginClient, rpcplugin::StartError> {
    PluginClient::builder(program, rpcplugin_tests::cookie()).wire(wire).start().await
}

/// Kills a process, if it is still there.
fn kill(process: i32) {
    let _gone = Pid::from_raw(process).map(|process| kill_process(process, Signal::KILL));
}

fn id(plugin: &PluginClient) -> i32 {
    plugin.id().and_then(|id| i32::try_from(id).ok()).expect("nobody has killed it yet")
}

/// What must end, or the killer says what hangs.
async fn ends<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(HANGS, future).await.unwrap_or_else(|_| panic!("{what} hangs"))
}

/// Whether the start failed. What is killed are the children that were not there before.
async fn kill_while_it_starts(
    program: &Path,
    wire: Wire,
    pause: Duration,
    before: &Left,
) -> Result<bool, Box<dyn Error>> {
    let killing = async {
        tokio::time::sleep(pause).await;
        let children = Left::look()?.children;
        children.into_iter().filter(|child| !before.children.contains(child)).for_each(kill);
        Ok::<_, std::io::Error>(())
    };
    let (started, killed) = tokio::join!(ends("the start", Box::pin(start(program, wire))), killing);
    killed?;
    // One that was killed behind its start, or that had no process yet, is dropped.
    Ok(started.is_err())
}

async fn kill_while_it_stops(program: &Path, wire: Wire, pause: Duration) -> Result<(), Box<dyn Error>> {
    let plugin = start(program, wire).await?;
    let process = id(&plugin);
    let killing = async {
        tokio::time::sleep(pause).await;
        // Its number is nobody else's before its host knows that it has ended.
        if plugin.id().is_some() {
            kill(process);
        }
    };
    let (stopped, ()) = tokio::join!(ends("the stop", plugin.stop()), killing);
    let exit = stopped.exit.expect("it has ended");
    assert!(exit.is_asked() && !stopped.killed, "{exit}");
    assert!(matches!(exit.reason(), ExitReason::Code(0) | ExitReason::Signal(9)), "{exit}");
    Ok(())
}

/// Kills plugins in the middle of what is brokered, on sockets of its own and on streams of the one connection.
async fn kill_while_both_call(
    program: &Path,
    number: usize,
    is_foreign: bool,
    random: &mut Random,
    before: &Left,
) -> Result<(), Box<dyn Error>> {
    let (mut calls, mut settled) = (Calls::default(), Duration::ZERO);
    for round in 0..number {
        let wire = if random.below(2) == 0 && !is_foreign { Wire::Binary } else { Wire::Grpc };
        let multiplex = round % 2 == 1;
        let security = if random.below(2) == 0 { Security::AutoMtls } else { Security::Plaintext };
        let pause = Duration::from_micros(random.below(30_000));
        let what = format!("round {round}: {wire:?} {security:?}, multiplexed: {multiplex}, after {pause:?}");
        let builder = PluginClient::builder(program, rpcplugin_tests::cookie()).wire(wire);
        let plugin = builder.security(security).multiplex(multiplex).start().await?;
        let (broker, desk) = (plugin.broker(), DeskClient::new(plugin.channel()));
        let calling: Vec<_> = (0..4)
            .map(|_| tokio::spawn(call_back(broker.clone(), desk.clone())))
            .chain((0..4).map(|_| tokio::spawn(call_there(broker.clone(), desk.clone()))))
            .collect();
        tokio::time::sleep(pause).await;
        let killed = Instant::now();
        kill(id(&plugin));
        for calling in calling {
            let (answered, cut_off) = ends(&what, calling).await?;
            calls.answered += answered;
            calls.told += 1;
            let is_told = cut_off.is_typed();
            assert!(is_told, "{what}: {cut_off:?}");
        }
        calls.slowest = calls.slowest.max(killed.elapsed());
        let exit = ends(&what, plugin.exit_watch().ended()).await;
        assert_eq!(exit.reason(), ExitReason::Signal(9), "{what}");
        ends(&what, plugin.stop()).await;
        drop((broker, desk, plugin));
        settled = settled.max(before.settle(&what).await?);
    }
    let Calls { answered, told, slowest } = calls;
    println!(
        "{number} kills; {answered} brokered calls answered, {told} cut off, the slowest {slowest:?} behind the kill; \
         nothing was left after {settled:?}"
    );
    Ok(())
}

/// Why calls by the broker came to an end.
#[derive(Debug)]
enum CutOff {
    Call(Status),
    Broker(BrokerError),
}

impl CutOff {
    /// Whether it says that the other side is gone, and nothing else.
    const fn is_typed(&self) -> bool {
        match self {
            Self::Call(status) => matches!(status.code(), Code::Unavailable),
            Self::Broker(error) => matches!(
                error,
                BrokerError::Closed | BrokerError::Connect { .. } | BrokerError::Protocol { .. }
            ),
        }
    }
}

impl From<Status> for CutOff {
    fn from(status: Status) -> Self {
        Self::Call(status)
    }
}

impl From<BrokerError> for CutOff {
    fn from(error: BrokerError) -> Self {
        Self::Broker(error)
    }
}

/// Has the plugin call this host until it is gone: how many calls were answered, and what ended the last.
async fn call_back(broker: Broker, desk: DeskClient) -> (usize, CutOff) {
    let mut answered = 0;
    loop {
        let once = async {
            let served = broker.serve(adder(5).expect("the only service")).await?;
            let sum = desk.delegate(Task { adder: served.id(), value: 37 }).await?;
            assert_eq!(sum.value, 42);
            Ok::<_, CutOff>(())
        };
        match once.await {
            Ok(()) => answered += 1,
            Err(cut_off) => return (answered, cut_off),
        }
    }
}

/// Calls what the plugin serves until it is gone.
async fn call_there(broker: Broker, desk: DeskClient) -> (usize, CutOff) {
    let mut answered = 0;
    loop {
        let once = async {
            let place = desk.open(Number { value: 3 }).await?;
            let channel = broker.dial_within(place.id, HANGS / 2).await?;
            assert_eq!(AdderClient::new(channel).add(Number { value: 39 }).await?.value, 42);
            desk.close(place).await?;
            Ok::<_, CutOff>(())
        };
        match once.await {
            Ok(()) => answered += 1,
            Err(cut_off) => return (answered, cut_off),
        }
    }
}

async fn kill_while_it_is_called(
    program: &Path,
    wire: Wire,
    pause: Duration,
    (contract, moment): (Contract, Moment),
    what: &str,
) -> Result<Calls, Box<dyn Error>> {
    let plugin = start(program, wire).await?;
    let (client, store) = (MortalClient::new(plugin.channel()), KvClient::new(plugin.channel()));
    let calling = match contract {
        Contract::Mortal => tokio::spawn(call(client.clone(), moment, what.to_owned())),
        Contract::Kv => tokio::spawn(watch(store.clone(), moment, what.to_owned())),
    };
    tokio::time::sleep(pause).await;
    let killed = Instant::now();
    kill(id(&plugin));
    let mut calls = ends(what, calling).await?;
    calls.slowest = calls.slowest.max(killed.elapsed());
    // Whoever comes late is told at once.
    let late = async {
        match contract {
            Contract::Mortal => client.next(1).await.map(drop),
            Contract::Kv => store.put(pair()).await.map(drop),
        }
    };
    is_told(&ends(what, late).await.expect_err("nobody is there"), what);
    calls.told += 1;
    let exit = ends(what, plugin.exit_watch().ended()).await;
    assert_eq!((exit.reason(), exit.is_asked()), (ExitReason::Signal(9), false), "{what}");
    ends(what, plugin.stop()).await;
    Ok(calls)
}

/// Calls until the plugin is gone.
async fn call(client: MortalClient, moment: Moment, what: String) -> Calls {
    let mut calls = Calls::default();
    let status = match moment {
        Moment::Idle => return calls,
        Moment::Unary => client.wait(0).await.expect_err("it is never answered"),
        Moment::ClientStream => client.sum(numbers()).await.expect_err("its requests never end"),
        Moment::ServerStream => read(client.count(u64::MAX).await, 0).await,
        Moment::BothStreams => read(client.follow(numbers()).await, 1).await,
        _ => loop {
            // Each answer is that of its own call.
            let number = u64::try_from(calls.answered).unwrap_or_default();
            match client.next(number).await {
                Ok(next) => assert_eq!(next, number + 1, "{what}"),
                Err(status) => break status,
            }
            calls.answered += 1;
        },
    };
    is_told(&status, &what);
    calls.told += 1;
    calls
}

/// Watches a key until the plugin is gone.
async fn watch(store: KvClient, moment: Moment, what: String) -> Calls {
    let mut calls = Calls::default();
    if moment == Moment::Idle {
        return calls;
    }
    let keys = Streaming::new(stream::repeat(pair().key).then(|key| async move {
        tokio::task::yield_now().await;
        Ok(Key { key })
    }));
    let watched = async {
        store.put(pair()).await?;
        let mut pairs = store.watch(keys).await?;
        while let Some(found) = pairs.message().await? {
            assert_eq!(found, pair(), "{what}");
            calls.answered += 1;
        }
        Ok::<_, Status>(())
    };
    let status = watched.await.expect_err("a stream that was cut off looks complete");
    is_told(&status, &what);
    calls.told += 1;
    calls
}

fn pair() -> Pair {
    Pair { key: "alpha".to_owned(), value: b"1".to_vec() }
}

/// Numbers, and no end. Not all at once: others must have their turn.
fn numbers() -> Streaming<u64> {
    Streaming::new(stream::iter(0..).then(|number| async move {
        tokio::task::yield_now().await;
        Ok(number)
    }))
}

/// Reads a stream of numbers that follow each other until it is cut off.
async fn read(numbers: Result<Streaming<u64>, Status>, first: u64) -> Status {
    let mut numbers = match numbers {
        Ok(numbers) => numbers,
        Err(status) => return status,
    };
    let mut expected = first;
    loop {
        match numbers.message().await {
            Ok(Some(number)) => assert_eq!(number, expected, "a number is lost, or came twice"),
            Ok(None) => panic!("a stream that was cut off looks complete"),
            Err(status) => return status,
        }
        expected += 1;
    }
}

fn is_told(status: &Status, what: &str) {
    let exit = PluginExit::of(status).unwrap_or_else(|| panic!("{what}: {status}"));
    assert_eq!(exit.reason(), ExitReason::Signal(9), "{what}: {status}");
}

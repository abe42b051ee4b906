//! Pools without processes: a member is a gate that the test opens and closes, and the clock is the test's.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use tokio::sync::watch;

use super::picker::{For, Picker, PoolCaller};
use super::{NoMember, NoMemberReason, PoolStrategy, PooledPlugin};
use crate::client::supervisor::{DuringRestart, Gate, SupervisorState, Unhealthy};
use crate::contract::{Code, Status};
use crate::rpc::{Channel, Router, Streaming};

#[rpcplugin::rpc_protocol(service = "test.Member")]
trait Member {
    /// Which one it is.
    async fn number(&self) -> Result<u64, Status>;

    /// The same when the test says so.
    async fn slow(&self) -> Result<u64, Status>;

    /// The numbers that came.
    async fn echo(&self, numbers: Streaming<u64>) -> Result<Streaming<u64>, Status>;
}

struct Handler {
    number: u64,
    go: watch::Receiver<bool>,
}

impl Member for Handler {
    async fn number(&self) -> Result<u64, Status> {
        Ok(self.number)
    }

    async fn slow(&self) -> Result<u64, Status> {
        drop(self.go.clone().wait_for(|go| *go).await);
        Ok(self.number)
    }

    async fn echo(&self, numbers: Streaming<u64>) -> Result<Streaming<u64>, Status> {
        Ok(numbers)
    }
}

const SECOND: Duration = Duration::from_secs(1);
const TIMEOUT: Duration = Duration::from_secs(10);

struct Setup {
    gates: Vec<Arc<Gate>>,
    picker: Arc<Picker>,
    go: watch::Sender<bool>,
}

impl Setup {
    /// Members that run.
    fn new(members: usize, strategy: PoolStrategy) -> Self {
        let gates: Vec<_> = (0..members).map(|_| Arc::new(Gate::new(DuringRestart::Fail))).collect();
        let picker = Arc::new(Picker::new(gates.iter().cloned(), strategy, TIMEOUT));
        let setup = Self { gates, picker, go: watch::Sender::new(false) };
        (0..members).for_each(|member| setup.open(member));
        setup
    }

    fn open(&self, member: usize) {
        let handler = Handler { number: number(member), go: self.go.subscribe() };
        let router = Router::new().service(MemberServer::new(handler)).unwrap();
        self.gates[member].open(running(), Channel::local(router));
    }

    fn close(&self, member: usize) {
        self.gates[member].close(SupervisorState::Starting { restarts: 1 });
    }

    fn client(&self) -> MemberClient {
        MemberClient::new(Channel::from_caller(Arc::new(PoolCaller(Arc::clone(&self.picker)))))
    }

    /// Who answers the next calls.
    async fn answer<const N: usize>(&self) -> [u64; N] {
        let client = self.client();
        let mut answered = [u64::MAX; N];
        for slot in &mut answered {
            *slot = client.number().await.unwrap();
        }
        answered
    }

    async fn acquire(&self) -> Result<PooledPlugin, NoMember> {
        let picked = self.picker.wait(For::Holder).await?;
        Ok(PooledPlugin::new(Arc::clone(&self.picker), picked.member, picked.channel, picked.in_use))
    }

    fn under_way(&self) -> Vec<usize> {
        self.picker.look().iter().map(super::PoolMember::calls_under_way).collect()
    }
}

fn number(member: usize) -> u64 {
    u64::try_from(member).unwrap()
}

fn running() -> SupervisorState {
    SupervisorState::Running { pid: Some(1), since: Instant::now(), restarts: 0 }
}

fn reason(status: &Status) -> NoMemberReason {
    NoMember::of(status).unwrap().reason()
}

#[tokio::test]
async fn who_is_being_started_again_or_is_not_healthy_gets_no_calls_until_it_is_back() {
    for strategy in [PoolStrategy::RoundRobin, PoolStrategy::LeastLoaded] {
        let setup = Setup::new(3, strategy);
        assert_eq!(setup.answer().await, [0, 1, 2, 0, 1, 2]);
        setup.close(1);
        assert_eq!(setup.answer().await, [0, 2, 0, 2]);
        setup.open(1);
        let unhealthy = Unhealthy::NotServing;
        let since = Instant::now();
        setup.gates[0].rename(SupervisorState::Unhealthy { pid: None, since, restarts: 0, unhealthy });
        assert_eq!(setup.answer().await, [1, 2, 1, 2]);
        setup.gates[0].rename(running());
        assert_eq!(setup.answer().await, [0, 1, 2]);
    }
}

#[tokio::test]
async fn a_slow_member_gets_its_turn_or_less_as_the_strategy_is() {
    for (strategy, expected) in
        [(PoolStrategy::RoundRobin, [1, 0, 1, 0]), (PoolStrategy::LeastLoaded, [1, 1, 1, 1])]
    {
        let setup = Setup::new(2, strategy);
        let client = setup.client();
        let mut slow = std::pin::pin!(client.slow());
        assert!(slow.as_mut().now_or_never().is_none());
        assert_eq!(setup.under_way(), [1, 0]);
        assert_eq!(setup.answer().await, expected);
        setup.go.send_replace(true);
        assert_eq!(slow.await.unwrap(), 0);
        assert_eq!(setup.under_way(), [0, 0]);
    }
}

#[tokio::test]
async fn a_stream_counts_and_stays_until_its_end_or_until_nobody_wants_it() {
    let setup = Setup::new(2, PoolStrategy::LeastLoaded);
    for is_read in [true, false] {
        let client = setup.client();
        let mut stream = client.echo(Streaming::from_iter([7, 8])).await.unwrap();
        assert_eq!(setup.under_way().iter().sum::<usize>(), 1);
        let busy = setup.under_way().iter().position(|calls| *calls == 1).unwrap();
        assert_eq!(setup.answer().await, [number(1 - busy); 4]);
        assert_eq!(stream.message().await.unwrap(), Some(7));
        match is_read {
            true => assert_eq!(stream.collect::<Vec<_>>().await.unwrap(), [8]),
            false => drop(stream),
        }
        assert_eq!(setup.under_way(), [0, 0]);
    }
    let begun: u64 = setup.picker.look().iter().map(super::PoolMember::calls_begun).sum();
    assert_eq!(begun, 10);
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_for_a_member_and_no_longer_than_it_may() {
    let setup = Setup::new(2, PoolStrategy::RoundRobin);
    setup.close(0);
    setup.close(1);
    let begun = tokio::time::Instant::now();
    let status = setup.client().number().await.unwrap_err();
    assert_eq!(begun.elapsed(), TIMEOUT);
    assert_eq!((status.code(), reason(&status)), (Code::Unavailable, NoMemberReason::NoneHealthy));
    let error = NoMember::of(&status).unwrap();
    assert_eq!((error.states().len(), error.waited()), (2, TIMEOUT));
    assert!(status.message().contains("of the 2 plugins of the pool none can be called"), "{status}");

    let client = setup.client();
    let waits = tokio::spawn(async move { client.number().await });
    tokio::time::sleep(SECOND).await;
    setup.open(1);
    assert_eq!(waits.await.unwrap().unwrap(), 1);
}

#[tokio::test(start_paused = true)]
async fn where_nothing_will_change_no_call_waits() {
    let setup = Setup::new(2, PoolStrategy::RoundRobin);
    setup.close(0);
    setup.gates[1].close(SupervisorState::Stopped);
    let client = setup.client();
    let waits = tokio::spawn(async move { client.number().await });
    tokio::time::sleep(SECOND).await;
    let begun = tokio::time::Instant::now();
    setup.gates[0].close(SupervisorState::Stopped);
    for status in [waits.await.unwrap().unwrap_err(), setup.client().number().await.unwrap_err()] {
        assert_eq!((status.code(), reason(&status)), (Code::FailedPrecondition, NoMemberReason::NoneHealthy));
    }
    assert_eq!(begun.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn who_has_a_member_has_it_alone_and_gives_it_back_by_dropping_it() {
    let setup = Setup::new(2, PoolStrategy::RoundRobin);
    let first = setup.acquire().await.unwrap();
    assert_eq!(setup.answer().await, [1, 1, 1]);
    let second = setup.acquire().await.unwrap();
    assert_ne!(first.member(), second.member());
    assert!(setup.picker.look().iter().all(super::PoolMember::is_taken));
    let kept = MemberClient::new(first.channel());
    assert_eq!(kept.number().await.unwrap(), number(first.member()));

    // Nobody else gets one.
    let status = setup.client().number().await.unwrap_err();
    assert_eq!((status.code(), reason(&status)), (Code::Unavailable, NoMemberReason::Taken));
    assert_eq!(setup.acquire().await.unwrap_err().reason(), NoMemberReason::Taken);

    // Until it is back: then whoever has waited longest.
    {
        let (mut waits, mut waits_longer) =
            (std::pin::pin!(setup.acquire()), std::pin::pin!(setup.acquire()));
        assert!(waits_longer.as_mut().now_or_never().is_none());
        assert!(waits.as_mut().now_or_never().is_none());
        drop(first);
        assert!(waits.as_mut().now_or_never().is_none(), "it has come later");
        let third = waits_longer.await.unwrap();
        assert_eq!(third.member(), 0);
        drop(third);
        assert_eq!(waits.await.unwrap().member(), 0);
    }
    let status = kept.number().await.unwrap_err();
    assert_eq!((status.code(), reason(&status)), (Code::FailedPrecondition, NoMemberReason::GivenBack));
    drop(second);
    let mut answered = setup.answer::<2>().await;
    answered.sort_unstable();
    assert_eq!(answered, [0, 1]);
}

#[tokio::test(start_paused = true)]
async fn a_pool_that_ends_begins_no_call_and_waits_for_those_that_run() {
    let setup = Setup::new(2, PoolStrategy::RoundRobin);
    let held = setup.acquire().await.unwrap();
    let mine = MemberClient::new(held.channel());
    setup.close(1);
    let client = setup.client();
    let waits = tokio::spawn(async move { client.number().await });
    tokio::time::sleep(SECOND).await;
    setup.picker.stop();
    for status in [waits.await.unwrap().unwrap_err(), setup.client().number().await.unwrap_err()] {
        assert_eq!((status.code(), reason(&status)), (Code::FailedPrecondition, NoMemberReason::Stopped));
    }
    assert_eq!(setup.acquire().await.unwrap_err().reason(), NoMemberReason::Stopped);

    // Who has a member goes on with it.
    let mut drained = std::pin::pin!(setup.picker.drain(TIMEOUT));
    assert!(drained.as_mut().now_or_never().is_none());
    assert_eq!(mine.number().await.unwrap(), 0);
    let slow = tokio::spawn(async move { mine.slow().await });
    tokio::time::sleep(SECOND).await;
    drop(held);
    assert!(drained.as_mut().now_or_never().is_none(), "a call is under way");
    setup.go.send_replace(true);
    assert_eq!(slow.await.unwrap().unwrap(), 0);
    assert_eq!(drained.await, 0);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_done_in_time_is_counted() {
    let setup = Setup::new(1, PoolStrategy::RoundRobin);
    let client = setup.client();
    let slow = tokio::spawn(async move { client.slow().await });
    tokio::time::sleep(SECOND).await;
    setup.picker.stop();
    let begun = tokio::time::Instant::now();
    assert_eq!(setup.picker.drain(TIMEOUT).await, 1);
    assert_eq!(begun.elapsed(), TIMEOUT);
    setup.go.send_replace(true);
    slow.await.unwrap().unwrap();
}

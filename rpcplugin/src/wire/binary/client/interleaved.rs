//! Callers, handlers and the two tasks that read, in every order in which they may come to the lock between them.
//!
//! Who waits and is not woken is noticed: nobody goes on then. `RPCPLUGIN_SCHEDULES=100000` tries so many orders.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, and clippy's own exception does not reach its helpers"
)]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::task::Poll;

use bytes::{Bytes, BytesMut};
use shuttle::future::{JoinHandle, block_on, spawn, yield_now};
use shuttle::rand::{Rng, thread_rng};
use shuttle::scheduler::{PctScheduler, RandomScheduler};
use shuttle::{Config, Runner};
use tokio::runtime::Runtime;

use super::*;
use crate::call::{Context, Side};
use crate::contract::Code;
use crate::wire::binary::machine::{Arrived, Bounds, Outcome};

/// Orders that are tried in a normal run, as a number.
const SCHEDULES: usize = 1000;

/// A message that does not fit into the window, nor into the pipe.
const LARGE: usize = 200;

fn from_environment<T: std::str::FromStr>(name: &str, otherwise: T) -> T {
    std::env::var(name).ok().map_or(otherwise, |value| {
        value.parse().unwrap_or_else(|_| panic!("{name} is {value}; it takes a number"))
    })
}

/// Runs something in many orders: by chance, and with few changes at the worst moments.
fn in_every_order<F: Future<Output = ()> + 'static>(run: impl Fn() -> F + Copy + Send + Sync + 'static) {
    let schedules = from_environment("RPCPLUGIN_SCHEDULES", SCHEDULES);
    let seed = from_environment("RPCPLUGIN_SEED", 1);
    let mut config = Config::new();
    // Debug builds take more than it has.
    config.stack_size = 512 * 1024;
    Runner::new(RandomScheduler::new_from_seed(seed, schedules), config.clone()).run(move || block_on(run()));
    Runner::new(PctScheduler::new_from_seed(seed, 3, schedules), config).run(move || block_on(run()));
}

fn shape(kind: MethodKind) -> Shape {
    Shape { kind, limit: SizeLimit::of_connection(1000, false) }
}

const KINDS: [MethodKind; 2] = [MethodKind::UnaryUnary, MethodKind::StreamStream];

/// The method with the number 0.
static UNARY: MethodSpec = MethodSpec::new("test.T", "", "/test.T/Unary", MethodKind::UnaryUnary, "", 0);

/// A connection with its two readers.
struct Pair {
    host: Arc<Inner>,
    plugin: Shared,
    readers: Vec<JoinHandle<()>>,
}

/// Nothing runs in it: it has a handle.
static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_current_thread().build().unwrap());

impl Pair {
    fn new(calls_max: u32) -> Self {
        let bounds =
            Bounds { frame_bytes_max: 100, window_bytes: 64, connection_window_bytes: 100, calls_max };
        let (near, far) = tokio::io::duplex(48);
        let shared = |role, pipe| Shared::new(Machine::new(role, bounds, bounds), Connection::new(pipe), 100);
        let (host, plugin) = (shared(Role::Host, near), shared(Role::Plugin, far));
        let readers =
            vec![spawn(read(host.clone(), plugin.clone())), spawn(read(plugin.clone(), host.clone()))];
        let inner = Inner {
            shared: host,
            table: Table::default(),
            numbers: RwLock::new(std::iter::once((std::ptr::from_ref(&UNARY).addr(), 0)).collect()),
            runtime: RUNTIME.handle().clone(),
            terms: 1000.into(),
            encoding: Encoding::Identity,
            waiting: AtomicUsize::new(0),
        };
        Self { host: Arc::new(inner), plugin, readers }
    }

    /// Nothing is left of any call, and the readers end with the connection.
    async fn end(self) {
        for shared in [&self.host.shared, &self.plugin] {
            while shared.loss().is_none() && shared.look(|machine| machine.calls_held()) > 0 {
                yield_now().await;
            }
        }
        self.host.shared.lose(Loss::Dropped);
        self.plugin.lose(Loss::Dropped);
        for reader in self.readers {
            reader.await.unwrap();
        }
        assert_eq!(self.host.shared.look(|machine| machine.calls_held()), 0);
        assert_eq!(self.plugin.look(|machine| machine.calls_held()), 0);
    }
}

/// Reads, and has each call that comes answered by a task of its own.
async fn read(shared: Shared, peer: Shared) {
    let mut inbox = Inbox::new(BytesMut::new());
    let mut arrived = VecDeque::new();
    let shape = |method| shape(KINDS[usize::try_from(method).unwrap()]);
    poll_fn(|context| {
        loop {
            if shared.poll_drive(context, &mut inbox, &mut arrived, &shape).is_ready() {
                return Poll::Ready(());
            }
            if arrived.is_empty() {
                return Poll::Pending;
            }
            for call in arrived.drain(..) {
                let streams = call.method == 1;
                drop(spawn(answer(shared.clone(), call, streams)));
            }
        }
    })
    .await;
    // Who has lost the connection as well reads no last word. A real one is closed after a while.
    while peer.loss().is_none()
        && poll_fn(|context| Poll::Ready(shared.poll_close(context))).await.is_pending()
    {
        yield_now().await;
    }
}

/// Says what it hears, until nothing more comes.
async fn answer(shared: Shared, arrived: Arrived, streams: bool) {
    let Arrived { call, request: mut last, .. } = arrived;
    if thread_rng().gen_ratio(1, 4) {
        drop(spawn(run_out_of_time(shared.clone(), call)));
    }
    while let Some(message) = next(&shared, call).await {
        if streams {
            if !send(&shared, call, message).await {
                break;
            }
        } else {
            last = Some(message.into());
        }
    }
    shared.with(|machine| match machine.outcome(call) {
        Some(_) => machine.end_with(call, CANCELLED, true),
        None => machine.end(call, last),
    });
}

const CANCELLED: Bytes = Bytes::from_static(&[1, 0, 0, 0, 0]);
const OUT_OF_TIME: Bytes = Bytes::from_static(&[4, 0, 0, 0, 0]);

/// A deadline, which comes when it likes.
async fn run_out_of_time(shared: Shared, call: Ticket) {
    yield_now().await;
    shared.with(|machine| machine.end_with(call, OUT_OF_TIME, true));
}

/// The next message of a call, or nothing at its end.
async fn next(shared: &Shared, call: Ticket) -> Option<Bytes> {
    poll_fn(|context| {
        shared.with(|machine| {
            if let Some(message) = machine.take(call) {
                return Poll::Ready(Some(message));
            }
            if machine.outcome(call).is_some() || machine.requests_ended(call) {
                return Poll::Ready(None);
            }
            machine.wait_to_read(call, context.waker());
            Poll::Pending
        })
    })
    .await
}

/// Whether somebody still wants messages behind this one.
async fn send(shared: &Shared, call: Ticket, message: Bytes) -> bool {
    let mut message = Some(message);
    poll_fn(|context| {
        shared.with(|machine| {
            if !machine.can_send(call) {
                machine.wait_to_send(call, context.waker());
                return Poll::Pending;
            }
            machine.send(call, message.take().unwrap_or_default());
            Poll::Ready(machine.outcome(call).is_none())
        })
    })
    .await
}

/// A call with one message each way.
async fn unary(host: &Arc<Inner>, message: Bytes) -> Result<Bytes, Status> {
    let call = Call::new(&UNARY, Side::Client, Context::new(), Messages::One(message));
    match Calling::new(Arc::clone(host), call).await? {
        Messages::One(answer) => Ok(answer),
        Messages::Many(_) => panic!("a stream"),
    }
}

/// The same, with what may become of it.
async fn unary_or_out_of_time(host: Arc<Inner>, number: u8, length: usize) {
    let message = Bytes::from(vec![number; length]);
    match unary(&host, message.clone()).await {
        Ok(answer) => assert_eq!(answer, message),
        Err(status) => assert_eq!(status.code(), Code::DeadlineExceeded, "{status}"),
    }
}

#[test]
fn every_call_has_its_own_answer_or_runs_out_of_time() {
    in_every_order(|| async {
        let pair = Pair::new(4);
        let calls: Vec<_> = (0..6)
            .map(|number: u8| {
                spawn(unary_or_out_of_time(
                    Arc::clone(&pair.host),
                    number,
                    [9, LARGE][usize::from(number % 2)],
                ))
            })
            .collect();
        for call in calls {
            call.await.unwrap();
        }
        pair.end().await;
    });
}

#[test]
fn a_call_that_is_given_up_at_any_time_leaves_its_place_to_the_next() {
    in_every_order(|| async {
        let pair = Pair::new(1);
        let given_up: Vec<_> = (0..3)
            .map(|number: u8| spawn(unary_or_out_of_time(Arc::clone(&pair.host), number, LARGE)))
            .collect();
        let kept = spawn(unary_or_out_of_time(Arc::clone(&pair.host), 9, 9));
        for call in &given_up {
            if thread_rng().gen_bool(0.5) {
                yield_now().await;
            }
            call.abort();
        }
        kept.await.unwrap();
        for call in given_up {
            // It may have ended before.
            drop(call.await);
        }
        pair.end().await;
    });
}

#[test]
fn all_calls_end_with_the_connection() {
    in_every_order(|| async {
        let pair = Pair::new(1);
        let calls: Vec<_> = (0..4)
            .map(|number: u8| {
                let host = Arc::clone(&pair.host);
                let message = Bytes::from(vec![number; 70]);
                spawn(async move {
                    match unary(&host, message.clone()).await {
                        Ok(answer) => assert_eq!(answer, message),
                        Err(status) => {
                            let code = status.code();
                            assert!(
                                matches!(code, Code::DeadlineExceeded | Code::Unavailable | Code::Internal),
                                "{status}"
                            );
                        }
                    }
                })
            })
            .collect();
        let loser = if thread_rng().gen_bool(0.5) { pair.host.shared.clone() } else { pair.plugin.clone() };
        let lost = spawn(async move {
            loser.lose(Loss::Violation(crate::wire::binary::Violation::UnknownKind { kind: 0 }))
        });
        for call in calls {
            call.await.unwrap();
        }
        lost.await.unwrap();
        pair.end().await;
    });
}

#[test]
fn a_stream_there_and_back_loses_nothing_and_never_stops() {
    in_every_order(|| async {
        let pair = Pair::new(2);
        let opening = Opening { method: 1, timeout: None, metadata: None };
        let host = Arc::clone(&pair.host);
        let call = host.begin(&opening, shape(MethodKind::StreamStream), &mut None, None).unwrap().unwrap();
        let beside = spawn(unary_or_out_of_time(Arc::clone(&host), 7, LARGE));
        let sent = Arc::new(AtomicUsize::new(0));
        let sender = {
            let (host, sent) = (Arc::clone(&host), Arc::clone(&sent));
            spawn(async move {
                for number in 0..4_u8 {
                    let length = if number == 2 { LARGE } else { 20 };
                    sent.fetch_add(1, Ordering::Relaxed);
                    if !send(&host.shared, call, vec![number; length].into()).await {
                        return;
                    }
                }
                host.shared.with(|machine| machine.finish(call));
            })
        };
        let mut received = 0_u8;
        while let Some(message) = response(&host.shared, call).await {
            let length = if received == 2 { LARGE } else { 20 };
            assert_eq!(message, vec![received; length]);
            received += 1;
        }
        sender.await.unwrap();
        match host.shared.look(|machine| machine.outcome(call)) {
            Some(Outcome::Ok) => assert_eq!((received, sent.load(Ordering::Relaxed)), (4, 4)),
            Some(Outcome::Status(payload)) => assert!([OUT_OF_TIME, CANCELLED].contains(&payload)),
            other => panic!("{other:?}"),
        }
        host.shared.with(|machine| machine.forget(call));
        beside.await.unwrap();
        drop(host);
        pair.end().await;
    });
}

/// The next response, or nothing once the outcome is there.
async fn response(shared: &Shared, call: Ticket) -> Option<Bytes> {
    poll_fn(|context| {
        shared.with(|machine| {
            if let Some(message) = machine.take(call) {
                return Poll::Ready(Some(message));
            }
            if machine.outcome(call).is_some() {
                return Poll::Ready(None);
            }
            machine.wait_to_read(call, context.waker());
            Poll::Pending
        })
    })
    .await
}

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use crate::call::{Call, ResponseFuture};
use crate::client::exit::{Circumstances, PluginExit};
use crate::client::exit_watch::{ExitSender, ExitWatch};
use crate::client::supervisor::DownReason;
use crate::client::supervisor::run::{Origin, Plugin};
use crate::client::{StartError, Stopped};
use crate::contract::Status;
use crate::rpc::{Channel, Router, Streaming};
use crate::services::grpc_health::health_check_response::ServingStatus;
use crate::services::grpc_health::{
    HealthCheckRequest, HealthCheckResponse, HealthListRequest, HealthListResponse,
};
use crate::services::health::{Health, HealthServer};
use crate::wire::Caller;

#[rpcplugin::rpc_protocol(service = "test.Service")]
pub(super) trait Service {
    /// Which plugin this is, from 1 on.
    async fn number(&self) -> Result<u64, Status>;

    /// Never.
    async fn wait(&self) -> Result<u64, Status>;

    /// The numbers that came, as soon as they come.
    async fn echo(&self, requests: Streaming<u64>) -> Result<Streaming<u64>, Status>;
}

/// What a plugin takes to end.
pub(super) const TIME_TO_GO: Duration = Duration::from_millis(100);

/// What a start comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    Runs,
    /// It has ended before anybody attends to it.
    RunsForNoTime,
    Fails,
    Hangs,
}

/// How plugins answer the question for their health.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Healthy {
    Yes,
    No,
    /// The question is left unanswered.
    Silent,
    /// Nobody knows the service that was asked for.
    NotFound,
    /// There is no health service.
    Unimplemented,
    Fails,
}

/// All plugins of a test.
pub(super) struct World {
    pub(super) next: Mutex<Start>,
    pub(super) health: watch::Sender<Healthy>,
    /// Whether the health can be watched.
    pub(super) is_watched: AtomicBool,
    /// Whether who watches is told of it again and again, without a pause.
    pub(super) is_chatty: AtomicBool,
    /// Whether a plugin outlives its stop and its kill, until its end is told.
    pub(super) is_late: AtomicBool,
    pub(super) questions: AtomicU64,
    pub(super) starts: AtomicU64,
    pub(super) waited: AtomicU64,
    pub(super) kills: AtomicU64,
    pub(super) stops: AtomicU64,
    alive: AtomicUsize,
    present: Mutex<Option<Present>>,
}

/// The plugin that runs.
struct Present {
    exit: ExitSender,
    caller: Arc<Line>,
}

impl Present {
    fn end(self, raw: i32) {
        self.caller.cut();
        let circumstances = Circumstances {
            status: Some(std::os::unix::process::ExitStatusExt::from_raw(raw)),
            ..Circumstances::unknown("fake".into())
        };
        self.exit.publish(PluginExit::new(circumstances));
    }
}

impl World {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            next: Mutex::new(Start::Runs),
            health: watch::Sender::new(Healthy::Yes),
            is_watched: AtomicBool::new(true),
            is_chatty: AtomicBool::new(false),
            is_late: AtomicBool::new(false),
            questions: AtomicU64::new(0),
            starts: AtomicU64::new(0),
            waited: AtomicU64::new(0),
            kills: AtomicU64::new(0),
            stops: AtomicU64::new(0),
            alive: AtomicUsize::new(0),
            present: Mutex::new(None),
        })
    }

    pub(super) fn next(&self, start: Start) {
        *lock(&self.next) = start;
    }

    /// The plugin ends with an exit code, or by a signal.
    pub(super) fn end(&self, raw: i32) {
        let present = lock(&self.present).take().unwrap();
        present.end(raw);
    }

    /// The plugin ends because it is asked to, unless it is late or gone.
    fn end_as_asked(&self, raw: i32) {
        if self.is_late.load(Ordering::SeqCst) {
            return;
        }
        if let Some(present) = lock(&self.present).take() {
            present.end(raw);
        }
    }

    /// The plugin is killed by somebody.
    pub(super) fn crash(&self) {
        self.end(9);
    }

    /// The connection is lost, and the process is there.
    pub(super) fn cut(&self, is_silent: bool) {
        let present = lock(&self.present);
        let caller = &present.as_ref().unwrap().caller;
        caller.is_silent.store(is_silent, Ordering::SeqCst);
        caller.cut();
    }

    pub(super) fn alive(&self) -> usize {
        self.alive.load(Ordering::SeqCst)
    }

    pub(super) fn starts(&self) -> u64 {
        self.starts.load(Ordering::SeqCst)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A process, from its start to its end.
struct Alive(Arc<World>);

impl Alive {
    fn new(world: &Arc<World>) -> Self {
        assert_eq!(world.alive.fetch_add(1, Ordering::SeqCst), 0, "two at a time");
        Self(Arc::clone(world))
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.alive.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Starts them.
pub(super) struct Fakes(pub(super) Arc<World>);

impl Origin for Fakes {
    type Plugin = Fake;

    async fn start(&self) -> Result<Fake, DownReason> {
        let world = &self.0;
        let number = world.starts.fetch_add(1, Ordering::SeqCst) + 1;
        let alive = Alive::new(world);
        let start = *lock(&world.next);
        match start {
            Start::Runs | Start::RunsForNoTime => {}
            Start::Fails => return Err(DownReason::Start(Arc::new(StartError::NoVersion))),
            Start::Hangs => std::future::pending().await,
        }
        let handler = Handler { number, world: Arc::clone(world) };
        let router = Router::new().service(ServiceServer::new(handler)).unwrap();
        let router = match *world.health.borrow() {
            Healthy::Unimplemented => router,
            _ => router.service(HealthServer::new(Answers(Arc::clone(world)))).unwrap(),
        };
        let caller = Arc::new(Line {
            channel: Channel::local(router),
            cut: watch::Sender::new(false),
            is_silent: AtomicBool::new(false),
        });
        let (exit, watch) = ExitWatch::new("fake".into());
        *lock(&world.present) = Some(Present { exit, caller: Arc::clone(&caller) });
        if start == Start::RunsForNoTime {
            world.crash();
        }
        Ok(Fake { watch, caller, alive })
    }
}

pub(super) struct Fake {
    watch: ExitWatch,
    caller: Arc<Line>,
    alive: Alive,
}

impl Plugin for Fake {
    fn id(&self) -> Option<u32> {
        Some(1)
    }

    fn channel(&self) -> Channel {
        Channel::from_caller(Arc::<Line>::clone(&self.caller))
    }

    fn own_channel(&self) -> Channel {
        self.channel()
    }

    async fn ended(&self) -> Arc<PluginExit> {
        self.watch.ended().await
    }

    fn is_silent(&self) -> bool {
        self.caller.is_silent.load(Ordering::SeqCst)
    }

    fn grace(&self) -> Duration {
        Duration::from_secs(3)
    }

    async fn stop(&self) -> Stopped {
        tokio::time::sleep(TIME_TO_GO).await;
        self.alive.0.stops.fetch_add(1, Ordering::SeqCst);
        self.alive.0.end_as_asked(0);
        Stopped { exit: self.watch.now(), killed: false }
    }

    async fn kill(&self) -> Stopped {
        tokio::time::sleep(Duration::from_millis(10)).await;
        self.alive.0.kills.fetch_add(1, Ordering::SeqCst);
        self.alive.0.end_as_asked(9);
        Stopped { exit: self.watch.now(), killed: true }
    }
}

/// A connection that can be cut.
struct Line {
    channel: Channel,
    cut: watch::Sender<bool>,
    is_silent: AtomicBool,
}

impl Line {
    fn cut(&self) {
        self.cut.send_replace(true);
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Line")
    }
}

impl Caller for Line {
    fn call(&self, call: Call) -> ResponseFuture {
        let (mut cut, answer) = (self.cut.subscribe(), self.channel.forward(call));
        Box::pin(async move {
            tokio::select! {
                biased;
                _ = cut.wait_for(|is_cut| *is_cut) => Err(Status::unavailable("the connection is lost")),
                answer = answer => answer,
            }
        })
    }

    fn is_connected(&self) -> bool {
        !*self.cut.borrow()
    }
}

struct Handler {
    number: u64,
    world: Arc<World>,
}

impl Service for Handler {
    async fn number(&self) -> Result<u64, Status> {
        Ok(self.number)
    }

    async fn wait(&self) -> Result<u64, Status> {
        self.world.waited.fetch_add(1, Ordering::SeqCst);
        std::future::pending().await
    }

    async fn echo(&self, requests: Streaming<u64>) -> Result<Streaming<u64>, Status> {
        self.world.waited.fetch_add(1, Ordering::SeqCst);
        Ok(requests)
    }
}

struct Answers(Arc<World>);

impl Health for Answers {
    async fn check(&self, _request: HealthCheckRequest) -> Result<HealthCheckResponse, Status> {
        self.0.questions.fetch_add(1, Ordering::SeqCst);
        let health = *self.0.health.borrow();
        match health {
            Healthy::Yes => Ok(answer(ServingStatus::Serving)),
            Healthy::No => Ok(answer(ServingStatus::NotServing)),
            Healthy::Silent => std::future::pending().await,
            Healthy::NotFound => Err(Status::not_found("no such service")),
            Healthy::Unimplemented => Err(Status::unimplemented("no health")),
            Healthy::Fails => Err(Status::internal("no table\u{1b}")),
        }
    }

    async fn list(&self, _request: HealthListRequest) -> Result<HealthListResponse, Status> {
        Err(Status::unimplemented("ask for one"))
    }

    async fn watch(&self, _request: HealthCheckRequest) -> Result<Streaming<HealthCheckResponse>, Status> {
        if !self.0.is_watched.load(Ordering::SeqCst) {
            return Err(Status::unimplemented("ask for it"));
        }
        if self.0.is_chatty.load(Ordering::SeqCst) {
            let states = futures_util::stream::repeat_with(|| Ok(answer(ServingStatus::Serving)));
            return Ok(Streaming::new(states));
        }
        let health = (self.0.health.subscribe(), true);
        let states = futures_util::stream::unfold(health, |(mut health, mut is_first)| async move {
            loop {
                if !std::mem::take(&mut is_first) {
                    health.changed().await.ok()?;
                }
                let now = *health.borrow_and_update();
                let status = match now {
                    Healthy::Yes => ServingStatus::Serving,
                    Healthy::No => ServingStatus::NotServing,
                    Healthy::NotFound => ServingStatus::ServiceUnknown,
                    // Who cannot say anything says nothing.
                    Healthy::Silent | Healthy::Unimplemented | Healthy::Fails => continue,
                };
                return Some((Ok(answer(status)), (health, false)));
            }
        });
        Ok(Streaming::new(states))
    }
}

fn answer(status: ServingStatus) -> HealthCheckResponse {
    HealthCheckResponse { status: status.into() }
}

//! The calls of a connection, as the plugin runs them.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, Waker};
use std::time::{Duration, Instant};

use super::answering::{Answering, Reply};
use super::machine::{Arrived, Goodbye, Shape};
use super::metadata;
use super::pace::Pace;
use super::requests::{Requests, only_request};
use super::shared::Shared;
use crate::call::{Call, Context, Contexts, Messages, Metadata, Peer, Side, SizeLimit};
use crate::contract::{MethodKind, Status};
use crate::limits::QUICK_CALLS_TIME_MAX;
use crate::wire::{Dispatch, Route, Serving};

/// The methods of a plugin, by their numbers.
#[derive(Debug)]
pub(super) struct Methods {
    methods: Vec<Method>,
    message_bytes_max: usize,
}

#[derive(Debug)]
struct Method {
    route: Route,
    limit: SizeLimit,
    pace: Pace,
}

impl Methods {
    pub(super) fn new(routes: Vec<(&'static str, Route)>, message_bytes_max: usize) -> Self {
        let method = |(_, route): (&'static str, Route)| Method {
            route,
            limit: SizeLimit::of_connection(message_bytes_max, route.is_own).and(route.spec),
            pace: Pace::default(),
        };
        Self { methods: routes.into_iter().map(method).collect(), message_bytes_max }
    }

    fn get(&self, number: u32) -> Option<&Method> {
        self.methods.get(usize::try_from(number).ok()?)
    }

    /// The shape of a method's messages. What is no method is refused later.
    fn shape(&self, number: u32) -> Shape {
        match self.get(number) {
            Some(method) => Shape { kind: method.route.spec.kind, limit: method.limit },
            None => Shape {
                kind: MethodKind::UnaryUnary,
                limit: SizeLimit::of_connection(self.message_bytes_max, false),
            },
        }
    }
}

/// What runs the calls of a connection.
pub(super) struct Calls {
    shared: Shared,
    dispatch: Arc<dyn Dispatch>,
    methods: Arc<Methods>,
    contexts: Contexts,
    admit: Box<dyn Fn() -> Result<(), Status> + Send + Sync>,
}

impl Calls {
    pub(super) fn new(
        shared: Shared,
        dispatch: Arc<dyn Dispatch>,
        methods: Arc<Methods>,
        peer: Arc<Peer>,
        admit: Box<dyn Fn() -> Result<(), Status> + Send + Sync>,
    ) -> Self {
        Self { shared, dispatch, methods, contexts: Contexts::new(peer), admit }
    }

    /// Knows the shape of a method's messages by its number.
    pub(super) fn shape(&self) -> impl Fn(u32) -> Shape + use<> {
        let methods = Arc::clone(&self.methods);
        move |number| methods.shape(number)
    }

    /// Runs calls that came: those of quick methods to their end. What follows for the connection is not sent yet.
    ///
    /// Whether some are left, because the others took long enough.
    pub(super) fn run(&mut self, arrived: &mut VecDeque<Arrived>) -> bool {
        let mut clock = Clock::default();
        let methods = Arc::clone(&self.methods);
        while let Some(call) = arrived.pop_front() {
            let ticket = call.call;
            if let Err(status) = self.begin(&methods, call, &mut clock) {
                let reply = Reply::failed(&self.shared, &status, &Metadata::new());
                self.shared.hold(|machine| reply.send(machine, ticket));
            }
            if clock.since_beginning() > QUICK_CALLS_TIME_MAX {
                break;
            }
        }
        !arrived.is_empty()
    }

    fn begin(&mut self, methods: &Methods, mut arrived: Arrived, clock: &mut Clock) -> Result<(), Status> {
        let ticket = arrived.call;
        self.admit()?;
        let method = methods.get(arrived.method).ok_or_else(|| unknown(arrived.method))?;
        let (route, spec) = (method.route, method.route.spec);
        let request = match (arrived.request.take(), spec.kind.streams_requests()) {
            (Some(request), _) => Some(Messages::One(request)),
            (None, true) => {
                let requests = Requests::new(self.shared.clone(), ticket);
                Some(Messages::Many(Box::pin(requests)))
            }
            (None, false) => self.shared.look(|machine| only_request(machine, ticket))?.map(Messages::One),
        };
        let context = self.context(&arrived, method)?;
        let answering = Answering {
            shared: self.shared.clone(),
            call: ticket,
            context: context.clone(),
            limit: method.limit,
        };
        let Some(request) = request else {
            // It comes in parts.
            tokio::spawn(answering.run_when_complete(Arc::clone(&self.dispatch), route));
            return Ok(());
        };
        let serving = self.dispatch.dispatch(route, Call::new(spec, Side::Server, context, request));
        match spec.kind == MethodKind::UnaryUnary && method.pace.is_quick() {
            true => self.run_here(serving, answering, method, clock),
            false => self.spawn(serving, answering, arrived.method),
        }
        Ok(())
    }

    fn admit(&self) -> Result<(), Status> {
        (self.admit)().inspect_err(|status| {
            self.shared.hold(|machine| machine.goodbye(Goodbye::Refused, status.message()));
        })?;
        match self.shared.look(|machine| machine.said_goodbye()) {
            false => Ok(()),
            true => Err(Status::unavailable(
                "the plugin takes no more calls on this connection; this one did not run and may be repeated",
            )),
        }
    }

    fn context(&mut self, arrived: &Arrived, method: &Method) -> Result<Context, Status> {
        let metadata = match &arrived.metadata {
            None => Metadata::new(),
            Some(bytes) => metadata::decode(bytes)?,
        };
        let timeout = arrived.timeout.map(Duration::from_nanos).or(method.route.spec.timeout);
        Ok(self.contexts.received(metadata, timeout))
    }

    /// Runs a call in a task of its own, and learns whether that was needed.
    fn spawn(&self, mut serving: Serving, answering: Answering, number: u32) {
        let methods = Arc::clone(&self.methods);
        tokio::spawn(async move {
            let begun = Instant::now();
            let first =
                std::future::poll_fn(|context| Poll::Ready(Pin::new(&mut serving).poll(context))).await;
            if let Some(method) = methods.get(number) {
                method.pace.learn(first.is_ready(), begun.elapsed());
            }
            match first {
                Poll::Ready(answer) => answering.reply(answer).await,
                Poll::Pending => answering.run(serving).await,
            }
        });
    }

    /// Runs a call where it was read. If it is not answered at once, it goes on in a task of its own.
    fn run_here(&mut self, mut serving: Serving, answering: Answering, method: &Method, clock: &mut Clock) {
        let mut context = TaskContext::from_waker(Waker::noop());
        let first = Pin::new(&mut serving).poll(&mut context);
        method.pace.learn(first.is_ready(), clock.since_last());
        match first {
            Poll::Ready(Ok(Messages::One(response))) => {
                drop(serving);
                self.contexts.give_back(answering.reply_one(response));
            }
            Poll::Ready(answer) => drop(tokio::spawn(async move { answering.reply(answer).await })),
            Poll::Pending => drop(tokio::spawn(answering.run(serving))),
        }
    }
}

/// Asks for the time once a call, and not at its beginning and its end.
#[derive(Debug)]
struct Clock {
    begun: Instant,
    last: Instant,
}

impl Default for Clock {
    fn default() -> Self {
        let now = Instant::now();
        Self { begun: now, last: now }
    }
}

impl Clock {
    /// As of the last call that was looked at.
    fn since_beginning(&self) -> Duration {
        self.last.saturating_duration_since(self.begun)
    }

    fn since_last(&mut self) -> Duration {
        let now = Instant::now();
        now.saturating_duration_since(std::mem::replace(&mut self.last, now))
    }
}

fn unknown(number: u32) -> Status {
    Status::unimplemented(format!("the plugin's table has no method {number}; call one that it has"))
}

//! The calls of a connection, as the plugin runs them.

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
use crate::call::{Call, Context, Contexts, MessageStream, Messages, Metadata, Peer, Side, SizeLimit};
use crate::compression::{Compression, Compressor, Decompressor, Encoding};
use crate::contract::{MethodKind, Status};
use crate::limits::QUICK_CALLS_TIME_MAX;
use crate::wire::{Dispatch, Route};

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

/// What the calls of a connection have in common.
pub(super) struct Common {
    pub(super) shared: Shared,
    pub(super) dispatch: Arc<dyn Dispatch>,
    pub(super) methods: Arc<Methods>,
    /// The host.
    pub(super) peer: Arc<Peer>,
    /// Whether a call may begin.
    pub(super) admit: Box<dyn Fn() -> Result<(), Status> + Send + Sync>,
    pub(super) compression: Compression,
    /// What the host reads of what this side sends.
    pub(super) encoding: Encoding,
}

impl Common {
    /// Knows the shape of a method's messages by its number.
    pub(super) fn shape(&self) -> impl Fn(u32) -> Shape + use<> {
        let methods = Arc::clone(&self.methods);
        move |number| methods.shape(number)
    }

    /// What both directions of a call make of compression. What every plugin has is small.
    fn codecs(&self, route: &Route, context: &Context) -> (Compressor, Decompressor) {
        if self.compression.is_on() {
            context.insert(self.compression.of_call());
        }
        let compressor = match route.is_own {
            true => Compressor::off(),
            false => Compressor::new(self.encoding, &self.compression, context),
        };
        (compressor, Decompressor::new(Encoding::Identity, &self.compression, context))
    }

    fn admit(&self) -> Result<(), Status> {
        (self.admit)().inspect_err(|status| {
            self.shared.hold(|machine| machine.goodbye(Goodbye::Refused, status.message()));
        })?;
        // Of a connection that is lost nobody hears the answer.
        match self.shared.look(|machine| machine.said_goodbye() || machine.has_failed()) {
            false => Ok(()),
            true => Err(Status::unavailable(
                "the plugin takes no more calls on this connection; this one did not run and may be repeated",
            )),
        }
    }

    /// Runs a call in a task of its own, which makes its request as well, and learns whether that was needed.
    fn spawn(
        &self,
        route: Route,
        answering: Answering,
        number: u32,
        request: impl FnOnce(&Answering) -> Result<Messages, Status> + Send + 'static,
    ) {
        let (dispatch, methods) = (Arc::clone(&self.dispatch), Arc::clone(&self.methods));
        tokio::spawn(async move {
            let request = match request(&answering) {
                Ok(request) => request,
                Err(status) => return answering.reply(Err(status)).await,
            };
            let call = Call::new(route.spec, Side::Server, answering.context.clone(), request);
            let begun = Instant::now();
            let mut serving = dispatch.dispatch(route, call);
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
}

/// What runs the calls of a connection, one after another.
pub(super) struct Calls {
    common: Arc<Common>,
    contexts: Contexts,
    clock: Clock,
}

impl Calls {
    pub(super) fn new(common: Arc<Common>) -> Self {
        let contexts = Contexts::new(Arc::clone(&common.peer));
        Self { common, contexts, clock: Clock::new() }
    }

    /// Runs a call: one of a quick method to its end, if it can be. What follows for the connection is not sent yet.
    pub(super) fn run(&mut self, call: Arrived) {
        let ticket = call.call;
        if let Err(status) = self.begin(call) {
            let reply = Reply::failed(&self.common.shared, &status, &Metadata::new());
            self.common.shared.hold(|machine| reply.send(machine, ticket));
        }
    }

    /// Others have had their turn.
    pub(super) const fn begin_turn(&mut self) {
        self.clock.begun = None;
    }

    /// Calls are about to be run.
    pub(super) fn begin_calls(&mut self) {
        self.clock.start();
    }

    /// Whether the calls of this turn have taken so long that the answers should go, and others have theirs.
    pub(super) fn took_long(&self) -> bool {
        self.clock.since_begun() > QUICK_CALLS_TIME_MAX
    }

    fn begin(&mut self, mut arrived: Arrived) -> Result<(), Status> {
        let Self { common, contexts, clock } = self;
        let ticket = arrived.call;
        common.admit()?;
        let method = common.methods.get(arrived.method).ok_or_else(|| unknown(arrived.method))?;
        let (route, spec) = (method.route, method.route.spec);
        let context = context(contexts, &arrived, method)?;
        let (compressor, decompressor) = common.codecs(&route, &context);
        let parcel = match arrived.request.take() {
            None if !spec.kind.streams_requests() => {
                common.shared.look(|machine| only_request(machine, ticket))?
            }
            parcel => parcel,
        };
        let answering = Answering {
            shared: common.shared.clone(),
            call: ticket,
            context: context.clone(),
            limit: method.limit,
            compressor,
            decompressor,
        };
        let request = match parcel {
            // How long that takes is up to the host, and nobody else's calls wait for it.
            Some(parcel) if parcel.is_compressed => {
                common.spawn(route, answering, arrived.method, |answering| {
                    parcel.unpack(&answering.decompressor, answering.limit).map(Messages::One)
                });
                return Ok(());
            }
            Some(parcel) => Messages::One(parcel.unpack(&answering.decompressor, method.limit)?),
            None if spec.kind.streams_requests() => {
                let (shared, decompressor) = (common.shared.clone(), answering.decompressor.clone());
                Messages::Many(MessageStream::of(Requests::new(shared, ticket, decompressor, method.limit)))
            }
            // It comes in parts.
            None => {
                tokio::spawn(answering.run_when_complete(Arc::clone(&common.dispatch), route));
                return Ok(());
            }
        };
        if !(spec.kind == MethodKind::UnaryUnary && method.pace.is_quick()) {
            common.spawn(route, answering, arrived.method, |_| Ok(request));
            return Ok(());
        }
        let call = Call::new(spec, Side::Server, context, request);
        let mut serving = common.dispatch.dispatch(route, call);
        let first = Pin::new(&mut serving).poll(&mut TaskContext::from_waker(Waker::noop()));
        method.pace.learn(first.is_ready(), clock.since_last());
        match first {
            Poll::Ready(Ok(Messages::One(response))) => {
                drop(serving);
                contexts.give_back(answering.reply_one(response));
            }
            Poll::Ready(answer) => drop(tokio::spawn(async move { answering.reply(answer).await })),
            // It goes on in a task of its own.
            Poll::Pending => drop(tokio::spawn(answering.run(serving))),
        }
        Ok(())
    }
}

fn context(contexts: &mut Contexts, arrived: &Arrived, method: &Method) -> Result<Context, Status> {
    let metadata = match &arrived.metadata {
        None => Metadata::new(),
        Some(bytes) => metadata::decode(bytes)?,
    };
    let timeout = arrived.timeout.map(Duration::from_nanos).or(method.route.spec.timeout);
    Ok(contexts.received(metadata, timeout))
}

/// Asks for the time once a call, and not at its beginning and its end.
#[derive(Debug)]
struct Clock {
    /// When the first call of this turn began, if there was one.
    begun: Option<Instant>,
    last: Instant,
}

impl Clock {
    fn new() -> Self {
        Self { begun: None, last: Instant::now() }
    }

    fn start(&mut self) {
        self.last = Instant::now();
        self.begun.get_or_insert(self.last);
    }

    /// As of the last call that was looked at.
    fn since_begun(&self) -> Duration {
        self.begun.map_or(Duration::ZERO, |begun| self.last.saturating_duration_since(begun))
    }

    fn since_last(&mut self) -> Duration {
        let now = Instant::now();
        now.saturating_duration_since(std::mem::replace(&mut self.last, now))
    }
}

fn unknown(number: u32) -> Status {
    Status::unimplemented(format!("the plugin's table has no method {number}; call one that it has"))
}

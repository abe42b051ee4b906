use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::no_member::{NoMember, NoMemberReason};
use super::picker::Picker;
use crate::call::{Call, InUse, ResponseFuture};
use crate::rpc::Channel;
use crate::wire::Caller;

/// A plugin of a pool that nobody else is given. It goes back to the pool when this value is dropped.
///
/// It is one process for as long as it is held: where that ends, calls fail as [`Code::Unavailable`](crate::Code::Unavailable),
/// and another one does not take its place, because it would know nothing of what this one was told.
#[derive(Debug)]
pub struct PooledPlugin {
    line: Arc<Line>,
    _held: InUse,
}

impl PooledPlugin {
    /// Of a member that is taken already.
    pub(super) fn new(picker: Arc<Picker>, member: usize, channel: Channel, held: InUse) -> Self {
        let line = Line { picker, member, channel, is_back: AtomicBool::new(false) };
        Self { line: Arc::new(line), _held: held }
    }

    /// Where its calls go. Once it was given back they end with the source [`NoMember`].
    #[must_use]
    pub fn channel(&self) -> Channel {
        Channel::from_caller(Arc::<Line>::clone(&self.line))
    }

    /// Which member of the pool it is, from 0 on.
    #[must_use]
    pub fn member(&self) -> usize {
        self.line.member
    }

    /// Whether its process can still be called.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.line.channel.is_connected()
    }
}

impl Drop for PooledPlugin {
    fn drop(&mut self) {
        self.line.is_back.store(true, Ordering::SeqCst);
        self.line.picker.give_back(self.line.member);
    }
}

/// Where the calls of whoever has a plugin for himself go.
#[derive(Debug)]
struct Line {
    picker: Arc<Picker>,
    member: usize,
    channel: Channel,
    is_back: AtomicBool,
}

impl Caller for Line {
    fn call(&self, call: Call) -> ResponseFuture {
        match self.picker.begin(self.member, || self.is_back.load(Ordering::SeqCst)) {
            Some(in_use) => self.channel.forward_counted(call, in_use),
            None => {
                let error = NoMember::new(NoMemberReason::GivenBack, self.picker.states());
                Box::pin(std::future::ready(Err(error.status())))
            }
        }
    }

    fn is_connected(&self) -> bool {
        !self.is_back.load(Ordering::SeqCst) && self.channel.is_connected()
    }

    fn may_wait(&self) -> bool {
        self.channel.may_wait()
    }
}

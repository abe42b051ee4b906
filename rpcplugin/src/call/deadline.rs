use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::time::{Instant, Sleep};

use super::out_of_time;
use crate::contract::Status;

/// The end of a call's time, if it has one. Without one it costs nothing.
#[derive(Debug, Default)]
pub(crate) struct Deadline {
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Deadline {
    pub(crate) fn new(at: Option<Instant>) -> Self {
        Self { sleep: at.map(|at| Box::pin(tokio::time::sleep_until(at))) }
    }

    /// Ready once the time is up, and not before.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Status> {
        let Some(sleep) = &mut self.sleep else { return Poll::Pending };
        sleep.as_mut().poll(context).map(|()| out_of_time())
    }
}

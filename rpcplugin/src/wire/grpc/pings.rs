//! A peer that says nothing is asked for a sign of life, and whoever watches the connection judges the silence.

use std::time::Duration;

use h2::{Ping, PingPong};
use tokio::time::{Instant, Interval, MissedTickBehavior};

use crate::transport::KeepAlive;

/// The pings of a connection, if it sends any.
pub(super) struct Pings {
    asking: Option<(PingPong, Interval)>,
}

impl Pings {
    pub(super) fn new(pings: Option<PingPong>, keep_alive: Option<KeepAlive>) -> Self {
        let asking = pings.zip(keep_alive).map(|(pings, keep_alive)| (pings, every(keep_alive.interval())));
        Self { asking }
    }

    /// Waits until it is time to ask: for ever, where nobody is asked. Cancel-safe.
    pub(super) async fn due(&mut self) {
        match &mut self.asking {
            Some((_, interval)) => drop(interval.tick().await),
            None => std::future::pending().await,
        }
    }

    /// Asks. An answer is a sign of life as any other bytes are, so nobody waits for it here.
    pub(super) fn send(&mut self) {
        if let Some((pings, _)) = &mut self.asking {
            // The answer to the one before must have been taken, or there can be no other.
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            let _answer = pings.poll_pong(&mut context);
            // It fails while one is under way: then the peer has been asked.
            let _asked = pings.send_ping(Ping::opaque());
        }
    }
}

fn every(interval: Duration) -> Interval {
    let mut every = tokio::time::interval_at(Instant::now() + interval, interval);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    every
}

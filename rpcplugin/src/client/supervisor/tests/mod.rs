//! Supervision without processes: a plugin is a handler in this process, and the clock is the test's.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, and clippy's own exception does not reach its helpers"
)]

mod calls;
mod fake;
mod health;
mod restarts;

use std::sync::Arc;
use std::time::Duration;

use fake::{Fakes, Service, ServiceClient, World};

use super::gate::Gate;
use super::history::History;
use super::orders::Orderer;
use super::random::Random;
use super::run::Run;
use super::{DuringRestart, HealthCheck, RestartPolicy, Supervisor, SupervisorState};

const SECOND: Duration = Duration::from_secs(1);

/// How a test supervises.
struct Setup {
    policy: RestartPolicy,
    during_restart: DuringRestart,
    health: Option<HealthCheck>,
}

impl Default for Setup {
    fn default() -> Self {
        // A pause that a test can see.
        let policy = RestartPolicy::default().backoff(SECOND, 30 * SECOND);
        Self { policy, during_restart: DuringRestart::Wait, health: None }
    }
}

impl Setup {
    fn supervise(self, world: &Arc<World>) -> Supervisor {
        let gate = Arc::new(Gate::new(self.during_restart));
        let (orderer, orders) = Orderer::new();
        let run = Run {
            origin: Fakes(Arc::clone(world)),
            history: History::new(self.policy, Random::seeded(7)),
            gate: Arc::clone(&gate),
            orders,
            health: self.health,
            restarts: 0,
        };
        Supervisor::new(gate, orderer, run)
    }
}

fn client(supervisor: &Supervisor) -> ServiceClient {
    ServiceClient::new(supervisor.channel())
}

/// Lets everything happen that needs no time.
async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

/// Waits for a state, and says which one came.
async fn until(supervisor: &Supervisor, is_so: impl Fn(&SupervisorState) -> bool) -> SupervisorState {
    let mut states = supervisor.states();
    let state = tokio::time::timeout(3600 * SECOND, states.until(is_so)).await;
    state.unwrap_or_else(|_| panic!("it stays in {:?}", supervisor.state())).unwrap()
}

/// Waits until the plugin runs for the time after so many restarts.
async fn running(supervisor: &Supervisor, restarts: u64) {
    until(supervisor, |state| state.is_running() && state.restarts() == restarts).await;
}

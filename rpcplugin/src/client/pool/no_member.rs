use std::error::Error;
use std::fmt;
use std::time::Duration;

use crate::client::SupervisorState;
use crate::contract::{Code, Status};

/// Why no plugin of a pool was called. The call was not sent.
///
/// It is the source of a [`Status`], and found there with [`NoMember::of`].
///
/// # Examples
///
/// ```
/// use rpcplugin::{NoMember, NoMemberReason, Status};
///
/// fn is_busy(status: &Status) -> bool {
///     NoMember::of(status).is_some_and(|error| error.reason() == NoMemberReason::Taken)
/// }
/// # assert!(!is_busy(&Status::unavailable("lost")));
/// ```
#[derive(Clone, Debug)]
pub struct NoMember {
    reason: NoMemberReason,
    states: Vec<SupervisorState>,
    waited: Duration,
}

/// What stood in the way. See [`NoMember::reason`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoMemberReason {
    /// None runs, is healthy and has a connection.
    NoneHealthy,
    /// Those that could be called are taken: [`PluginPool::acquire`](crate::PluginPool::acquire).
    Taken,
    /// The plugin was given back to its pool, and its channel was used all the same.
    GivenBack,
    /// The pool is being stopped, or is gone.
    Stopped,
}

impl NoMember {
    pub(super) const fn new(reason: NoMemberReason, states: Vec<SupervisorState>) -> Self {
        Self { reason, states, waited: Duration::ZERO }
    }

    pub(super) fn after(self, waited: Duration) -> Self {
        Self { waited, ..self }
    }

    /// What a status says of it: `None` if the call ended for another reason.
    #[must_use]
    pub fn of(status: &Status) -> Option<&Self> {
        status.source()?.downcast_ref()
    }

    /// What stood in the way.
    #[must_use]
    pub const fn reason(&self) -> NoMemberReason {
        self.reason
    }

    /// What each member did, in their order.
    #[must_use]
    pub fn states(&self) -> &[SupervisorState] {
        &self.states
    }

    /// How long was waited for a member.
    #[must_use]
    pub const fn waited(&self) -> Duration {
        self.waited
    }

    /// Whether nothing changes unless somebody does something.
    pub(super) fn is_final(&self) -> bool {
        match self.reason {
            NoMemberReason::NoneHealthy => self.states.iter().all(SupervisorState::is_final),
            NoMemberReason::Taken => false,
            NoMemberReason::GivenBack | NoMemberReason::Stopped => true,
        }
    }

    /// The outcome of a call that was not sent. A caller that may try again hears another code than one for whom nothing will
    /// change.
    pub(super) fn status(self) -> Status {
        let code = if self.is_final() { Code::FailedPrecondition } else { Code::Unavailable };
        Status::new(code, format!("the call was not sent: {self}")).with_source(self)
    }

    /// The first member of which it is known why it is down.
    fn down(&self) -> Option<(usize, &SupervisorState)> {
        self.states.iter().enumerate().find(|(_member, state)| state.reason().is_some())
    }
}

impl fmt::Display for NoMember {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, waited) = (self.states.len(), self.waited);
        match self.reason {
            NoMemberReason::NoneHealthy => {
                write!(formatter, "of the {count} plugins of the pool none can be called, ")?;
                match self.is_final() {
                    true => formatter.write_str(
                        "and none is started again by itself; mend what is wrong and call `Supervisor::restart_now`",
                    )?,
                    false => write!(
                        formatter,
                        "after {waited:.1?}; call again later, or let calls wait longer with `member_timeout`"
                    )?,
                }
                match self.down() {
                    Some((member, state)) => match state.reason() {
                        Some(reason) => write!(formatter, "; member {member}: {reason}"),
                        None => Ok(()),
                    },
                    None => Ok(()),
                }
            }
            NoMemberReason::Taken => write!(
                formatter,
                "of the {count} plugins of the pool those that could be called are taken, after {waited:.1?}; give some back, \
                 or make the pool larger"
            ),
            NoMemberReason::GivenBack => formatter.write_str(
                "the plugin was given back to its pool; keep what `acquire` returned for as long as it is called",
            ),
            NoMemberReason::Stopped => {
                formatter.write_str("the pool was stopped by its host; make a new one to call its plugins")
            }
        }
    }
}

impl Error for NoMember {
    /// Why one of them is down.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let (_member, state) = self.down()?;
        state.reason().map(|reason| -> &(dyn Error + 'static) { reason })
    }
}

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::sync::oneshot;

use super::ServerLimits;
use super::counts::{Connections, Ledger};
use crate::call::Peer;
use crate::contract::Status;
use crate::limits::NEWCOMER_SILENCE;
use crate::transport::{Hearing, SocketGroup};

/// The user of the machine who may always connect: nothing could be kept from him.
const ROOT: u32 = 0;

/// Who may come in, and who must go to make room.
///
/// A connection is a newcomer until the first call comes on it. That a peer has sent some bytes proves nothing: a stranger
/// can send them as well. So newcomers compete among themselves only, and the latest always gets in.
#[derive(Debug)]
pub(super) struct Door {
    connections_max: usize,
    newcomers_max: usize,
    /// The only user whose connections are served on a unix socket, if that is asked for.
    user: Option<u32>,
    /// Whose members are served as well.
    group: Option<SocketGroup>,
    inside: Mutex<Inside>,
    connections: Connections,
}

#[derive(Debug, Default)]
struct Inside {
    /// By their numbers, so the oldest one is first.
    newcomers: BTreeMap<u64, Newcomer>,
    serving: usize,
    next: u64,
}

#[derive(Debug)]
struct Newcomer {
    /// Whether it has sent a byte.
    hearing: Hearing,
    /// Whether it has begun to speak.
    spoken: Spoken,
    leave: oneshot::Sender<()>,
}

/// Whether the bytes with which a wire begins have come in full. Clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Spoken {
    opening: Arc<AtomicBool>,
}

impl Spoken {
    /// They have come.
    pub(super) fn begin(&self) {
        self.opening.store(true, Ordering::Relaxed);
    }

    fn yet(&self) -> bool {
        self.opening.load(Ordering::Relaxed)
    }
}

impl Door {
    pub(super) fn new(
        limits: &ServerLimits,
        user: Option<u32>,
        group: Option<SocketGroup>,
        connections: Connections,
    ) -> Self {
        Self {
            connections_max: limits.connections_max,
            newcomers_max: limits.newcomers_max,
            user,
            group,
            inside: Mutex::default(),
            connections,
        }
    }

    pub(super) fn ledger(&self) -> &Ledger {
        &self.connections.ledger
    }

    /// Lets a peer in, if it may come at all. Another newcomer may have to leave for it.
    pub(super) fn enter(self: &Arc<Self>, peer: &Peer, hearing: Hearing) -> Option<(Guest, Displaced)> {
        self.ledger().accepted.fetch_add(1, Ordering::Relaxed);
        if self.is_of_another_user(peer) {
            if let Some(left_out) = self.ledger().other_user.happened() {
                tracing::warn!(%peer, left_out, "refused a connection of another user");
            }
            return None;
        }
        let (leave, left) = oneshot::channel();
        let spoken = Spoken::default();
        let mut inside = self.inside();
        let displaced = inside.newcomers.len() >= self.newcomers_max && inside.displace();
        let number = inside.next;
        inside.next += 1;
        inside.newcomers.insert(number, Newcomer { hearing: hearing.clone(), spoken: spoken.clone(), leave });
        self.show(&inside);
        drop(inside);
        if displaced {
            let limit = self.newcomers_max;
            if let Some(left_out) = self.ledger().displaced.happened() {
                tracing::warn!(
                    limit,
                    left_out,
                    "closed a connection without a call to make room for a new one"
                );
            }
        }
        let door = Arc::clone(self);
        Some((Guest { door, number, hearing, spoken, has_place: OnceLock::new() }, Displaced { left }))
    }

    /// Has a newcomer leave that does not speak yet, because there are no descriptors left. The one that has called nobody
    /// yet but speaks it may stay.
    pub(super) fn displace_silent(&self) -> bool {
        let displaced = self.inside().displace_silent();
        if displaced && let Some(left_out) = self.ledger().displaced.happened() {
            tracing::warn!(left_out, "closed a silent connection to get a file descriptor back");
        }
        displaced
    }

    fn is_of_another_user(&self, peer: &Peer) -> bool {
        match (self.user, peer.credentials()) {
            (Some(user), Some(credentials)) => {
                let is_member = || self.group.is_some_and(|group| group.lets_in(&credentials));
                ![user, ROOT].contains(&credentials.user_id) && !is_member()
            }
            _ => false,
        }
    }

    /// A newcomer has called: it gets a place if there is one.
    fn seat(&self, number: u64) -> bool {
        let mut inside = self.inside();
        if !inside.newcomers.contains_key(&number) {
            // It was told to leave a moment ago.
            return false;
        }
        if inside.serving < self.connections_max {
            inside.newcomers.remove(&number);
            inside.serving += 1;
            self.show(&inside);
            return true;
        }
        drop(inside);
        if let Some(left_out) = self.ledger().over_limit.happened() {
            tracing::warn!(
                limit = self.connections_max,
                left_out,
                "refused a connection: all places are taken"
            );
        }
        false
    }

    fn leave(&self, number: u64, has_place: bool) {
        let mut inside = self.inside();
        if has_place {
            inside.serving = inside.serving.saturating_sub(1);
        } else {
            inside.newcomers.remove(&number);
        }
        self.show(&inside);
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn show(&self, inside: &Inside) {
        let number = |number| u64::try_from(number).unwrap_or(u64::MAX);
        self.ledger().newcomers.store(number(inside.newcomers.len()), Ordering::Relaxed);
        self.ledger().serving.store(number(inside.serving), Ordering::Relaxed);
    }
}

impl Inside {
    /// Somebody leaves: the oldest newcomer that does not speak yet, and where all of them do, the oldest.
    fn displace(&mut self) -> bool {
        self.displace_silent() || self.newcomers.pop_first().is_some_and(|(_, newcomer)| newcomer.go())
    }

    /// Who is in the middle of a TLS handshake leaves after those who have sent nothing at all.
    fn displace_silent(&mut self) -> bool {
        let oldest = |is_meant: fn(&Newcomer) -> bool| {
            let found = self.newcomers.iter().find(|(_, newcomer)| is_meant(newcomer));
            found.map(|(number, _)| *number)
        };
        let silent = oldest(Newcomer::has_sent_nothing);
        let silent = silent.or_else(|| oldest(|newcomer| !newcomer.spoken.yet()));
        silent.and_then(|number| self.newcomers.remove(&number)).is_some_and(Newcomer::go)
    }
}

impl Newcomer {
    /// One that has only just come may have sent what was not read yet.
    fn has_sent_nothing(&self) -> bool {
        !self.hearing.has_spoken() && self.hearing.last().elapsed() >= NEWCOMER_SILENCE
    }

    /// Whether somebody was there to be told.
    fn go(self) -> bool {
        self.leave.send(()).is_ok()
    }
}

/// A connection that was let in. It has left when the value is dropped.
#[derive(Debug)]
pub(super) struct Guest {
    door: Arc<Door>,
    number: u64,
    hearing: Hearing,
    spoken: Spoken,
    has_place: OnceLock<bool>,
}

impl Guest {
    /// What is heard of the peer.
    pub(super) fn hearing(&self) -> Hearing {
        self.hearing.clone()
    }

    /// Is to be told when the peer begins to speak.
    pub(super) fn spoken(&self) -> Spoken {
        self.spoken.clone()
    }

    /// Whether a call of this peer may be answered. The first one decides for all.
    pub(super) fn admit(&self) -> Result<(), Status> {
        match self.has_place.get_or_init(|| self.door.seat(self.number)) {
            true => Ok(()),
            false => Err(Status::resource_exhausted(format!(
                "the plugin serves {} connections at once, and has as many; close one of them",
                self.door.connections_max
            ))),
        }
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.door.leave(self.number, self.has_place.get().copied().unwrap_or_default());
    }
}

/// The order to leave, if it ever comes.
#[derive(Debug)]
pub(super) struct Displaced {
    left: oneshot::Receiver<()>,
}

impl Displaced {
    /// Waits until the connection must go.
    pub(super) async fn happened(self) {
        if self.left.await.is_err() {
            // The peer has called: it can be displaced no more.
            std::future::pending().await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::UnixCredentials;
    use crate::contract::Code;
    use crate::limits::CONNECTIONS_DEFAULT;

    fn door(connections: usize, newcomers: usize, user: Option<u32>) -> Arc<Door> {
        let limits = ServerLimits::new().connections_max(connections).newcomers_max(newcomers);
        Arc::new(Door::new(&limits, user, None, Connections::default()))
    }

    fn user(user: u32) -> Peer {
        Peer::unix(Some(UnixCredentials::new(user, user, Some(1))))
    }

    fn enter(door: &Arc<Door>) -> (Guest, Displaced) {
        door.enter(&user(1000), Hearing::new()).unwrap()
    }

    fn is_let_in(door: &Arc<Door>, peer: &Peer) -> bool {
        door.enter(peer, Hearing::new()).is_some()
    }

    /// Whether the order to leave has come.
    fn must_leave(displaced: &mut Displaced) -> bool {
        matches!(displaced.left.try_recv(), Ok(()))
    }

    #[test]
    fn only_the_own_user_and_root_come_in() {
        let own = door(1, 10, Some(1000));
        assert!(is_let_in(&own, &user(1000)));
        assert!(is_let_in(&own, &user(0)));
        assert!(!is_let_in(&own, &user(1001)));
        assert_eq!(own.connections.counts().other_user, 1);
        // Where the system does not say who it is, there is nothing to compare.
        assert!(is_let_in(&own, &Peer::memory()));
        assert!(is_let_in(&door(1, 10, None), &user(1001)));
    }

    #[tokio::test]
    async fn a_member_of_the_group_comes_in_and_nobody_else() {
        let group = SocketGroup::find("1001").await.unwrap();
        let limits = ServerLimits::new();
        let door = Arc::new(Door::new(&limits, Some(1000), Some(group), Connections::default()));
        assert!(is_let_in(&door, &user(1000)));
        assert!(is_let_in(&door, &user(1001)));
        assert!(!is_let_in(&door, &user(1002)));
    }

    #[test]
    fn the_oldest_that_has_said_nothing_leaves_first() {
        let door = door(CONNECTIONS_DEFAULT, 3, None);
        let (mut first, mut second, mut third) = (enter(&door), enter(&door), enter(&door));
        first.0.spoken().begin();
        let mut fourth = enter(&door);
        assert_eq!((must_leave(&mut first.1), must_leave(&mut second.1)), (false, true));
        third.0.spoken().begin();
        fourth.0.spoken().begin();
        let mut fifth = enter(&door);
        assert!(must_leave(&mut first.1), "all have spoken: the oldest leaves");
        assert!(![&mut third, &mut fourth, &mut fifth].into_iter().any(|guest| must_leave(&mut guest.1)));
        assert_eq!(door.connections.counts().displaced, 2);
        assert_eq!(door.connections.counts().newcomers, 3);
    }

    #[test]
    fn who_has_called_never_has_to_leave() {
        let door = door(2, 1, None);
        let mut caller = enter(&door);
        caller.0.admit().unwrap();
        let mut next = enter(&door);
        let _last = enter(&door);
        assert!(!must_leave(&mut caller.1));
        assert!(must_leave(&mut next.1));
        // Somebody who was told to leave gets no place any more, and is not counted as one too many.
        assert_eq!(next.0.admit().unwrap_err().code(), Code::ResourceExhausted);
        assert_eq!(door.connections.counts().over_limit, 0);
    }

    #[test]
    fn places_are_given_back_and_the_first_call_decides() {
        let door = door(1, 10, None);
        let (first, second) = (enter(&door), enter(&door));
        first.0.admit().unwrap();
        first.0.admit().unwrap();
        assert_eq!(second.0.admit().unwrap_err().code(), Code::ResourceExhausted);
        drop(first);
        second.0.admit().unwrap_err();
        enter(&door).0.admit().unwrap();
        assert_eq!(door.connections.counts().over_limit, 1);
        drop(second);
        let counts = door.connections.counts();
        assert_eq!((counts.newcomers, counts.serving), (0, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn a_want_of_descriptors_costs_those_first_who_have_sent_nothing() {
        let door = door(1, 10, None);
        let (mut begun, mut silent) = (enter(&door), enter(&door));
        begun.0.hearing().something();
        tokio::time::advance(NEWCOMER_SILENCE).await;
        // Both of these have only just come, whether they have sent something or not.
        let (mut next, mut last) = (enter(&door), enter(&door));
        last.0.hearing().something();
        for leaves in 0..4 {
            assert!(door.displace_silent());
            let all = [&mut silent, &mut begun, &mut next, &mut last];
            let left = all.map(|newcomer| must_leave(&mut newcomer.1));
            assert!(
                left.into_iter().enumerate().all(|(number, left)| left == (number == leaves)),
                "{left:?}"
            );
        }
        assert!(!door.displace_silent());
    }

    #[test]
    fn a_want_of_descriptors_costs_nobody_his_place_who_speaks() {
        let door = door(1, 10, None);
        let (mut first, mut second) = (enter(&door), enter(&door));
        first.0.spoken().begin();
        assert!(door.displace_silent());
        assert!(!door.displace_silent());
        assert_eq!((must_leave(&mut first.1), must_leave(&mut second.1)), (false, true));
    }
}

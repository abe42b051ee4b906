//! What is known of one connection's further services. Pure: what the other side says goes in, what is to be said comes out.

use std::collections::{BTreeMap, VecDeque};

use super::place::Place;
use crate::limits::{BROKER_ANNOUNCED_MAX, BROKER_UNSENT_MAX};
use crate::services::plugin::ConnInfo;

/// Something that the other side serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Announced {
    pub(super) place: Place,
    /// When it came, counted in announcements.
    pub(super) turn: u64,
}

/// How far the stream is on which both sides say what they serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stream {
    /// It may still come, or come again.
    Awaited,
    Open,
    /// The other side does not know it.
    Unsupported,
    /// The connection has ended.
    Over,
}

/// What was served is served already, or cannot be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotServed {
    Taken,
    /// So much is unsaid already.
    Unsent,
}

/// See the page.
#[derive(Debug)]
pub(super) struct State {
    stream: Stream,
    /// Whether streams share the connection: a peer of another library is told of nothing then.
    is_shared: bool,
    /// Whether the other side knows the word that something is served no more.
    takes_withdrawals: bool,
    announced: BTreeMap<u32, Announced>,
    announcements: u64,
    /// What this side serves; `None` until it listens.
    served: BTreeMap<u32, Option<ConnInfo>>,
    outgoing: VecDeque<ConnInfo>,
}

impl State {
    pub(super) const fn new(is_shared: bool) -> Self {
        Self {
            stream: Stream::Awaited,
            is_shared,
            takes_withdrawals: false,
            announced: BTreeMap::new(),
            announcements: 0,
            served: BTreeMap::new(),
            outgoing: VecDeque::new(),
        }
    }

    pub(super) const fn stream(&self) -> Stream {
        self.stream
    }

    /// Whether the connection has ended.
    pub(super) fn is_over(&self) -> bool {
        self.stream == Stream::Over
    }

    /// The stream has begun. Whoever opens it anew has forgotten what was said on the one before.
    pub(super) fn open(&mut self) {
        if self.is_over() {
            return;
        }
        self.stream = Stream::Open;
        self.announced.clear();
        // Somebody waits for the answer to a knock.
        self.outgoing.retain(|info| info.knock.is_some());
        self.announce_all();
    }

    /// The other side has said that it is one of this crate, and learns that this one is.
    pub(super) fn say_so_too(&mut self) {
        self.know();
        // Nobody serves anything under no number.
        self.outgoing.push_front(ConnInfo::default());
    }

    /// The stream has ended, and may come again.
    pub(super) fn lose(&mut self) {
        if !self.is_over() {
            self.stream = Stream::Awaited;
            self.announced.clear();
        }
    }

    /// The other side does not know the stream.
    pub(super) fn refuse(&mut self) {
        if !self.is_over() {
            self.stream = Stream::Unsupported;
        }
    }

    /// The connection has ended.
    pub(super) fn end(&mut self) {
        self.stream = Stream::Over;
        self.announced.clear();
        self.outgoing.clear();
    }

    /// Takes what the other side says.
    pub(super) fn hear(&mut self, info: ConnInfo) {
        let ConnInfo { service_id, network, address, knock } = info;
        if knock.is_some() {
            return tracing::debug!(
                id = service_id,
                "the other side knocked, and no streams share the connection; ignored"
            );
        }
        if network.is_empty() && address.is_empty() {
            // Who knows the word takes it.
            self.know();
            self.announced.remove(&service_id);
            return;
        }
        let place = Place::said(&network, &address, self.is_shared);
        self.announcements += 1;
        self.announced.insert(service_id, Announced { place, turn: self.announcements });
        if self.announced.len() > BROKER_ANNOUNCED_MAX {
            let oldest = self.announced.iter().min_by_key(|(_, announced)| announced.turn);
            if let Some(id) = oldest.map(|(id, _)| *id) {
                self.announced.remove(&id);
            }
        }
    }

    /// What the other side serves under a number.
    pub(super) fn find(&self, id: u32) -> Option<&Announced> {
        self.announced.get(&id)
    }

    /// Forgets what cannot be called, unless it was said anew.
    pub(super) fn forget(&mut self, id: u32, turn: u64) {
        if self.announced.get(&id).is_some_and(|announced| announced.turn == turn) {
            self.announced.remove(&id);
        }
    }

    /// Takes a number for something that is about to be served.
    pub(super) fn reserve(&mut self, id: u32) -> Result<(), NotServed> {
        if self.served.contains_key(&id) {
            return Err(NotServed::Taken);
        }
        if self.outgoing.len() >= BROKER_UNSENT_MAX {
            return Err(NotServed::Unsent);
        }
        self.served.insert(id, None);
        Ok(())
    }

    /// It is served here from now on.
    pub(super) fn announce(&mut self, info: ConnInfo) {
        if self.tells() {
            self.outgoing.push_back(info.clone());
        }
        self.served.insert(info.service_id, Some(info));
    }

    /// Whether the other side is told what is served here.
    const fn tells(&self) -> bool {
        !self.is_shared || self.takes_withdrawals
    }

    fn announce_all(&mut self) {
        if self.tells() {
            self.outgoing.extend(self.served.values().flatten().cloned());
        }
    }

    /// The other side is one of this crate.
    fn know(&mut self) {
        let told_before = self.tells();
        self.takes_withdrawals = true;
        if !told_before {
            self.announce_all();
        }
    }

    /// Whether the other side has said that it is one of this crate.
    pub(super) const fn is_ours(&self) -> bool {
        self.takes_withdrawals
    }

    /// Whether more can be said: not where the other side takes nothing.
    pub(super) fn has_room(&self) -> bool {
        !self.is_over() && self.outgoing.len() < BROKER_UNSENT_MAX
    }

    /// Says something else, if there is room.
    pub(super) fn say(&mut self, info: ConnInfo) {
        if self.has_room() {
            self.outgoing.push_back(info);
        }
    }

    /// It is served no more, and the number is free.
    pub(super) fn withdraw(&mut self, id: u32) {
        let Some(Some(_announced)) = self.served.remove(&id) else { return };
        // What was not said need not be taken back.
        let unsaid = self.outgoing.iter().rposition(|info| info.service_id == id && is_announcement(info));
        match unsaid {
            Some(position) => drop(self.outgoing.remove(position)),
            None if self.takes_withdrawals && self.outgoing.len() < BROKER_UNSENT_MAX => {
                self.outgoing.push_back(ConnInfo { service_id: id, ..ConnInfo::default() });
            }
            // It finds out when it calls.
            None => {}
        }
    }

    /// What is to be said next.
    pub(super) fn next_outgoing(&mut self) -> Option<ConnInfo> {
        self.outgoing.pop_front()
    }

    /// Everything that is kept, as a number.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.announced.len() + self.served.len() + self.outgoing.len()
    }
}

/// Whether it says that something is served. A knock may have the same number: those of the other side are others.
fn is_announcement(info: &ConnInfo) -> bool {
    info.knock.is_none() && !info.network.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::broker::place::SHARED;
    use crate::services::plugin::conn_info::Knock;
    use crate::transport::Address;

    fn at(id: u32, path: &str) -> ConnInfo {
        ConnInfo { service_id: id, network: "unix".to_owned(), address: path.to_owned(), knock: None }
    }

    fn unix(path: &str) -> Place {
        Place::Known(Address::Unix(path.into()))
    }

    fn place(state: &State, id: u32) -> Option<Place> {
        state.find(id).map(|announced| announced.place.clone())
    }

    #[test]
    fn what_is_announced_is_known_until_it_is_withdrawn_or_announced_anew() {
        let mut state = State::new(false);
        state.open();
        state.hear(at(7, "/a"));
        assert_eq!(place(&state, 7), Some(unix("/a")));
        assert_eq!(place(&state, 8), None);
        state.hear(at(7, "/b"));
        assert_eq!(place(&state, 7), Some(unix("/b")));
        state.hear(ConnInfo { service_id: 7, ..ConnInfo::default() });
        assert_eq!(place(&state, 7), None);
        // Who withdraws what nobody knows does no harm.
        state.hear(ConnInfo { service_id: 9, ..ConnInfo::default() });
        assert_eq!(state.kept(), 0);
    }

    #[test]
    fn the_oldest_announcement_makes_room_for_the_newest() {
        let mut state = State::new(false);
        let max = u32::try_from(BROKER_ANNOUNCED_MAX).unwrap();
        for id in (0..=max).rev() {
            state.hear(at(id, "/a"));
        }
        assert_eq!(state.kept(), BROKER_ANNOUNCED_MAX);
        assert_eq!((place(&state, max), place(&state, 0)), (None, Some(unix("/a"))));
    }

    #[test]
    fn only_the_announcement_that_was_tried_is_forgotten() {
        let mut state = State::new(false);
        state.hear(at(1, "/old"));
        let tried = state.find(1).unwrap().turn;
        state.hear(at(1, "/new"));
        state.forget(1, tried);
        assert_eq!(place(&state, 1), Some(unix("/new")));
        let tried = state.find(1).unwrap().turn;
        state.forget(1, tried);
        assert_eq!(place(&state, 1), None);
    }

    #[test]
    fn a_number_is_taken_once_and_free_again_afterwards() {
        let mut state = State::new(false);
        state.reserve(3).unwrap();
        assert_eq!(state.reserve(3), Err(NotServed::Taken));
        state.withdraw(3);
        state.reserve(3).unwrap();
        state.announce(at(3, "/a"));
        assert_eq!(state.reserve(3), Err(NotServed::Taken));
    }

    #[test]
    fn what_is_served_is_said_to_whoever_opens_the_stream_and_again_to_the_next() {
        let mut state = State::new(false);
        for id in [1, 2] {
            state.reserve(id).unwrap();
            state.announce(at(id, "/a"));
        }
        state.open();
        assert_eq!(state.next_outgoing(), Some(at(1, "/a")));
        assert_eq!(state.next_outgoing(), Some(at(2, "/a")));
        assert_eq!(state.next_outgoing(), None);
        state.withdraw(1);
        state.lose();
        state.open();
        assert_eq!(state.next_outgoing(), Some(at(2, "/a")));
        assert_eq!(state.next_outgoing(), None);
    }

    #[test]
    fn a_withdrawal_is_said_to_those_alone_who_know_it_and_only_where_something_was_said() {
        let withdrawal = ConnInfo { service_id: 1, ..ConnInfo::default() };
        for knows in [false, true] {
            for was_said in [false, true] {
                let mut state = State::new(false);
                state.open();
                if knows {
                    state.hear(ConnInfo::default());
                }
                state.reserve(1).unwrap();
                state.announce(at(1, "/a"));
                if was_said {
                    state.next_outgoing().unwrap();
                }
                state.withdraw(1);
                let said = state.next_outgoing();
                assert_eq!(said, (knows && was_said).then(|| withdrawal.clone()), "{knows} {was_said}");
                assert_eq!(state.kept(), 0);
            }
        }
    }

    #[test]
    fn two_sides_of_this_crate_know_each_other_by_the_first_word() {
        let (mut host, mut plugin) = (State::new(false), State::new(false));
        plugin.open();
        plugin.say_so_too();
        host.hear(plugin.next_outgoing().unwrap());
        assert!(host.takes_withdrawals && plugin.takes_withdrawals);
        assert_eq!(host.kept() + plugin.kept(), 0);
    }

    #[test]
    fn where_streams_share_the_connection_a_peer_is_told_once_it_is_known_to_be_one_of_this_crate() {
        let shared = ConnInfo { network: SHARED.to_owned(), ..at(1, "") };
        let mut state = State::new(true);
        state.open();
        state.reserve(1).unwrap();
        state.announce(shared.clone());
        assert_eq!(state.next_outgoing(), None);
        state.hear(ConnInfo::default());
        assert_eq!(state.next_outgoing(), Some(shared.clone()));
        state.hear(ConnInfo::default());
        assert_eq!(state.next_outgoing(), None);
        state.hear(shared.clone());
        assert_eq!(place(&state, 1), Some(Place::Shared));
        // Elsewhere it is no place.
        let mut state = State::new(false);
        state.hear(shared);
        assert!(matches!(place(&state, 1), Some(Place::Unusable { .. })));
    }

    #[test]
    fn a_peer_that_takes_nothing_costs_no_memory_without_end() {
        let mut state = State::new(false);
        state.open();
        state.hear(ConnInfo::default());
        for id in 0.. {
            if state.reserve(id) == Err(NotServed::Unsent) {
                break;
            }
            state.announce(at(id, "/a"));
        }
        assert_eq!(state.outgoing.len(), BROKER_UNSENT_MAX);
        state.next_outgoing().unwrap();
        state.reserve(u32::MAX).unwrap();
    }

    #[test]
    fn a_withdrawal_takes_no_knock_and_no_answer_back() {
        let knock = |ack| {
            let knock = Knock { knock: true, ack, ..Knock::default() };
            ConnInfo { service_id: 1, knock: Some(knock), ..ConnInfo::default() }
        };
        let shared = ConnInfo { network: SHARED.to_owned(), ..at(1, "") };
        for was_said in [false, true] {
            let mut state = State::new(true);
            state.open();
            state.hear(ConnInfo::default());
            state.reserve(1).unwrap();
            state.announce(shared.clone());
            if was_said {
                assert_eq!(state.next_outgoing(), Some(shared.clone()));
            }
            state.say(knock(false));
            state.say(knock(true));
            state.withdraw(1);
            assert_eq!(state.next_outgoing(), Some(knock(false)));
            assert_eq!(state.next_outgoing(), Some(knock(true)));
            let withdrawal = ConnInfo { service_id: 1, ..ConnInfo::default() };
            assert_eq!(state.next_outgoing(), was_said.then_some(withdrawal));
        }
    }

    #[test]
    fn an_end_is_final() {
        let mut state = State::new(false);
        state.hear(at(1, "/a"));
        state.end();
        for again in [State::open, State::lose, State::refuse] {
            again(&mut state);
            assert!(state.is_over());
        }
        assert_eq!(state.kept(), 0);
    }
}

//! What is to happen to the bytes of a connection, and how many have passed. Pure: no clock and no stream.

use std::collections::BTreeSet;
use std::task::Waker;
use std::time::Duration;

/// Bytes go one way or the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// From the client to the handlers.
    Requests,
    /// From the handlers to the client.
    Responses,
}

impl Direction {
    pub(super) const fn opposite(self) -> Self {
        match self {
            Self::Requests => Self::Responses,
            Self::Responses => Self::Requests,
        }
    }
}

/// Both directions of one connection.
#[derive(Debug, Default)]
pub(super) struct State {
    requests: LaneState,
    responses: LaneState,
    is_cut: bool,
}

/// One direction.
#[derive(Debug, Default)]
pub(super) struct LaneState {
    pub(super) passed: u64,
    pub(super) splits: BTreeSet<u64>,
    pub(super) piece_bytes_max: Option<usize>,
    pub(super) delay: Duration,
    pub(super) stalled_at: Option<u64>,
    pub(super) closed_at: Option<u64>,
    pub(super) cut_at: Option<u64>,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

/// What whoever reads may have now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// At most so many bytes.
    Give { bytes: usize },
    /// Nothing, until something changes.
    Stalled,
    /// The end of this direction.
    Ended,
    /// The loss of the connection.
    Cut,
}

impl State {
    pub(super) const fn lane(&mut self, direction: Direction) -> &mut LaneState {
        match direction {
            Direction::Requests => &mut self.requests,
            Direction::Responses => &mut self.responses,
        }
    }

    pub(super) const fn is_cut(&self) -> bool {
        self.is_cut
    }

    pub(super) fn verdict(&mut self, direction: Direction) -> Verdict {
        if self.is_cut { Verdict::Cut } else { self.lane(direction).verdict() }
    }

    /// Bytes were given to whoever reads. The last before a cut takes the connection with it.
    pub(super) fn pass(&mut self, direction: Direction, bytes: usize) {
        let lane = self.lane(direction);
        lane.passed = lane.passed.saturating_add(bytes.try_into().unwrap_or(u64::MAX));
        if lane.cut_at.is_some_and(|at| lane.passed >= at) {
            self.cut();
        }
    }

    pub(super) fn cut(&mut self) {
        self.is_cut = true;
        self.wake();
    }

    /// Everybody who waits looks again: what is to happen has changed.
    pub(super) fn wake(&mut self) {
        for lane in [&mut self.requests, &mut self.responses] {
            lane.reader.take().into_iter().chain(lane.writer.take()).for_each(Waker::wake);
        }
    }

    pub(super) fn reader_waits(&mut self, direction: Direction, waker: &Waker) {
        self.lane(direction).reader = Some(waker.clone());
    }

    pub(super) fn writer_waits(&mut self, direction: Direction, waker: &Waker) {
        self.lane(direction).writer = Some(waker.clone());
    }
}

impl LaneState {
    pub(super) fn is_closed(&self) -> bool {
        self.closed_at.is_some_and(|at| self.passed >= at)
    }

    fn verdict(&self) -> Verdict {
        if self.is_closed() {
            return Verdict::Ended;
        }
        let split = self.splits.range(self.passed.saturating_add(1)..).next().copied();
        let stops = [split, self.stalled_at, self.closed_at, self.cut_at];
        let stop = stops.into_iter().flatten().min();
        let room = stop.map_or(usize::MAX, |stop| {
            usize::try_from(stop.saturating_sub(self.passed)).unwrap_or(usize::MAX)
        });
        match room.min(self.piece_bytes_max.unwrap_or(usize::MAX)) {
            0 => Verdict::Stalled,
            bytes => Verdict::Give { bytes },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANE: Direction = Direction::Requests;

    #[test]
    fn a_read_ends_where_the_next_thing_happens() {
        let mut state = State::default();
        assert_eq!(state.verdict(LANE), Verdict::Give { bytes: usize::MAX });
        state.lane(LANE).splits.extend([3, 7]);
        assert_eq!(state.verdict(LANE), Verdict::Give { bytes: 3 });
        state.pass(LANE, 3);
        assert_eq!(state.verdict(LANE), Verdict::Give { bytes: 4 });
        state.lane(LANE).piece_bytes_max = Some(1);
        assert_eq!(state.verdict(LANE), Verdict::Give { bytes: 1 });
        state.lane(LANE).stalled_at = Some(3);
        assert_eq!(state.verdict(LANE), Verdict::Stalled);
        state.lane(LANE).closed_at = Some(3);
        assert_eq!(state.verdict(LANE), Verdict::Ended);
        assert_eq!(state.verdict(LANE.opposite()), Verdict::Give { bytes: usize::MAX });
    }

    #[test]
    fn the_last_byte_before_a_cut_takes_both_directions() {
        let mut state = State::default();
        state.lane(LANE).cut_at = Some(2);
        state.pass(LANE, 1);
        assert_eq!(state.verdict(LANE), Verdict::Give { bytes: 1 });
        state.pass(LANE, 1);
        assert_eq!(state.verdict(LANE), Verdict::Cut);
        assert_eq!(state.verdict(LANE.opposite()), Verdict::Cut);
    }
}

/// Which member of a pool a call goes to, of those that may be called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PoolStrategy {
    /// The one whose turn it is: each gets as many calls as the others.
    #[default]
    RoundRobin,
    /// One with the fewest calls under way, in turn where several have as many: for calls that take very different times.
    LeastLoaded,
}

impl PoolStrategy {
    /// Chooses one of `count` members, beginning with `first`, whose turn it is. `load` says how many calls a member has, `None`
    /// if it may not be called.
    pub(super) fn choose(
        self,
        count: usize,
        first: usize,
        load: impl Fn(usize) -> Option<usize>,
    ) -> Option<usize> {
        let mut members = (first..count).chain(0..first.min(count));
        match self {
            Self::RoundRobin => members.find(|member| load(*member).is_some()),
            Self::LeastLoaded => {
                let loads = members.filter_map(|member| Some((member, load(member)?)));
                loads.min_by_key(|(_member, load)| *load).map(|(member, _load)| member)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who is chosen one after another, where nothing changes but the turn.
    fn chosen(strategy: PoolStrategy, loads: &[Option<usize>]) -> Vec<Option<usize>> {
        let mut first = 0;
        let turns = (0..6).map(|_| {
            let chosen = strategy.choose(loads.len(), first, |member| loads[member]);
            first = chosen.map_or(first, |member| (member + 1) % loads.len());
            chosen
        });
        turns.collect()
    }

    #[test]
    fn each_has_its_turn_and_the_neighbour_of_one_that_is_down_has_no_more_than_others() {
        let members = |members: [usize; 6]| members.map(Some).to_vec();
        assert_eq!(
            chosen(PoolStrategy::RoundRobin, &[Some(9), Some(0), Some(3)]),
            members([0, 1, 2, 0, 1, 2])
        );
        assert_eq!(chosen(PoolStrategy::RoundRobin, &[Some(0), None, Some(0)]), members([0, 2, 0, 2, 0, 2]));
        assert_eq!(
            chosen(PoolStrategy::LeastLoaded, &[Some(1), Some(2), Some(1)]),
            members([0, 2, 0, 2, 0, 2])
        );
        assert_eq!(chosen(PoolStrategy::LeastLoaded, &[None, Some(7), None]), members([1; 6]));
    }

    #[test]
    fn where_nobody_may_be_called_nobody_is() {
        for strategy in [PoolStrategy::RoundRobin, PoolStrategy::LeastLoaded] {
            assert_eq!(strategy.choose(3, 2, |_| None), None);
            assert_eq!(strategy.choose(0, 0, |_| Some(0)), None);
            assert_eq!(strategy.choose(2, 5, Some), Some(0), "a turn that nobody has");
        }
    }
}

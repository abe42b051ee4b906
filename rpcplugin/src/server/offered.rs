use std::collections::BTreeMap;
use std::fmt;

use super::ServeError;
use super::call_limits::CallLimits;
use crate::rpc::{Router, RouterError};

/// Which services are for which version of the contract.
#[derive(Debug)]
pub(super) struct VersionSets {
    /// The services for every version that has none of its own.
    pub(super) common: Result<Router, RouterError>,
    /// The versions of the common services; `None` unless the user has said.
    pub(super) versions: Option<Vec<u32>>,
    own: BTreeMap<u32, Router>,
    /// What stands around the services of every version.
    pub(super) limits: CallLimits,
}

impl VersionSets {
    pub(super) fn new() -> Self {
        Self {
            common: Ok(Router::new()),
            versions: None,
            own: BTreeMap::new(),
            limits: CallLimits::default(),
        }
    }

    /// Gives a version services of its own.
    pub(super) fn add(&mut self, version: u32, services: Router) {
        self.own.insert(version, services);
    }

    /// The services by version, each set with what every plugin offers.
    pub(super) fn offered(
        self,
        complete: impl Fn(Router) -> Result<Router, RouterError>,
    ) -> Result<Offered, ServeError> {
        let common = self.common.map_err(ServeError::Router)?;
        let versions = match self.versions {
            Some(versions) => versions,
            // Version 1 would be one without a service.
            None if common.specs().next().is_none() && !self.own.is_empty() => Vec::new(),
            None => vec![1],
        };
        let mut routers: BTreeMap<u32, Router> =
            versions.into_iter().map(|version| (version, common.clone())).collect();
        routers.extend(self.own);
        if routers.is_empty() {
            return Err(ServeError::NoVersion);
        }
        let limits = self.limits;
        let completed =
            routers.into_iter().map(|(version, router)| Ok((version, complete(limits.around(router))?)));
        Ok(Offered { routers: completed.collect::<Result<_, _>>().map_err(ServeError::Router)? })
    }
}

/// The services that a plugin can serve, by version. There is one at least.
pub(super) struct Offered {
    routers: BTreeMap<u32, Router>,
}

impl Offered {
    pub(super) fn versions(&self) -> Vec<u32> {
        self.routers.keys().copied().collect()
    }

    /// The services for the version that was chosen of these.
    pub(super) fn of(mut self, version: u32) -> Router {
        self.routers.remove(&version).unwrap_or_default()
    }
}

impl fmt::Debug for Offered {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(&self.routers).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn versions(sets: VersionSets) -> Vec<u32> {
        sets.offered(Ok).unwrap().versions()
    }

    #[test]
    fn without_a_word_it_is_version_one() {
        assert_eq!(versions(VersionSets::new()), [1]);
    }

    #[test]
    fn sets_of_their_own_stand_beside_the_common_one_and_in_its_place() {
        let mut sets = VersionSets::new();
        sets.add(3, Router::new());
        sets.add(2, Router::new());
        assert_eq!(versions(sets), [2, 3]);
        let mut sets = VersionSets::new();
        sets.versions = Some(vec![2, 1]);
        sets.add(2, Router::new());
        assert_eq!(versions(sets), [1, 2]);
    }

    #[test]
    fn an_empty_list_is_refused_where_there_is_no_other_version() {
        let mut sets = VersionSets::new();
        sets.versions = Some(Vec::new());
        assert!(matches!(sets.offered(Ok), Err(ServeError::NoVersion)));
    }
}

//! Which version of the contract do both sides speak?
#![cfg(feature = "server")]

use crate::limits::PROTOCOL_VERSIONS_MAX;

/// Reads a list of versions: the numbers, and the items that are none.
pub(super) fn parse_list(text: Option<&str>) -> (Vec<u32>, Vec<String>) {
    let items = text.into_iter().flat_map(|text| text.split(',')).take(PROTOCOL_VERSIONS_MAX).map(str::trim);
    let mut versions = Vec::new();
    let mut bad = Vec::new();
    for item in items {
        match item.parse() {
            Ok(version) => versions.push(version),
            Err(_) => bad.push(item.to_owned()),
        }
    }
    (versions, bad)
}

/// The highest version that both sides speak. If there is none, or the host did not say, the lowest of ours: the host
/// then tells its user which versions do not fit.
pub(crate) fn choose(served: &[u32], offered: &[u32]) -> u32 {
    let common = served.iter().filter(|version| offered.contains(version)).max();
    let lowest = served.iter().min();
    common.or(lowest).copied().unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_common_version_wins() {
        assert_eq!(choose(&[1, 2, 5], &[2, 1, 7]), 2);
        assert_eq!(choose(&[5, 2], &[5, 2]), 5);
    }

    #[test]
    fn without_a_common_version_the_lowest_is_served() {
        assert_eq!(choose(&[4, 3], &[1]), 3);
        assert_eq!(choose(&[4, 3], &[]), 3);
    }
}

use strsim::damerau_levenshtein;

/// Which of the known names somebody may have meant who wrote another one: with one slip in three letters, and no more than three
/// slips.
pub(crate) fn nearest<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let longest = found.chars().take(FOUND_CHARACTERS_MAX.saturating_add(1)).count();
    if longest > FOUND_CHARACTERS_MAX {
        return None;
    }
    let slips = |name: &str| damerau_levenshtein(&found.to_ascii_lowercase(), &name.to_ascii_lowercase());
    let near = known.into_iter().map(|name| (slips(name), name));
    let near = near.filter(|(slips, name)| *slips <= name.chars().count().div_ceil(3).min(SLIPS_MAX));
    near.min_by_key(|(slips, _)| *slips).map(|(_, name)| name)
}

/// More slips than these make another word.
const SLIPS_MAX: usize = 3;

/// A longer name is nobody's slip, and comparing it would take long.
const FOUND_CHARACTERS_MAX: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let known = ["auto_mtls", "server_cert", "server_key", "wire"];
        for (found, expected) in [
            ("auto_tls", Some("auto_mtls")),
            ("AUTO_MTLS", Some("auto_mtls")),
            ("server_crt", Some("server_cert")),
            ("sevrer_key", Some("server_key")),
            ("wier", Some("wire")),
            ("cable", None),
            ("", None),
        ] {
            assert_eq!(nearest(found, known), expected, "{found}");
        }
        assert_eq!(nearest(&"auto_mtls".repeat(100_000), known), None);
    }
}

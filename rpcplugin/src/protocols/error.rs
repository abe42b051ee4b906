use crate::limits::KNOWN_NAMES_SHOWN_MAX;
use crate::quote::quote;

/// Why a protocol could not be registered, found or made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProtocolError {
    /// No protocol has this name.
    #[error("there is no protocol {}{}; {}", quote(name), meant(nearest.as_deref()), listed(known))]
    Unknown {
        /// The name that was asked for.
        name: String,
        /// The names that there are, in their order.
        known: Vec<String>,
        /// The one of them that may have been meant.
        nearest: Option<String>,
    },
    /// The name is taken.
    #[error("two protocols are called {}; give one of them another name", quote(name))]
    Duplicate {
        /// The name.
        name: String,
    },
    /// A name that nobody can say in a variable.
    #[error("{} is no name for a protocol; take letters, digits, `-`, `_` and `.`", quote(name))]
    BadName {
        /// What it is.
        name: String,
    },
    /// Neither the configuration nor the program names a protocol.
    #[error(
        "no protocol is chosen; set `protocol_type` (PLUGIN_PROTOCOL_TYPE), or call `ProtocolRegistry::default_to`; {}",
        listed(known)
    )]
    NotChosen {
        /// The names that there are, in their order.
        known: Vec<String>,
    },
    /// What makes the protocol could not.
    #[error("the protocol {} cannot be made: {source}", quote(name))]
    Factory {
        /// The name.
        name: String,
        /// Why not.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

fn meant(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |nearest| format!(", did you mean `{nearest}`?"))
}

fn listed(known: &[String]) -> String {
    if known.is_empty() {
        return "none is registered".to_owned();
    }
    let shown: Vec<_> = known.iter().take(KNOWN_NAMES_SHOWN_MAX).map(|name| format!("`{name}`")).collect();
    let more = match known.len().saturating_sub(KNOWN_NAMES_SHOWN_MAX) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("registered: {}{more}", shown.join(", "))
}

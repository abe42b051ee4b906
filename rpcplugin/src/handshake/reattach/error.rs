use std::path::PathBuf;

use crate::quote::quote;

/// Why a text does not say how to attach to a plugin, or why that cannot be said in a text.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReattachError {
    /// The text is longer than any that names plugins.
    #[error("the text is longer than the limit of {limit} bytes; name fewer plugins in it")]
    TooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// The text is no JSON.
    #[error("expected JSON: {source}; copy the whole value that the plugin printed")]
    Json {
        /// Where it stops being JSON, and why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Something in it is not what it must be.
    #[error("{}{field} is {}; expected {expected}", of(plugin.as_deref()), quote(found))]
    BadField {
        /// The name of the plugin, where the text names several.
        plugin: Option<String>,
        /// The name of the field, with those of the objects around it.
        field: &'static str,
        /// What stands there, as JSON.
        found: String,
        /// What must stand there.
        expected: &'static str,
    },
    /// The path of the socket cannot stand in JSON.
    #[error("the socket path {} is no UTF-8 and cannot stand in JSON; use another directory", path.display())]
    Unprintable {
        /// The path.
        path: PathBuf,
    },
}

fn of(plugin: Option<&str>) -> String {
    plugin.map(|plugin| format!("the plugin {}: ", quote(plugin))).unwrap_or_default()
}

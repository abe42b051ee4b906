//! Variables of other people.

use super::nearest::nearest;
use super::notes::Note;
use super::settings::SETTINGS;

/// That a variable is read by nobody here, where somebody may have meant that one is.
pub(super) fn note(name: &str) -> Option<Note> {
    if OF_PYVIDER.contains(&name) {
        return Some(Note::OfPyvider(name.to_owned()));
    }
    if !name.starts_with(PREFIX) || name == COOKIE {
        return None;
    }
    let nearest = nearest(name, SETTINGS.iter().map(|setting| setting.variable));
    nearest.map(|nearest| Note::Nearly(name.to_owned(), nearest))
}

/// What all variables begin with that hosts and plugins share.
const PREFIX: &str = "PLUGIN_";

/// The cookie of many a plugin: its name is near that of a setting.
const COOKIE: &str = "PLUGIN_MAGIC_COOKIE";

/// What pyvider has and we have not. The page about configuration says what stands for each.
const OF_PYVIDER: [&str; 37] = [
    "PLUGIN_BUFFER_SIZE",
    "PLUGIN_CA_CERT",
    "PLUGIN_CERT_VALIDITY_DAYS",
    "PLUGIN_CHANNEL_READY_TIMEOUT",
    "PLUGIN_CHUNK_SIZE",
    "PLUGIN_CLIENT_BACKOFF_MULTIPLIER",
    "PLUGIN_CLIENT_CERT_FILE",
    "PLUGIN_CLIENT_INITIAL_BACKOFF_MS",
    "PLUGIN_CLIENT_KEY_FILE",
    "PLUGIN_CLIENT_MAX_BACKOFF_MS",
    "PLUGIN_CLIENT_MAX_RETRIES",
    "PLUGIN_CLIENT_MAX_RETRY_DELAY",
    "PLUGIN_CLIENT_RETRY_DELAY",
    "PLUGIN_CLIENT_RETRY_ENABLED",
    "PLUGIN_CLIENT_RETRY_JITTER_MS",
    "PLUGIN_CLIENT_RETRY_TOTAL_TIMEOUT_S",
    "PLUGIN_CLIENT_TRANSPORTS",
    "PLUGIN_CONNECTION_TIMEOUT",
    "PLUGIN_CORE_VERSION",
    "PLUGIN_GRPC_MAX_RECEIVE_MESSAGE_SIZE",
    "PLUGIN_GRPC_MAX_SEND_MESSAGE_SIZE",
    "PLUGIN_HEALTH_SERVICE_ENABLED",
    "PLUGIN_IGNORE_SIGINT",
    "PLUGIN_INSECURE",
    "PLUGIN_MTLS_CERT_DIR",
    "PLUGIN_PROTOCOL_VERSION",
    "PLUGIN_SERVER_HOST",
    "PLUGIN_SERVER_PORT",
    "PLUGIN_SERVER_READY_TIMEOUT",
    "PLUGIN_SERVER_UNIX_SOCKET_PATH",
    "PLUGIN_SHOW_EMOJI_MATRIX",
    "PLUGIN_SHUTDOWN_FILE_PATH",
    "PLUGIN_SUPPORTED_TRANSPORTS",
    "PLUGIN_TRANSPORT_BUFFER_SIZE",
    "PLUGIN_UI_ENABLED",
    "PROVIDE_LOG_LEVEL",
    "PYVIDER_CLIENT_CERT_CURVE",
];

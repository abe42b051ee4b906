//! Who gets in who must not? Attackers on both ends of the connection, with everything but the private key.
//!
//! The certificates are public: the host's stands in the environment of the plugin, the plugin's on its standard output.
//! So an attacker has them here, and what remains to protect a side is the key that never leaves it.
//! Tests that need to hold a rightful host's key as well start the plugin themselves, as [`target::KeyHolder`].
//!
//! | attack | on a plugin | on a host |
//! |---|---|---|
//! | no certificate | `plugin` | `host` (in the line) |
//! | either of them on a plugin with a certificate of its own | `given` | |
//! | another certificate with the same names | `plugin` | `host` |
//! | the announced certificate without its key, alone and before others | `plugin`, `kinds` | `host` |
//! | the rightful key in a certificate made anew, or one bit beside the announced | `plugin`, `kinds` | `host`, `kinds` |
//! | signed by the announced certificate | `plugin` | `host` |
//! | of another authority, and before the announced certificate | `plugin`, `kinds` | `kinds` |
//! | expired; not valid yet | `plugin`, `kinds` | `host`, `kinds` |
//! | for another use; an authority; of another name; of another serial number | `kinds` | `kinds` |
//! | a key of RSA, on P-384, on Ed25519 | `kinds` | `kinds` |
//! | another protocol within TLS | `plugin` | `host` |
//! | the session of a stranger, words before the proof; tickets | `sessions`, `plugin` | |
//! | words recorded on another connection | `sessions` | |
//! | names that are asked for, and none | `sessions` | |
//! | one bit of a record turned around, a record that comes twice; a connection that is cut | `between` | `between` |
//! | a hello that is made to speak of TLS 1.2 alone | | `between` |
//! | TLS before 1.2 | `bytes`, `openssl` | `host` |
//! | plaintext where TLS is due, and TLS where it is not | `bytes`, `plugin` | `host` |
//! | records too large, empty, out of order, cut off; garbage | `bytes` | `host` |
//! | a handshake that does not go on | `bytes` | |
//! | a certificate in the line that is none, half of one, not asked for | | `host` |
//! | OpenSSL with a certificate of its own; with the rightful one, which gets in, and something else amiss | `openssl` | `openssl` |

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what fails here is what the test is about"
)]

mod between;
mod bytes;
mod forge;
mod given;
mod host;
mod kinds;
mod openssl;
mod plugin;
mod sessions;
mod target;
mod trap;

use std::future::Future;
use std::time::Duration;

use tokio_rustls::rustls::crypto::CryptoProvider;

use crate::support::builder;

/// Gives up on what should be over at once. A bound against hanging on a slow machine, not a measurement.
async fn in_time<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), what).await.expect("an attack ends in time")
}

#[tokio::test]
async fn no_provider_is_installed_for_the_whole_process() {
    // It belongs to the program that uses us: a second one who installs it would find it taken.
    let plugin = builder().start().await.unwrap();
    assert!(plugin.is_mutual_tls());
    assert!(CryptoProvider::get_default().is_none());
    assert!(plugin.stop().await.is_graceful());
    assert!(CryptoProvider::get_default().is_none());
}

//! Every host before every plugin: go-plugin's and ours, with and without TLS, with a socket for each thing and with one that all
//! share, in what they promise each other over gRPC.
//!
//! A column is a host with a plugin, a row is what happens between them. That go-plugin's own two sides pass each row shows that
//! the row asks for nothing that is not theirs.

mod go_host;
mod our_host;

use std::path::{Path, PathBuf};

use rpcplugin::Security;

use crate::broker::broker_plugin;
use crate::interop_go::programs;
use crate::support::kv_plugin;

/// With whose library a program is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Go,
    Ours,
}

/// A host with a plugin.
#[derive(Clone, Copy, Debug)]
struct Column {
    name: &'static str,
    host: Side,
    plugin: Side,
    security: Security,
    /// Whether all that they say to each other goes over one connection, in streams.
    multiplex: bool,
}

/// What happens between them.
#[derive(Clone, Copy, Debug)]
enum Row {
    /// Calls of each kind, errors, and all that can be known of the plugin: its health, its log, its output to the byte, what it
    /// is given. Then an end in order.
    Conversation,
    /// The plugin is given no variable of the host's.
    Bare,
    /// The versions of both sides, with a set of services each, and one that both have or none.
    Versions,
    /// Each side serves further services and calls those of the other, by the broker.
    Broker,
    /// The plugin is killed in the middle of a call.
    Kill,
    /// The plugin panics in a call, and ends with it.
    Panic,
    /// The plugin ends in a call, with a status of its own.
    Exit,
    /// A second host attaches to the plugin that the first has started, and ends it. Where the first lets go of it, what it
    /// prints is for the second.
    Reattach,
    /// A handler never answers: the call's deadline ends the call, and the plugin ends while another waits.
    Hang,
    /// The plugin's process is stopped, and goes on.
    Pause,
}

/// Versions of a host and of a plugin, and on which they agree. Where they have none in common the plugin announces its lowest.
const VERSIONS: [(&str, &str, Result<u32, u32>); 4] =
    [("1,2", "1,2", Ok(2)), ("1", "1,2", Ok(1)), ("1,2", "2,3", Ok(2)), ("1,2", "3,4", Err(3))];

/// What a plugin says when it is ordered to panic.
const PANIC: &str = "panic: the store is on fire";

/// The status with which a plugin ends when it is ordered to.
const EXIT: i32 = 3;

/// The programs of a column.
struct Programs {
    /// Those in Go, where the column has one.
    go: PathBuf,
    plugin: PathBuf,
    /// The plugin that is called by the broker, and calls.
    broker_plugin: PathBuf,
}

impl Column {
    async fn check(self, row: Row) {
        let needs_go = self.host == Side::Go || self.plugin == Side::Go;
        let go = if needs_go { programs() } else { Some(PathBuf::new()) };
        let Some(go) = go else { return };
        let (plugin, broker_plugin) = match self.plugin {
            Side::Go => (go.join("kv-plugin"), go.join("broker-plugin")),
            Side::Ours => (kv_plugin(), broker_plugin()),
        };
        let programs = Programs { go, plugin, broker_plugin };
        match self.host {
            Side::Go => go_host::check(self, row, &programs).await,
            Side::Ours => our_host::check(self, row, &programs).await,
        }
    }

    fn is_mutual_tls(self) -> bool {
        self.security == Security::AutoMtls
    }
}

/// Whether there is something at a path, be it a socket.
fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

macro_rules! columns {
    ($($name:ident: $host:ident with $plugin:ident, $security:ident, multiplex $multiplex:literal;)*) => {$(
        mod $name {
            use super::*;

            const COLUMN: Column = Column {
                name: stringify!($name),
                host: Side::$host,
                plugin: Side::$plugin,
                security: Security::$security,
                multiplex: $multiplex,
            };

            #[tokio::test]
            async fn a_conversation() {
                COLUMN.check(Row::Conversation).await;
            }

            #[tokio::test]
            async fn a_bare_environment() {
                COLUMN.check(Row::Bare).await;
            }

            #[tokio::test]
            async fn versions() {
                COLUMN.check(Row::Versions).await;
            }

            #[tokio::test]
            async fn a_broker() {
                COLUMN.check(Row::Broker).await;
            }

            #[tokio::test]
            async fn a_kill_in_a_call() {
                COLUMN.check(Row::Kill).await;
            }

            #[tokio::test]
            async fn a_panic_in_a_call() {
                COLUMN.check(Row::Panic).await;
            }

            #[tokio::test]
            async fn an_exit_in_a_call() {
                COLUMN.check(Row::Exit).await;
            }

            #[tokio::test]
            async fn a_handler_that_hangs() {
                COLUMN.check(Row::Hang).await;
            }

            #[tokio::test]
            async fn a_process_that_pauses() {
                COLUMN.check(Row::Pause).await;
            }
        }
    )*};
}

columns! {
    go_with_go: Go with Go, Plaintext, multiplex false;
    go_with_go_over_tls: Go with Go, AutoMtls, multiplex false;
    go_with_go_multiplexed: Go with Go, Plaintext, multiplex true;
    go_with_go_multiplexed_over_tls: Go with Go, AutoMtls, multiplex true;
    go_with_ours: Go with Ours, Plaintext, multiplex false;
    go_with_ours_over_tls: Go with Ours, AutoMtls, multiplex false;
    go_with_ours_multiplexed: Go with Ours, Plaintext, multiplex true;
    go_with_ours_multiplexed_over_tls: Go with Ours, AutoMtls, multiplex true;
    ours_with_go: Ours with Go, Plaintext, multiplex false;
    ours_with_go_over_tls: Ours with Go, AutoMtls, multiplex false;
    ours_with_go_multiplexed: Ours with Go, Plaintext, multiplex true;
    ours_with_go_multiplexed_over_tls: Ours with Go, AutoMtls, multiplex true;
    ours_with_ours: Ours with Ours, Plaintext, multiplex false;
    ours_with_ours_over_tls: Ours with Ours, AutoMtls, multiplex false;
    ours_with_ours_multiplexed: Ours with Ours, Plaintext, multiplex true;
    ours_with_ours_multiplexed_over_tls: Ours with Ours, AutoMtls, multiplex true;
}

/// Certificates are made for one host: another can attach only where there are none.
///
/// Nor where streams share the connection: go-plugin's host refuses the two together, and its plugin takes one connection alone.
/// What ours do there is in `broker.rs`.
mod reattach {
    use super::*;

    async fn check(host: Side, plugin: Side) {
        let column =
            Column { name: "reattach", host, plugin, security: Security::Plaintext, multiplex: false };
        column.check(Row::Reattach).await;
    }

    #[tokio::test]
    async fn go_with_go() {
        check(Side::Go, Side::Go).await;
    }

    #[tokio::test]
    async fn go_with_ours() {
        check(Side::Go, Side::Ours).await;
    }

    #[tokio::test]
    async fn ours_with_go() {
        check(Side::Ours, Side::Go).await;
    }

    #[tokio::test]
    async fn ours_with_ours() {
        check(Side::Ours, Side::Ours).await;
    }
}

/// go-plugin's older protocol, which only Go programs understand: whoever cannot speak it says so, and nobody is left.
mod net_rpc {
    use std::process::Stdio;

    use rpcplugin::{HandshakeError, PluginClient, StartError};
    use tempfile::TempDir;

    use super::*;
    use crate::interop::run_host;

    /// A plugin that first says which process it is.
    fn noted(directory: &TempDir, program: &Path) -> [String; 3] {
        let note = directory.path().join("process");
        let text = format!("echo $$ > {}; exec {}", note.display(), program.display());
        ["/bin/sh".to_owned(), "-c".to_owned(), text]
    }

    /// Whether the process is there no more.
    fn is_gone(directory: &TempDir) -> bool {
        let process = std::fs::read_to_string(directory.path().join("process")).unwrap();
        !is_there(&Path::new("/proc").join(process.trim()))
    }

    /// A host of go-plugin's that allows nothing else.
    async fn go_host(security: Security, plugin: &Path, flags: &[&str], steps: &[&str]) {
        let Some(go) = programs() else { return };
        let directory = tempfile::tempdir().unwrap();
        let mut command = tokio::process::Command::new(go.join("kv-host"));
        command.stdin(Stdio::null()).env("TMPDIR", directory.path()).arg("-net-rpc");
        command.args((security == Security::AutoMtls).then_some("-auto-mtls")).args(flags);
        command.args(noted(&directory, plugin));
        run_host(command, steps).await;
        assert!(is_gone(&directory));
    }

    #[tokio::test]
    async fn go_with_go() {
        let Some(go) = programs() else { return };
        for security in [Security::Plaintext, Security::AutoMtls] {
            let steps = ["start", "net-rpc", "ping"];
            go_host(security, &go.join("netrpc-plugin"), &[], &steps).await;
        }
    }

    #[tokio::test]
    async fn go_with_ours() {
        for security in [Security::Plaintext, Security::AutoMtls] {
            let expected = r#"unsupported plugin protocol "grpc". Supported: [netrpc]"#;
            go_host(security, &kv_plugin(), &["-expect-refusal", expected], &["refused"]).await;
        }
    }

    #[tokio::test]
    async fn ours_with_go() {
        let Some(go) = programs() else { return };
        for security in [Security::Plaintext, Security::AutoMtls] {
            let directory = tempfile::tempdir().unwrap();
            let [shell, option, text] = noted(&directory, &go.join("netrpc-plugin"));
            let builder = PluginClient::builder(shell, rpcplugin_tests::cookie()).args([option, text]);
            let error = builder.security(security).start().await.unwrap_err();
            let StartError::Handshake { source, .. } = &error else { panic!("{error}") };
            assert_eq!(*source, HandshakeError::NetRpc);
            let sentence =
                "the plugin speaks net/rpc, which only Go programs understand; rebuild it with a gRPC server";
            assert!(error.to_string().contains(sentence), "{error}");
            assert!(is_gone(&directory));
        }
    }
}

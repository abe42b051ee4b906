//! Sockets that a plugin announces and that are not its own: a host does not talk on them, unless its user says so.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rpcplugin::{
    Address, HandshakeLine, PluginClientBuilder, Security, SocketFault, StartError, TransportError,
};
use rpcplugin_tests::conversation::converse;
use rpcplugin_tests::kv::KvClient;
use tempfile::TempDir;

use crate::outlive::Lifeline;
use crate::support::{kv_plugin, script, skipped};

/// A user that is nobody's.
pub(crate) const NOBODY: u32 = 65_534;

/// A plugin that serves, without TLS, whoever knows its socket.
pub(crate) struct Served {
    process: Child,
    pub(crate) path: PathBuf,
    directory: TempDir,
    _lifeline: Lifeline,
}

impl Served {
    pub(crate) fn start(user: Option<u32>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        std::fs::set_permissions(directory.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
        let mut plugin = Command::new(kv_plugin());
        plugin.env("KV_INTEROP_COOKIE", "c0ffee5eed").env("TMPDIR", directory.path());
        let lifeline = Lifeline::new();
        plugin.envs([lifeline.variable()]).stdin(Stdio::null()).stdout(Stdio::piped());
        if let Some(user) = user {
            plugin.uid(user).gid(user);
        }
        let mut process = plugin.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let line: HandshakeLine = line.parse().unwrap();
        let Address::Unix(path) = line.address else { panic!("not unix") };
        Self { process, path, directory, _lifeline: lifeline }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A plugin that only says where somebody listens.
fn announcing(path: &Path) -> PluginClientBuilder {
    script(&format!("echo '1|1|unix|{}|grpc|'; exec sleep 600", path.display())).security(Security::Plaintext)
}

/// Why a host does not talk there.
async fn fault(builder: PluginClientBuilder, path: &Path) -> SocketFault {
    let error = builder.start().await.unwrap_err();
    let text = error.to_string();
    let StartError::Connect { source: TransportError::ForeignSocket { path: named, fault }, .. } = error
    else {
        panic!("{text}")
    };
    assert_eq!(named, path);
    assert!(text.contains(&*path.to_string_lossy()) && text.contains("allow_address"), "{text}");
    fault
}

/// The user who allows it is served.
async fn is_served_if_allowed(path: &Path) {
    let allowed = path.to_owned();
    let is_allowed = move |address: &Address| matches!(address, Address::Unix(path) if *path == allowed);
    let plugin = announcing(path).allow_address(is_allowed).start().await.unwrap();
    converse(&KvClient::new(plugin.channel())).await.unwrap();
}

#[tokio::test]
async fn the_socket_of_another_process_is_not_the_plugins() {
    // What a plugin announces by mistake that has a fixed path for its socket.
    let served = Served::start(None);
    let found = fault(announcing(&served.path), &served.path).await;
    assert_eq!(found, SocketFault::Process(served.process.id()));
    is_served_if_allowed(&served.path).await;
}

#[tokio::test]
async fn a_process_that_the_plugin_started_may_listen_in_its_place() {
    // In a session of its own, so that only its parents tell.
    let text = format!("setsid {} & wait", kv_plugin().display());
    let plugin = script(&text).security(Security::Plaintext).start().await.unwrap();
    converse(&KvClient::new(plugin.channel())).await.unwrap();
    plugin.stop().await;
}

#[tokio::test]
async fn a_link_to_a_socket_and_what_is_no_socket_are_refused() {
    let served = Served::start(None);
    let link = served.directory.path().join("link");
    symlink(&served.path, &link).unwrap();
    assert_eq!(fault(announcing(&link), &link).await, SocketFault::Link);
    is_served_if_allowed(&link).await;
    let file = served.directory.path().join("file");
    std::fs::write(&file, "").unwrap();
    assert_eq!(fault(announcing(&file), &file).await, SocketFault::NotASocket);
    assert_eq!(
        fault(announcing(served.directory.path()), served.directory.path()).await,
        SocketFault::NotASocket
    );
}

#[tokio::test]
async fn the_socket_of_another_user_is_refused_and_so_is_another_user_at_ours() {
    if !rustix::process::geteuid().is_root() {
        return skipped("root alone can make sockets of other users");
    }
    let served = Served::start(Some(NOBODY));
    assert_eq!(fault(announcing(&served.path), &served.path).await, SocketFault::Owner(NOBODY));
    // It looks like ours now, and somebody else is behind it.
    chown(&served.path, Some(0), Some(0)).unwrap();
    let found = fault(announcing(&served.path), &served.path).await;
    assert_eq!(found, SocketFault::User(NOBODY));
}

//! Sockets that are shared with a group of the system: go-plugin's `UnixSocketConfig`, on either side.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use rpcplugin::{
    Address, HandshakeLine, PluginClientBuilder, Security, SocketFault, StartError, TransportError,
};
use rpcplugin_tests::conversation::converse;
use rpcplugin_tests::kv::KvClient;
use rustix::process::{getegid, geteuid};
use tempfile::TempDir;

use crate::broker::{broker_plugin, holds};
use crate::interop::run_host;
use crate::interop_go::programs;
use crate::outlive::Lifeline;
use crate::support::{builder, kv_plugin, script, skipped};

/// Users that are nobody's.
const NOBODY: u32 = 65_534;
const SOMEBODY: u32 = 54_320;

/// A group that has no name.
const NAMELESS: u32 = 54_321;

/// A group to which this process can give something: for all but root only its own.
fn group() -> u32 {
    match geteuid().is_root() {
        true => NAMELESS,
        false => getegid().as_raw(),
    }
}

/// Whether this process can be several users.
fn is_root() -> bool {
    let is_root = geteuid().is_root();
    if !is_root {
        skipped("root alone can be several users");
    }
    is_root
}

/// A directory in which every user can have one.
fn open_directory() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    std::fs::set_permissions(directory.path(), std::fs::Permissions::from_mode(0o1777)).unwrap();
    directory
}

fn is_empty(directory: &TempDir) -> bool {
    std::fs::read_dir(directory.path()).unwrap().next().is_none()
}

/// What a program takes to be another user, who is in these groups as well.
fn of_user(user: u32, groups: &[u32]) -> String {
    let groups: Vec<String> = groups.iter().map(u32::to_string).collect();
    let groups = match groups.is_empty() {
        true => "--clear-groups".to_owned(),
        false => format!("--groups {}", groups.join(",")),
    };
    format!("setpriv --reuid {user} --regid {user} {groups}")
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Runs the host of this file with a mask, or as another user.
fn host(before: &str, directory: &Path, arguments: &[&str]) -> Output {
    let text = format!(r#"{before} "$0" "$@""#);
    let mut command = Command::new("/bin/sh");
    command.args(["-c", &text, env!("CARGO_BIN_EXE_group_host")]).args(arguments);
    command.env("TMPDIR", directory).stdin(Stdio::null()).output().unwrap()
}

/// What is on the disk while a host of ours has a plugin, sorted.
fn on_disk(mask: &str, group: u32, plugin: &Path) -> Vec<String> {
    let directory = tempfile::tempdir().unwrap();
    let arguments =
        ["start", &group.to_string(), directory.path().to_str().unwrap(), plugin.to_str().unwrap()];
    let run = host(&format!("umask {mask}; exec"), directory.path(), &arguments);
    assert!(run.status.success(), "{}", said(&run));
    let text = String::from_utf8(run.stdout).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    assert_eq!(lines.pop().as_deref(), Some("graceful true left 0"));
    lines.sort();
    lines
}

#[test]
fn what_is_on_disk_is_for_the_group_whatever_the_masks_are() {
    let group = group();
    for mask in ["000", "022", "077"] {
        // The host's directory, and one around each socket: the plugin's own, and one that each side serves.
        let mut expected = vec![format!("directory 770 {group}"); 4];
        expected.extend([format!("file 640 {group}"), format!("pipe 640 {group}")]);
        expected.extend(vec![format!("socket 660 {group}"); 3]);
        assert_eq!(on_disk(mask, group, &broker_plugin()), expected, "umask {mask}");
    }
}

#[test]
fn a_go_plugin_shares_its_sockets_with_the_group_of_our_host() {
    let Some(programs) = programs() else { return };
    let group = group();
    for mask in ["000", "077"] {
        let found = on_disk(mask, group, &programs.join("broker-plugin"));
        // One is our host's.
        assert_eq!(found.iter().filter(|line| **line == format!("socket 660 {group}")).count(), 3);
        assert_eq!(found.iter().filter(|line| **line == format!("directory 770 {group}")).count(), 2);
        assert_eq!(found.len(), 6, "{found:?}");
    }
}

#[tokio::test]
async fn a_group_may_be_given_by_its_name() {
    let known = std::fs::read_to_string("/etc/group").unwrap();
    let of_number = |number: &str| {
        let line = known.lines().find(|line| line.split(':').nth(2) == Some(number));
        line.and_then(|line| line.split(':').next()).map(str::to_owned)
    };
    let number = if geteuid().is_root() { 1 } else { getegid().as_raw() };
    let Some(name) = of_number(&number.to_string()) else {
        return skipped("no group has a name in /etc/group");
    };
    let plugin = builder().socket_group(name).start().await.unwrap();
    let variable = format!("PLUGIN_UNIX_SOCKET_GROUP={number}");
    let environment = std::fs::read(format!("/proc/{}/environ", plugin.id().unwrap())).unwrap();
    assert!(environment.split(|byte| *byte == 0).any(|found| found == variable.as_bytes()), "{variable}");
    converse(&KvClient::new(plugin.channel())).await.unwrap();
    plugin.stop().await;
}

/// go-plugin's host with a group, in each of the ways in which it tells its plugin.
async fn a_go_host_shares_with(plugin: &str, is_ours: bool) {
    let Some(programs) = programs() else { return };
    for runner in [false, true] {
        for tls in [false, true] {
            let directory = tempfile::tempdir().unwrap();
            let mut command = tokio::process::Command::new(programs.join("kv-host"));
            command.stdin(Stdio::null()).env("TMPDIR", directory.path());
            command.args(["-socket-group", &group().to_string()]);
            command.args(runner.then_some("-runner")).args(tls.then_some("-auto-mtls"));
            match is_ours {
                true => command.arg(kv_plugin()),
                false => command.arg(programs.join(plugin)),
            };
            run_host(command, &["start", "socket-group", "put", "watch", "ping", "kill"]).await;
            assert!(is_empty(&directory), "{plugin} with a runner: {runner}");
        }
    }
}

#[tokio::test]
async fn our_plugin_shares_its_socket_with_the_group_of_a_go_host() {
    a_go_host_shares_with("ours", true).await;
}

#[tokio::test]
async fn a_go_plugin_shares_its_socket_with_the_group_of_a_go_host() {
    a_go_host_shares_with("kv-plugin", false).await;
}

#[tokio::test]
async fn a_plugin_that_is_another_user_of_the_group_is_called_and_calls() {
    if !is_root() {
        return;
    }
    for security in [Security::Plaintext, Security::AutoMtls] {
        let directory = open_directory();
        let program =
            format!("umask 077; exec {} {}", of_user(NOBODY, &[NAMELESS]), broker_plugin().display());
        let builder = script(&program).security(security).socket_group(NAMELESS.to_string());
        holds(builder.socket_directory(directory.path())).await;
        assert!(is_empty(&directory));
    }
}

#[tokio::test]
async fn what_a_plugin_of_another_user_leaves_its_host_removes() {
    if !is_root() {
        return;
    }
    let directory = open_directory();
    let program = format!("exec {} {}", of_user(NOBODY, &[NAMELESS]), kv_plugin().display());
    let builder = script(&program).socket_group(NAMELESS.to_string()).socket_directory(directory.path());
    let plugin = builder.start().await.unwrap();
    let process = rustix::process::Pid::from_raw(i32::try_from(plugin.id().unwrap()).unwrap()).unwrap();
    rustix::process::kill_process(process, rustix::process::Signal::KILL).unwrap();
    plugin.exit_watch().ended().await;
    assert!(!is_empty(&directory), "the socket is there until the host removes it");
    plugin.stop().await;
    assert!(is_empty(&directory));
}

/// A store without TLS, that some other host has started for a group.
struct Served {
    process: Child,
    path: PathBuf,
    directory: TempDir,
    _lifeline: Lifeline,
}

impl Served {
    fn start(user: u32, groups: &[u32], shared_with: Option<u32>) -> Self {
        let directory = open_directory();
        let mut plugin = Command::new("/bin/sh");
        let program = format!("exec {} {}", of_user(user, groups), kv_plugin().display());
        plugin.args(["-c", &program]).env("TMPDIR", directory.path());
        let lifeline = Lifeline::new();
        let (variable, path) = lifeline.variable();
        plugin.env(variable, path);
        plugin.env("KV_INTEROP_COOKIE", "c0ffee5eed").stdin(Stdio::null()).stdout(Stdio::piped());
        if let Some(group) = shared_with {
            plugin.env("PLUGIN_UNIX_SOCKET_GROUP", group.to_string());
        }
        let mut process = plugin.process_group(0).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let line: HandshakeLine = line.parse().unwrap();
        let Address::Unix(path) = line.address else { panic!("not unix") };
        Self { process, path, directory, _lifeline: lifeline }
    }

    /// What a host says that is another user, in these groups, and calls the store. It looks whose socket it is if it knows of
    /// the group.
    fn called_by(&self, user: u32, groups: &[u32], knows: Option<u32>) -> String {
        let knows = knows.map(|group| group.to_string());
        let arguments = ["attach", self.path.to_str().unwrap()].into_iter().chain(knows.as_deref());
        let before = format!("exec {}", of_user(user, groups));
        said(&host(&before, self.directory.path(), &arguments.collect::<Vec<_>>()))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_member_of_the_group_may_call_the_plugin_and_nobody_else() {
    if !is_root() {
        return;
    }
    let served = Served::start(NOBODY, &[NAMELESS], Some(NAMELESS));
    assert_eq!(served.called_by(SOMEBODY, &[NAMELESS], Some(NAMELESS)), "served\n");
    // The system keeps whoever is outside away.
    let said = served.called_by(SOMEBODY, &[SOMEBODY], None);
    assert!(said.contains("Permission denied"), "{said}");
    // Now somebody has opened the doors: the plugin looks who comes.
    let directory = served.path.parent().unwrap();
    for (path, mode) in [(directory, 0o777), (&served.path, 0o666)] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    assert_eq!(served.called_by(SOMEBODY, &[NAMELESS], None), "served\n");
    assert_eq!(served.called_by(NOBODY, &[NOBODY], None), "served\n", "its own user");
    for groups in [&[][..], &[SOMEBODY]] {
        let said = served.called_by(SOMEBODY, groups, None);
        assert!(!said.contains("served") && !said.contains("denied"), "{said}");
    }
}

#[tokio::test]
async fn a_host_with_a_group_talks_to_nobody_outside_of_it() {
    if !is_root() {
        return;
    }
    async fn fault(builder: PluginClientBuilder) -> SocketFault {
        let error = builder.start().await.unwrap_err();
        match error {
            StartError::Connect { source: TransportError::ForeignSocket { fault, .. }, .. } => fault,
            error => panic!("{error}"),
        }
    }
    let served = Served::start(NOBODY, &[NAMELESS], None);
    let announced = || {
        let line = format!("echo '1|1|unix|{}|grpc|'; exec sleep 600", served.path.display());
        script(&line).security(Security::Plaintext).socket_group(NAMELESS.to_string())
    };
    assert_eq!(fault(announced()).await, SocketFault::Owner(NOBODY), "its group is its user's");
    chown(&served.path, None, Some(NAMELESS)).unwrap();
    // Its user may be believed; that it is another process than the plugin's stays wrong.
    assert!(matches!(fault(announced()).await, SocketFault::Process(_)));

    let outside = Served::start(NOBODY, &[], None);
    chown(&outside.path, None, Some(NAMELESS)).unwrap();
    let line = format!("echo '1|1|unix|{}|grpc|'; exec sleep 600", outside.path.display());
    let builder = script(&line).security(Security::Plaintext).socket_group(NAMELESS.to_string());
    assert_eq!(fault(builder).await, SocketFault::User(NOBODY));
}

/// Why there is no place for sockets.
async fn refusal(builder: PluginClientBuilder) -> TransportError {
    match builder.start().await.unwrap_err() {
        StartError::Prepare(source) => source,
        error => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_group_and_a_directory_that_cannot_be_used_are_named_before_anything_is_started() {
    let missing = refusal(builder().socket_group("no-such-group")).await;
    assert!(
        matches!(&missing, TransportError::UnknownGroup { group } if group == "no-such-group"),
        "{missing}"
    );

    let directory = tempfile::tempdir().unwrap();
    let at = |path: &Path| refusal(builder().socket_directory(path));
    let missing = at(&directory.path().join("missing")).await;
    let TransportError::SocketDirectory { source, .. } = &missing else { panic!("{missing}") };
    assert_eq!(source.kind(), std::io::ErrorKind::NotFound);
    let file = directory.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = at(&file).await;
    let TransportError::SocketDirectory { source, .. } = &error else { panic!("{error}") };
    assert_eq!(source.kind(), std::io::ErrorKind::NotADirectory);
    let long = directory.path().join("x".repeat(60));
    std::fs::create_dir(&long).unwrap();
    let error = at(&long).await;
    assert!(matches!(error, TransportError::SocketDirectoryTooLong { .. }), "{error}");

    std::fs::remove_dir(&long).unwrap();
    std::fs::remove_file(&file).unwrap();
    std::fs::set_permissions(directory.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
    let open = at(directory.path()).await;
    assert!(matches!(open, TransportError::OpenSocketDirectory { mode: 0o777, .. }), "{open}");
    assert!(is_empty(&directory));
    std::fs::set_permissions(directory.path(), std::fs::Permissions::from_mode(0o1777)).unwrap();
    let plugin = builder().socket_directory(directory.path()).start().await.unwrap();
    assert!(matches!(plugin.address(), Address::Unix(path) if path.starts_with(directory.path())));
    converse(&KvClient::new(plugin.channel())).await.unwrap();
    plugin.stop().await;
    assert!(is_empty(&directory));
}

#[test]
fn whoever_is_not_in_the_group_is_told_so() {
    if !is_root() {
        return;
    }
    // The host.
    let directory = open_directory();
    let group = NAMELESS.to_string();
    let arguments = ["start", &group, directory.path().to_str().unwrap(), "/bin/true"];
    let run = host(&format!("exec {}", of_user(SOMEBODY, &[])), directory.path(), &arguments);
    let text = said(&run);
    assert!(!run.status.success() && text.contains("cannot be given to the group 54321"), "{text}");
    assert!(is_empty(&directory));
    // A directory that it cannot write to.
    let closed = tempfile::tempdir().unwrap();
    std::fs::set_permissions(closed.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let arguments = ["start", &group, closed.path().to_str().unwrap(), "/bin/true"];
    let run = host(&format!("exec {}", of_user(SOMEBODY, &[NAMELESS])), directory.path(), &arguments);
    let text = said(&run);
    assert!(!run.status.success() && text.contains("failed to make a private socket directory"), "{text}");
    // The plugin.
    for (group, expected) in [
        (group.as_str(), "cannot be given to the group 54321"),
        ("no-such-group", "this system knows no group `no-such-group`"),
    ] {
        let mut plugin = Command::new("/bin/sh");
        plugin.args(["-c", &format!("exec {} {}", of_user(NOBODY, &[]), kv_plugin().display())]);
        plugin.env("TMPDIR", directory.path()).env("PLUGIN_UNIX_SOCKET_GROUP", group);
        let run = plugin.env("KV_INTEROP_COOKIE", "c0ffee5eed").stdin(Stdio::null()).output().unwrap();
        let text = said(&run);
        assert!(!run.status.success() && text.contains(expected), "{text}");
        assert!(is_empty(&directory));
    }
}

#[tokio::test]
async fn without_a_group_sockets_are_for_the_user_alone() {
    let directory = tempfile::tempdir().unwrap();
    let plugin = builder().socket_directory(directory.path()).start().await.unwrap();
    let Address::Unix(path) = plugin.address() else { panic!("not unix") };
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    let own = path.parent().unwrap();
    assert_eq!((mode(path), mode(own), mode(own.parent().unwrap())), (0o600, 0o700, 0o700));
    plugin.stop().await;
}

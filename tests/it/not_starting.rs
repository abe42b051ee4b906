//! The ways not to start, each with an error of its own: it names the program, what stands in the way and what to do, and it
//! comes when the end does, not when the time is up.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use rpcplugin::{
    Cookie, EarlyEnd, PluginClient, PluginClientBuilder, Security, SpawnCause, StartError, TransportError,
};
use rpcplugin_tests::conversation::converse;
use rpcplugin_tests::kv::KvClient;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};

use crate::support::{builder, kv_plugin, script, skipped};

/// Starts what cannot start. Whoever waits for the start timeout waits an hour.
async fn refused(builder: PluginClientBuilder) -> StartError {
    let start = Box::pin(builder.start_timeout(Duration::from_secs(3600)).start());
    tokio::time::timeout(Duration::from_secs(20), start)
        .await
        .expect("the error waits for a timeout")
        .unwrap_err()
}

fn plugin(program: impl Into<PathBuf>) -> PluginClientBuilder {
    PluginClient::builder(program, rpcplugin_tests::cookie())
}

/// Why the system does not start this program. The error says so in its text as well, and which program it is.
async fn cause(of: &dyn Fn() -> PluginClientBuilder, program: &Path, says: &str) -> SpawnCause {
    let error = refused_when_written(of).await;
    let text = error.to_string();
    let StartError::Spawn { program: named, cause, source } = error else { panic!("{text}") };
    assert_eq!(named, program);
    assert!(text.contains(&program.display().to_string()) && text.contains(&source.to_string()), "{text}");
    assert!(text.contains(says), "{text}");
    cause
}

/// The same of a file that was written a moment ago: a process that another test is starting may have it open.
async fn refused_when_written(of: &dyn Fn() -> PluginClientBuilder) -> StartError {
    loop {
        match refused(of()).await {
            StartError::Spawn { cause: SpawnCause::Busy, .. } => tokio::task::yield_now().await,
            error => return error,
        }
    }
}

/// A file with these bytes that may be executed.
fn program(directory: &TempDir, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = directory.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[tokio::test]
async fn a_path_without_a_program_is_told_from_an_empty_one_and_from_a_name() {
    let directory = tempfile::tempdir().unwrap();
    let nowhere = directory.path().join("plugin");
    assert_eq!(cause(&|| plugin(&nowhere), &nowhere, "no such file").await, SpawnCause::Missing);
    // A file is in the place of a directory.
    let below = program(&directory, "file", "").join("plugin");
    assert_eq!(cause(&|| plugin(&below), &below, "no such file").await, SpawnCause::Missing);
    let empty = Path::new("");
    assert_eq!(cause(&|| plugin(""), empty, "is empty").await, SpawnCause::EmptyPath);
    let name = Path::new("rpcplugin-no-such-plugin");
    assert_eq!(cause(&|| plugin(name), name, "directory of PATH").await, SpawnCause::NotInPath);
    let missing = SpawnCause::MissingDirectory { directory: nowhere.clone() };
    let started_nowhere = || builder().current_dir(&nowhere);
    assert_eq!(cause(&started_nowhere, &kv_plugin(), "in which it should start").await, missing);
}

#[tokio::test]
async fn a_path_of_something_that_is_not_executed_says_what_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    assert_eq!(cause(&|| plugin(path), path, "a directory").await, SpawnCause::Directory);
    let plain = program(&directory, "plain", "#!/bin/sh\n");
    std::fs::set_permissions(&plain, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(cause(&|| plugin(&plain), &plain, "chmod +x").await, SpawnCause::NotExecutable);
    let pipe = directory.path().join("pipe");
    let mode = rustix::fs::Mode::RWXU;
    rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, mode).unwrap();
    assert_eq!(cause(&|| plugin(&pipe), &pipe, "no file").await, SpawnCause::NotAFile);
}

#[tokio::test]
async fn a_file_system_on_which_nothing_is_executed_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let path = program(&directory, "plugin", "#!/bin/sh\nexit 7\n");
    // One of its own for a process of its own, by whose root it is reached from here.
    let text = "mount -t tmpfs -o noexec,size=1m,mode=755 none \"$0\" && cp \"$1\" \"$0\" && echo mounted && exec sleep 600";
    let mounted = directory.path().join("mounted");
    std::fs::create_dir(&mounted).unwrap();
    let mut mount = tokio::process::Command::new("unshare");
    mount.args(if rustix::process::getuid().is_root() { &["-m"][..] } else { &["-U", "-r", "-m"] });
    mount.args(["/bin/sh", "-c", text]).args([&mounted, &path]);
    mount.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let Ok(mut mount) = mount.spawn() else { return skipped("`unshare` is absent") };
    let mut line = String::new();
    BufReader::new(mount.stdout.take().unwrap()).read_line(&mut line).await.unwrap();
    if line != "mounted\n" {
        mount.stderr.take().unwrap().read_to_string(&mut line).await.unwrap();
        return skipped(&format!("no file system can be mounted ({})", line.trim()));
    }
    let inside = mounted.strip_prefix("/").unwrap().join("plugin");
    let path = Path::new("/proc").join(mount.id().unwrap().to_string()).join("root").join(inside);
    assert_eq!(cause(&|| plugin(&path), &path, "`noexec`").await, SpawnCause::NoExecMount);
    mount.kill().await.unwrap();
}

#[tokio::test]
async fn a_program_for_another_processor_is_named_with_it() {
    let directory = tempfile::tempdir().unwrap();
    // The program of this test, for a machine that this one is not.
    let mut bytes = std::fs::read(std::env::current_exe().unwrap()).unwrap();
    let (number, found) = if cfg!(target_arch = "aarch64") { (62, "x86_64") } else { (183, "aarch64") };
    bytes.truncate(4096);
    bytes[18..20].copy_from_slice(&u16::to_le_bytes(number));
    let path = program(&directory, "foreign", bytes);
    let expected =
        SpawnCause::WrongArchitecture { found: found.to_owned(), expected: std::env::consts::ARCH };
    assert_eq!(cause(&|| plugin(&path), &path, found).await, expected);
}

#[tokio::test]
async fn a_file_that_is_no_program_says_what_it_is() {
    let directory = tempfile::tempdir().unwrap();
    for (name, bytes, says) in [
        ("empty", &b""[..], "an empty file"),
        ("windows", b"MZ\x90\0", "a program for Windows"),
        ("text", b"echo hello\n", "nor a script with `#!`"),
    ] {
        let path = program(&directory, name, bytes);
        let found = cause(&|| plugin(&path), &path, says).await;
        assert!(matches!(found, SpawnCause::NotAProgram { .. }), "{found:?}");
    }
}

#[tokio::test]
async fn what_should_run_a_program_and_is_not_there_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let path = program(&directory, "script", "#!/no/such/python -u\n");
    let interpreter = PathBuf::from("/no/such/python");
    let says = "a script for `/no/such/python`";
    assert_eq!(cause(&|| plugin(&path), &path, says).await, SpawnCause::MissingInterpreter { interpreter });
    // The interpreter is there, and the line has the end of another system.
    let path = program(&directory, "windows-lines", "#!/bin/sh\r\n");
    let interpreter = PathBuf::from("/bin/sh\r");
    let says = "a script for `/bin/sh\\r`";
    assert_eq!(cause(&|| plugin(&path), &path, says).await, SpawnCause::MissingInterpreter { interpreter });

    // The program of this test, with another loader in it.
    let mut bytes = std::fs::read(std::env::current_exe().unwrap()).unwrap();
    let name = b"/ld-linux";
    let Some(at) = bytes.windows(name.len()).position(|window| window == name) else {
        return skipped("no program of this system has GNU's loader");
    };
    bytes[at + 1..at + 3].copy_from_slice(b"no");
    let path = program(&directory, "linked", bytes);
    let found = cause(&|| plugin(&path), &path, "it needs the loader").await;
    let SpawnCause::MissingLoader { loader } = found else { panic!("{found:?}") };
    assert!(loader.to_string_lossy().contains("/no-linux"), "{}", loader.display());
}

#[tokio::test]
async fn a_program_that_is_being_written_is_busy_and_can_be_tried_again() {
    let directory = tempfile::tempdir().unwrap();
    let path = program(&directory, "plugin", "#!/bin/sh\nexit 7\n");
    let mut writer = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
    writer.write_all(b"# more\n").unwrap();
    let error = refused(plugin(&path)).await;
    assert!(matches!(error, StartError::Spawn { cause: SpawnCause::Busy, .. }), "{error}");
    assert!(error.is_temporary());
    drop(writer);
    // Other tests may start processes, which have the file open for a moment.
    loop {
        match refused(plugin(&path)).await {
            StartError::Exited { .. } => break,
            error => assert!(error.is_temporary(), "{error}"),
        }
    }
}

#[test]
fn a_system_without_descriptors_or_processes_is_named_and_a_later_start_succeeds() {
    for (lacks, says) in [("descriptors", "TooManyDescriptors"), ("processes", "TooManyProcesses")] {
        let mut host = Command::new(env!("CARGO_BIN_EXE_starved_host"));
        host.arg(lacks).arg(kv_plugin()).stdin(Stdio::null());
        let is_root = rustix::process::getuid().is_root();
        if lacks == "processes" && is_root {
            // For root there is no such limit.
            host.uid(65_534).gid(65_534);
        }
        let output = match host.output() {
            Ok(output) => output,
            Err(error) => return skipped(&format!("another user may execute nothing ({error})")),
        };
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{lacks}: {said} {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(said, format!("{says}, temporary\nstarted\n"), "{lacks}");
    }
}

/// How a program ended that was started as a plugin: what it looks like, and what the error says.
async fn end(builder: PluginClientBuilder, program: &Path, says: &[&str]) -> (EarlyEnd, Option<i32>) {
    how_it_ended(refused(builder).await, program, says)
}

fn how_it_ended(error: StartError, program: &Path, says: &[&str]) -> (EarlyEnd, Option<i32>) {
    let text = error.to_string();
    let StartError::Exited { end, status, diagnosis, .. } = error else { panic!("{text}") };
    assert_eq!(diagnosis.program(), program);
    assert!(text.contains(&program.display().to_string()), "{text}");
    says.iter().for_each(|says| assert!(text.contains(says), "{says}: {text}"));
    (end, status.and_then(|status| status.code()))
}

#[tokio::test]
async fn a_program_that_ends_says_by_its_code_or_its_signal_how() {
    let shell = Path::new("/bin/sh");
    let says = ["exit status: 3", "the disk is full", "right program"];
    let ended = end(script("echo the disk is full >&2; exit 3"), shell, &says).await;
    assert_eq!(ended, (EarlyEnd::Exited, Some(3)));
    let ended = end(script("exit 0"), shell, &["exit status: 0", "nothing to standard error"]).await;
    assert_eq!(ended, (EarlyEnd::Exited, Some(0)));
    for (signal, name) in [(9, "SIGKILL"), (11, "SIGSEGV"), (6, "SIGABRT")] {
        let text = format!("echo last words >&2; kill -{signal} $$");
        let ended = end(script(&text), shell, &[name, "last words", "crashed, or somebody killed it"]).await;
        assert_eq!(ended, (EarlyEnd::Signalled, None), "{signal}");
    }
    let ended = end(script("exec rpcplugin-no-such-command"), shell, &["exit status: 127", "PATH"]).await;
    assert_eq!(ended, (EarlyEnd::MissingCommand, Some(127)));
}

#[tokio::test]
async fn a_plugin_of_another_host_is_known_by_what_it_says_of_its_cookie() {
    let other_value = Cookie::new("KV_INTEROP_COOKIE", "another").unwrap();
    let other_key = Cookie::new("ANOTHER_PLUGIN", "c0ffee5eed").unwrap();
    for cookie in [other_value, other_key] {
        let says = ["KV_INTEROP_COOKIE", "exit status: 1", "give host and plugin the same one"];
        let ended = end(PluginClient::builder(kv_plugin(), cookie), &kv_plugin(), &says).await;
        assert_eq!(ended, (EarlyEnd::Cookie, Some(1)));
    }
}

#[tokio::test]
async fn a_library_that_is_missing_is_told_from_a_missing_command() {
    // A program of this system that needs another library than the one that is there: its loader says so.
    let mut bytes = std::fs::read("/bin/sh").unwrap();
    let name = b"\0libc.so.6\0";
    let Some(at) = bytes.windows(name.len()).position(|window| window == name) else {
        return skipped("the shell of this system does not need GNU's C library");
    };
    bytes[at + 1..at + 5].copy_from_slice(b"libx");
    let directory = tempfile::tempdir().unwrap();
    let path = program(&directory, "linked", bytes);
    let error = refused_when_written(&|| plugin(&path)).await;
    let ended = how_it_ended(error, &path, &["libx.so.6", "LD_LIBRARY_PATH"]);
    assert_eq!(ended, (EarlyEnd::MissingLibrary, Some(127)));
}

#[tokio::test]
async fn a_silent_program_is_a_timeout_that_names_it_and_its_last_words() {
    let silent = script("echo waiting for the database >&2; exec sleep 600");
    let error = silent.start_timeout(Duration::from_millis(300)).start().await.unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, StartError::Timeout { .. }) && error.is_timeout(), "{text}");
    for says in ["300ms", "/bin/sh", "waiting for the database", "start_timeout"] {
        assert!(text.contains(says), "{says}: {text}");
    }
}

/// A plugin without TLS that announces a socket of this name in the directory and goes on with the script.
fn announcing(directory: &TempDir, then: &str) -> PluginClientBuilder {
    let socket = directory.path().join("socket");
    script(&format!("echo '1|1|unix|{}|grpc|'; {then}", socket.display())).security(Security::Plaintext)
}

#[tokio::test]
async fn a_plugin_that_never_listens_names_the_address() {
    let directory = tempfile::tempdir().unwrap();
    let error = refused(announcing(&directory, "exec sleep 600")).await;
    let text = error.to_string();
    assert!(matches!(error, StartError::Connect { source: TransportError::Connect { .. }, .. }), "{text}");
    for says in [&*directory.path().display().to_string(), "/bin/sh", "never listened"] {
        assert!(text.contains(says), "{says}: {text}");
    }
}

#[tokio::test]
async fn a_plugin_that_ends_behind_its_line_is_said_to_have_ended() {
    let directory = tempfile::tempdir().unwrap();
    for (then, code, signal) in [("exit 4", Some(4), None), ("kill -9 $$", None, Some(9))] {
        let error = refused(announcing(&directory, &format!("echo the end >&2; {then}"))).await;
        let text = error.to_string();
        let StartError::ExitedConnecting { status, diagnosis, .. } = error else { panic!("{text}") };
        assert_eq!((status.code(), status.signal()), (code, signal));
        assert_eq!(diagnosis.stderr_tail(), ["the end"]);
        for says in [&*directory.path().display().to_string(), "/bin/sh", "behind its handshake line"] {
            assert!(text.contains(says), "{says}: {text}");
        }
    }
}

#[tokio::test]
async fn a_plugin_that_accepts_and_hangs_up_does_not_open_a_connection() {
    let directory = tempfile::tempdir().unwrap();
    let listener = tokio::net::UnixListener::bind(directory.path().join("socket")).unwrap();
    let hanging_up = tokio::spawn(async move {
        loop {
            drop(listener.accept().await);
        }
    });
    let announcing = announcing(&directory, "exec sleep 600").allow_address(|_| true);
    let error = refused(announcing).await;
    assert!(matches!(error, StartError::Protocol { .. }), "{error}");
    assert!(error.to_string().contains("/bin/sh"), "{error}");
    hanging_up.abort();
}

#[tokio::test]
async fn a_host_whose_plugin_did_not_start_can_start_it_later() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("plugin");
    let error = refused(plugin(&path)).await;
    assert!(matches!(error, StartError::Spawn { cause: SpawnCause::Missing, .. }), "{error}");
    std::os::unix::fs::symlink(kv_plugin(), &path).unwrap();
    let plugin = plugin(&path).start().await.unwrap();
    converse(&KvClient::new(plugin.channel())).await.unwrap();
    assert!(plugin.stop().await.is_graceful());
}

#[test]
fn a_plugin_that_a_person_starts_says_so_and_makes_no_socket() {
    let directory = tempfile::tempdir().unwrap();
    let mut plugin = Command::new(kv_plugin());
    plugin.env_remove("KV_INTEROP_COOKIE").env("TMPDIR", directory.path());
    plugin.env("PLUGIN_UNIX_SOCKET_DIR", directory.path());
    let output = plugin.stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("this program is a plugin; start the program that uses it instead"), "{said}");
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}

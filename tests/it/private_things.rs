//! What is private stays so: sockets whatever the umask is, keys, and what the host has open.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rpcplugin::{Address, CallOptions, Cookie, HandshakeLine, Metadata, PluginClient};
use rpcplugin_tests::conversation::{converse, eventually};
use rpcplugin_tests::kv::{Kv, KvClient, Pair};

use crate::outlive::Lifeline;
use crate::support::{builder, kv_plugin, listen, log};

/// Everything below a directory, with its permissions.
fn below(directory: &Path, found: &mut Vec<(PathBuf, u32)>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let metadata = std::fs::symlink_metadata(&path).unwrap();
        found.push((path.clone(), metadata.permissions().mode() & 0o777));
        if metadata.is_dir() {
            below(&path, found);
        }
    }
}

/// Kills a process at the end of a test.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn directories_and_sockets_are_for_the_user_alone_whatever_the_umask_is() {
    for umask in ["000", "022", "077"] {
        let directory = tempfile::tempdir().unwrap();
        let mut host = Command::new("/bin/sh");
        host.args(["-c", "umask $0; exec \"$@\"", umask, env!("CARGO_BIN_EXE_doomed_host")]).arg(kv_plugin());
        host.env("TMPDIR", directory.path()).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut host = Killed(host.spawn().unwrap());
        let mut line = String::new();
        BufReader::new(host.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "started\n");
        let mut found = Vec::new();
        below(directory.path(), &mut found);
        let is_socket = |path: &Path| std::fs::symlink_metadata(path).unwrap().file_type().is_socket();
        // A directory of the host and one of the plugin for each of three plugins.
        assert_eq!(found.iter().filter(|(path, _)| path.is_dir()).count(), 6, "{umask}: {found:?}");
        assert_eq!(found.iter().filter(|(path, _)| is_socket(path)).count(), 3, "{umask}: {found:?}");
        for (path, mode) in found {
            let expected = if path.is_dir() { 0o700 } else { 0o600 };
            // What else is in there lies behind the directory's door.
            assert!(
                mode == expected || !path.is_dir() && !is_socket(&path),
                "{umask}: {mode:o} {}",
                path.display()
            );
        }
    }
}

#[test]
fn a_long_directory_for_temporary_files_is_no_obstacle() {
    let short = tempfile::tempdir().unwrap();
    for bytes in [60, 100, 150, 200] {
        let long = short.path().join("x".repeat(bytes - short.path().as_os_str().len() - 1));
        std::fs::create_dir(&long).unwrap();
        // A host, whose plugin gets a directory from it. Then it finds no other program, and gives up.
        let mut host = Command::new(env!("CARGO_BIN_EXE_measured_host"));
        host.args(["/no/such/marker", "/no/such/plugin"]).env("TMPDIR", &long).env_remove("XDG_RUNTIME_DIR");
        let output = host.stdin(Stdio::null()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{bytes}: {said}");
        // A plugin whose host says nothing of a directory.
        let lifeline = Lifeline::new();
        let mut plugin = Command::new(kv_plugin());
        plugin.envs([lifeline.variable()]);
        plugin
            .env("KV_INTEROP_COOKIE", "c0ffee5eed")
            .env("TMPDIR", &long)
            .env("XDG_RUNTIME_DIR", short.path());
        let mut plugin = Killed(plugin.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap());
        let mut line = String::new();
        BufReader::new(plugin.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let line: HandshakeLine = line.parse().unwrap();
        let Address::Unix(path) = line.address else { panic!("not unix") };
        assert!(path.starts_with(short.path()) && path.as_os_str().len() <= 107, "{}", path.display());
    }
}

/// What a key of the kind that both sides make begins with: as bytes, in base64, in hexadecimal and as a list of numbers. The rest
/// of it is random.
fn beginnings_of_keys() -> [Vec<u8>; 5] {
    let key = || rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap().serialize_der();
    let (one, other) = (key(), key());
    let same = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
    assert!(same >= 30, "keys have no beginning in common: {same}");
    // Whole groups of base64.
    let beginning: Vec<_> = one.into_iter().take(same / 3 * 3).collect();
    let hexadecimal: String = beginning.iter().map(|byte| format!("{byte:02x}")).collect();
    let numbers = format!("{beginning:?}");
    [
        STANDARD.encode(&beginning),
        hexadecimal.to_uppercase(),
        hexadecimal,
        numbers.trim_matches(['[', ']']).to_owned(),
    ]
    .map(String::into_bytes)
    .into_iter()
    .chain([beginning])
    .collect::<Vec<_>>()
    .try_into()
    .unwrap()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[tokio::test]
async fn no_key_is_in_an_environment_an_argument_or_the_log() {
    listen();
    let plugin = builder().arg("--log").start().await.unwrap();
    converse(&KvClient::new(plugin.channel())).await.unwrap();
    let processes = [plugin.id().unwrap(), std::process::id()];
    let files = processes
        .map(|id| ["environ", "cmdline"].map(|file| std::fs::read(format!("/proc/{id}/{file}")).unwrap()));
    let debug = format!("{plugin:?}").into_bytes();
    assert!(
        contains(&files[0][0], b"PLUGIN_CLIENT_CERT=-----BEGIN CERTIFICATE-----"),
        "nobody looked at the plugin"
    );
    plugin.stop().await;
    let places: Vec<_> = files.into_iter().flatten().chain([debug, log().into_bytes()]).collect();
    for key in beginnings_of_keys().iter().map(Vec::as_slice).chain([&b"PRIVATE KEY"[..]]) {
        assert!(
            !places.iter().any(|place| contains(place, key)),
            "a key is out: {}",
            String::from_utf8_lossy(key)
        );
    }
}

/// What whoever started this test left open for every process behind it.
fn left_open() -> Vec<String> {
    let entries = std::fs::read_dir("/proc/self/fdinfo").unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let is_kept = |name: &String| {
        let info = std::fs::read_to_string(format!("/proc/self/fdinfo/{name}")).unwrap_or_default();
        let flags = info.lines().find_map(|line| line.strip_prefix("flags:")).map(str::trim);
        let flags = flags.and_then(|flags| u32::from_str_radix(flags, 8).ok());
        flags.is_some_and(|flags| flags & 0o2_000_000 == 0)
    };
    names.filter(is_kept).filter(|name| name.parse::<u32>().is_ok_and(|name| name > 2)).collect()
}

#[tokio::test]
async fn a_plugin_has_nothing_open_that_its_host_opened() {
    let left_open = left_open();
    let open = [std::fs::File::open("/dev/null").unwrap(), tempfile::tempfile().unwrap()];
    let marker = tempfile::NamedTempFile::new().unwrap();
    let text = format!("echo $$ > {}; exec sleep 600", marker.path().display());
    let start = crate::support::script(&text).start_timeout(Duration::from_secs(600)).start();
    let start = tokio::spawn(start);
    let name = |id: &str| std::fs::read_to_string(format!("/proc/{id}/comm")).unwrap_or_default();
    let id = || std::fs::read_to_string(marker.path()).unwrap().trim().to_owned();
    eventually("the plugin", || name(&id()) == "sleep\n").await;
    let entries = std::fs::read_dir(format!("/proc/{}/fd", id())).unwrap();
    let mut found: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    found.retain(|name| !left_open.contains(name));
    found.sort();
    assert_eq!(found, ["0", "1", "2"]);
    let input = std::fs::read_link(format!("/proc/{}/fd/0", id())).unwrap();
    assert_eq!(input, Path::new("/dev/null"));
    start.abort();
    drop(open);
}

#[tokio::test]
async fn a_missing_directory_for_temporary_files_is_named_before_anything_is_started() {
    let mut host = Command::new(env!("CARGO_BIN_EXE_doomed_host"));
    host.arg(kv_plugin()).env("TMPDIR", "/no/such/directory").stdin(Stdio::null());
    let output = host.output().unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("/no/such/directory") && said.contains("TMPDIR"), "{said}");
}

#[tokio::test]
async fn what_was_given_in_confidence_is_in_no_error_and_no_log() {
    // A word that nothing but this test knows, in all the places where something is confided to this crate.
    const SECRET: &str = "canary-7f3a90be";
    listen();
    let cookie = Cookie::new("KV_INTEROP_COOKIE", SECRET).unwrap();
    let refused = PluginClient::builder(kv_plugin(), cookie).env("TOKEN", SECRET);
    let mut said = format!("{refused:?}");
    let error = refused.start().await.unwrap_err();
    assert!(error.to_string().contains("belongs to another host"), "{error}");
    said += &format!("{error} {error:?} {:?}", std::error::Error::source(&error));

    let plugin = builder().env("TOKEN", SECRET).message_bytes_max(1000).start().await.unwrap();
    let mut metadata = Metadata::new();
    metadata.insert("authorization", SECRET).unwrap();
    said += &format!("{metadata:?}");
    let store = KvClient::new(plugin.channel().with(CallOptions::new().metadata(metadata)));
    let pair = |times: usize| Pair { key: "confided".to_owned(), value: SECRET.repeat(times).into_bytes() };
    store.put(pair(1)).await.unwrap();
    let too_large = store.put(pair(100)).await.unwrap_err();
    said += &format!("{too_large} {too_large:?} {plugin:?}");
    let environment = std::fs::read(format!("/proc/{}/environ", plugin.id().unwrap())).unwrap();
    assert!(contains(&environment, SECRET.as_bytes()), "the plugin was given nothing");
    plugin.stop().await;

    said += &log();
    assert!(said.contains("belongs to another host"), "nobody looked at the log");
    for line in said.lines() {
        assert!(!line.contains(SECRET), "{line}");
    }
}

//! The shape of the project, as `ARCHITECTURE.md` draws it: which room may use which, how long a file may be, what has no
//! place in it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::root;

/// The rooms of the runtime from the lowest to the highest. Those on one line do not use each other.
const FLOORS: [&[&str]; 14] = [
    &["limits"],
    &["quote", "task"],
    &["message"],
    &["contract"],
    &["call"],
    &["compression", "logging", "transport"],
    &["wire", "family"],
    &["accept", "handshake", "rpc"],
    &["interceptors", "services", "tonic"],
    &["broker", "discovery"],
    &["client", "server"],
    &["config", "testing"],
    &["protocols"],
    &["lib", "private"],
];

/// Lines of a file of Rust. Longer files are two files.
const FILE_LINES_MAX: usize = 500;

/// Everything that is written in Rust.
const DIRECTORIES: [&str; 7] =
    ["rpcplugin", "rpcplugin-build", "rpcplugin-macros", "bench", "examples", "fuzz", "tests"];

/// The only file with unsafe code, beside the macro that writes its proof.
const UNSAFE: [&str; 2] = ["rpcplugin/src/message/memory.rs", "rpcplugin-macros/src/message/expand/fixed.rs"];

pub(crate) fn sources(directory: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root().join(directory)];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && name != "target" && name != "generated" && !name.starts_with('.') {
                open.push(path);
            } else if name.ends_with(".rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no sources in {directory}: was it moved?");
    found
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// The rooms that a source names behind `crate::`. Comments may name what they like: they are for people.
fn used_rooms(source: &str) -> Vec<String> {
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    let uses = code.flat_map(|line| line.split("crate::").skip(1));
    // A group of rooms begins with a brace, which is no room: each room has an import of its own.
    uses.map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || "_{".contains(*c)).collect()).collect()
}

#[test]
fn a_room_uses_only_rooms_below_it() {
    let source_directory = root().join("rpcplugin/src");
    let mut faults = Vec::new();
    for path in sources("rpcplugin/src") {
        let inside = path.strip_prefix(&source_directory).unwrap();
        // A test may stand on any floor: it holds a room from outside.
        if inside.iter().any(|part| part == "tests" || part == "tests.rs") {
            continue;
        }
        let room = inside.components().next().unwrap().as_os_str().to_string_lossy().replace(".rs", "");
        let Some(own) = floor(&room) else {
            faults.push(format!("{}: the room `{room}` has no floor; give it one here", inside.display()));
            continue;
        };
        let source = fs::read_to_string(&path).unwrap();
        if inside.components().count() == 2 && source.contains("super::super") {
            faults.push(format!("{}: leaves its room by `super::super`", inside.display()));
        }
        for used in used_rooms(&source) {
            match floor(&used) {
                Some(below) if below < own || used == room => {}
                Some(_) => faults.push(format!("{}: `{room}` must not use `{used}`", inside.display())),
                // An item of the crate's root: only what stands above everything may name it.
                None if own == FLOORS.len() - 1 => {}
                None => faults.push(format!("{}: `crate::{used}` is no room", inside.display())),
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_picture_in_the_architecture_page_is_the_one_that_is_checked() {
    let page = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    for room in FLOORS.iter().flat_map(|rooms| rooms.iter()).filter(|room| **room != "private") {
        assert!(page.contains(&format!("`{room}")), "ARCHITECTURE.md does not name the room `{room}`");
    }
}

#[test]
fn no_file_is_too_long() {
    for path in DIRECTORIES.iter().flat_map(|directory| sources(directory)) {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(
            lines <= FILE_LINES_MAX,
            "{} has {lines} lines, the limit is {FILE_LINES_MAX}",
            path.display()
        );
    }
}

#[test]
fn no_work_is_left_for_later() {
    // Put together here, so that this file does not find itself.
    let words = ["TO", "FIX", "XX"].map(|word| {
        word.to_owned()
            + if word == "TO" {
                "DO"
            } else if word == "FIX" {
                "ME"
            } else {
                "X"
            }
    });
    for path in DIRECTORIES.iter().flat_map(|directory| sources(directory)) {
        let text = fs::read_to_string(&path).unwrap();
        for word in &words {
            assert!(!text.contains(word.as_str()), "{} says {word}", path.display());
        }
    }
}

#[test]
fn nothing_waits_by_the_clock_on_the_wall() {
    // Somebody may set that clock while we wait. A deadline, a pause and a lifetime are counted by one that only goes on (`Instant`).
    let dates =
        ["rpcplugin/src/logging/", "rpcplugin/src/message/", "rpcplugin/src/transport/tls/identity.rs"];
    let mut seen = [false; 3];
    for path in sources("rpcplugin").into_iter().chain(sources("rpcplugin-macros")) {
        let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        let words = ["SystemTime", "UNIX_EPOCH", "OffsetDateTime", "clock_gettime", "Realtime"];
        if !code.into_iter().any(|line| words.iter().any(|word| line.contains(word))) {
            continue;
        }
        // What a line of a log, a message or a certificate says of the time: nobody waits for it.
        match dates.iter().position(|date| name.starts_with(date)) {
            Some(date) => seen[date] = true,
            None => panic!("{name} asks for the time of day"),
        }
    }
    assert_eq!(seen, [true; 3], "the list names what asks no more");
}

#[test]
fn unsafe_code_stands_in_one_place() {
    let mut found = Vec::new();
    for path in ["rpcplugin", "rpcplugin-macros"].iter().flat_map(|directory| sources(directory)) {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        let is_unsafe =
            |line: &str| ["unsafe {", "unsafe fn", "unsafe impl"].iter().any(|word| line.contains(word));
        if code.into_iter().any(is_unsafe) {
            found.push(path.strip_prefix(root()).unwrap().to_string_lossy().into_owned());
        }
    }
    found.sort();
    let mut expected = UNSAFE;
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn the_crates_have_one_version_and_the_changelog_names_it() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let version = env!("CARGO_PKG_VERSION");
    let pinned = format!("version = \"={version}\"");
    assert_eq!(manifest.matches(&pinned).count(), 3, "all three crates are pinned to ={version}");
    let changelog = fs::read_to_string(root().join("CHANGELOG.md")).unwrap();
    assert!(changelog.contains(&format!("## {version}")), "CHANGELOG.md has no section for {version}");
}

/// What a manifest depends on outside of tests, on any system.
fn dependencies(manifest: &str) -> Vec<&str> {
    let mut is_within = false;
    let mut found = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            is_within = line.ends_with("dependencies]") && !line.contains("dev-");
        } else if is_within && let Some((name, _)) = line.split_once([' ', '.', '=']) {
            found.push(name);
        }
    }
    found
}

#[test]
fn every_dependency_has_its_reason() {
    let manifest = fs::read_to_string(root().join("rpcplugin/Cargo.toml")).unwrap();
    let page = fs::read_to_string(root().join("docs/decisions/0013-dependencies.md")).unwrap();
    let rows: Vec<_> = page.lines().filter(|line| line.starts_with('|')).collect();
    let is_there = |name: &str| {
        rows.iter().any(|row| row.split('|').nth(1).is_some_and(|cell| cell.contains(&format!("`{name}`"))))
    };
    let all = dependencies(&manifest);
    assert!(all.len() > 30, "only {} were found: are they elsewhere?", all.len());
    let missing: Vec<_> = all.into_iter().filter(|name| !is_there(name)).collect();
    assert!(missing.is_empty(), "not on the page of the dependencies: {missing:?}");
}

#[test]
fn the_checker_itself_sees_a_forbidden_use() {
    assert_eq!(used_rooms("use crate::client::Foo;"), ["client"]);
    assert_eq!(used_rooms("use crate::{wire, rpc};"), ["{wire"]);
    assert!(used_rooms("/// See [`crate::client`].").is_empty());
    assert!(floor("client") > floor("rpc"));
    assert_eq!(floor("nowhere"), None::<usize>);
    assert!(Path::new(&root()).join("Cargo.toml").exists());
}

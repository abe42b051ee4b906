use std::os::unix::process::ExitStatusExt;

use rustix::process::{WaitId, WaitIdOptions, waitid};

use super::*;

#[test]
fn a_guard_that_was_killed_is_replaced_by_one_that_knows_everybody() {
    let mut sleeper = Command::new("sleep").arg("600").process_group(0).spawn().unwrap();
    let parent = tempfile::tempdir().unwrap();
    let sockets = tempfile::Builder::new().prefix("a b-").tempdir_in(&parent).unwrap();
    // One that its host has let go of.
    let kept = tempfile::Builder::new().prefix("a b-").tempdir_in(&parent).unwrap();
    let mut released = Command::new("sleep");
    released.arg("600").env("PLUGIN_UNIX_SOCKET_DIR", kept.path()).process_group(0);
    let mut released = released.spawn().unwrap();
    // And one whose directory is cleaned away while it lives.
    let cleaned = tempfile::Builder::new().prefix("a b-").tempdir_in(&parent).unwrap();
    let mut homeless = Command::new("sleep");
    homeless.arg("600").env("PLUGIN_UNIX_SOCKET_DIR", cleaned.path()).process_group(0);
    let mut homeless = homeless.spawn().unwrap();
    // One that the guard was never told of, and one that has left for a session of its own.
    let with_the_path = |mut command: Command| {
        command.arg("600").env("PLUGIN_UNIX_SOCKET_DIR", sockets.path()).spawn().unwrap()
    };
    let mut unknown = Command::new("sleep");
    unknown.process_group(0);
    let mut unknown = with_the_path(unknown);
    let mut away = Command::new("setsid");
    away.arg("sleep");
    let mut away = with_the_path(away);
    let session = |process: u32| {
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
        stat.rsplit(')').next().unwrap().split_whitespace().nth(3).unwrap().parse::<u32>().unwrap()
    };
    while session(away.id()) != away.id() {
        std::thread::yield_now();
    }
    let mut guard = Guard {
        groups: [i32::try_from(sleeper.id()).unwrap()].into(),
        directories: [(parent.path().join("a b-"), 1)].into(),
        kept: [kept.path().to_owned(), cleaned.path().to_owned()].into(),
        shell: None,
        is_missed: false,
    };
    guard.tell(b"");
    let shell = &mut guard.shell.as_mut().unwrap().process;
    let first = shell.id();
    shell.kill().unwrap();
    shell.wait().unwrap();
    cleaned.close().unwrap();
    // Of a group that is gone by now. A child that another test is about to make a program of has the pipe for a moment: then
    // nobody sees that the shell is gone.
    let is_same = |guard: &Guard| guard.shell.as_ref().is_some_and(|shell| shell.process.id() == first);
    for _ in 0..1000 {
        guard.tell(b"- 1000000\n");
        if !is_same(&guard) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert!(!is_same(&guard));
    let shell = guard.shell.as_mut().unwrap();
    // The end of its pipe.
    let mut other = Command::new("true").stdin(Stdio::piped()).spawn().unwrap();
    drop(std::mem::replace(&mut shell.input, other.stdin.take().unwrap()));
    assert_eq!(sleeper.wait().unwrap().signal(), Some(9));
    assert_eq!(unknown.wait().unwrap().signal(), Some(9));
    assert!(shell.process.wait().unwrap().success());
    assert!(!sockets.path().exists());
    other.wait().unwrap();
    assert!(away.try_wait().unwrap().is_none(), "whoever has left is let be");
    assert!(released.try_wait().unwrap().is_none(), "and so is whoever was let go of");
    assert!(homeless.try_wait().unwrap().is_none(), "also where nothing is left of its directory");
    assert!(kept.path().exists());
    homeless.kill().unwrap();
    homeless.wait().unwrap();
    released.kill().unwrap();
    released.wait().unwrap();
    away.kill().unwrap();
    away.wait().unwrap();
}

#[test]
fn a_new_guard_is_told_of_more_than_a_pipe_holds() {
    let kept = (0..3000).map(|number| PathBuf::from(format!("/nowhere/a-directory-with-a-name/{number}")));
    let mut guard = Guard {
        groups: BTreeSet::new(),
        directories: BTreeMap::new(),
        kept: kept.collect(),
        shell: None,
        is_missed: false,
    };
    assert!(guard.guard_directories(Path::new("/nowhere/another")));
    assert!(guard.shell.is_some());
}

#[test]
fn what_is_taken_back_is_let_be_and_the_rest_is_removed() {
    let parent = tempfile::tempdir().unwrap();
    let directories = ["a b", "c", "d"].map(|name| parent.path().join(name));
    for directory in &directories {
        std::fs::create_dir(directory).unwrap();
    }
    let mut guard = Guard {
        groups: BTreeSet::new(),
        directories: BTreeMap::new(),
        kept: BTreeSet::new(),
        shell: None,
        is_missed: false,
    };
    for directory in &directories {
        assert!(guard.guard_directories(directory));
    }
    // Once more, and once too often.
    assert!(guard.guard_directories(&directories[1]));
    for taken_back in [&directories[0], &directories[1], &directories[0]] {
        guard.release_directories(taken_back);
    }
    assert!(!guard.guard_directories(Path::new("/a\nb")));
    let Shell { process, input } = guard.shell.as_mut().unwrap();
    let mut other = Command::new("true").stdin(Stdio::piped()).spawn().unwrap();
    // The end of its pipe.
    drop(std::mem::replace(input, other.stdin.take().unwrap()));
    assert!(process.wait().unwrap().success());
    other.wait().unwrap();
    assert_eq!(directories.map(|directory| directory.exists()), [true, false, false]);
}

#[test]
fn a_directory_is_guarded_as_long_as_something_of_it_may_be_there() {
    let parent = tempfile::tempdir().unwrap();
    let number = || {
        let all = lock().directories.clone();
        all.iter()
            .filter(|(path, _)| path.starts_with(parent.path()))
            .map(|(_, number)| *number)
            .sum::<usize>()
    };
    let first = guarded_directory(parent.path().to_owned()).unwrap();
    let second = guarded_directory(parent.path().to_owned()).unwrap();
    guarded_directory(parent.path().join("none")).unwrap_err();
    assert_eq!(number(), 2);
    drop(first);
    assert_eq!(number(), 1);
    // What cannot be removed is left to the guard.
    let GuardedDirectory { directory, _beginning: beginning } = second;
    let path = directory.path().to_owned();
    let inside = path.join("socket");
    std::fs::write(&inside, "").unwrap();
    drop(beginning);
    assert_eq!(number(), 1);
    drop(directory);
    let third = guarded_directory(parent.path().to_owned()).unwrap();
    drop(third);
    assert_eq!(number(), 1);
}

#[test]
fn a_shell_that_somebody_else_has_reaped_is_not_signalled() {
    let mut there = Command::new("sleep").arg("600").spawn().unwrap();
    assert!(end(&mut there));
    assert_eq!(there.wait().unwrap().signal(), Some(9));

    let mut gone = Command::new("true").spawn().unwrap();
    let process = Pid::from_raw(i32::try_from(gone.id()).unwrap());
    waitid(WaitId::Pid(process.unwrap()), WaitIdOptions::EXITED).unwrap();
    assert!(!end(&mut gone), "its number may be another one's");
}

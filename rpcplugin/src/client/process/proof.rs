//! Is the process with this number the one that listens at this address?
//!
//! A number says nothing: its process may have ended, and another one may bear it. What is asked is whether the process has the
//! socket open on which the plugin listens, and a descriptor that was opened before stands for it from then on.
//! The answers are in `/proc`; where it does not tell, nobody is proven, and nobody is sent a signal.

use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use crate::transport::Address;

/// A process that has the plugin's socket open.
#[derive(Debug)]
pub(in crate::client) struct Proven {
    pub(super) number: Pid,
    /// Opened before the process was looked at.
    pub(super) descriptor: OwnedFd,
    /// Whether it has a process group of its own.
    pub(super) leads_group: bool,
}

impl Proven {
    /// The number of the process.
    pub(in crate::client) fn number(&self) -> Option<u32> {
        self.number.as_raw_nonzero().get().try_into().ok()
    }
}

/// What is known of a process and an address.
#[derive(Debug)]
pub(in crate::client) enum Verdict {
    Proven(Proven),
    /// There is no such process, or it does not listen there. Whether anybody else was seen who does.
    Stranger {
        somebody_listens: bool,
    },
    /// The system does not tell.
    Unknown,
}

impl Verdict {
    /// Looks at the process with this number, or without one for a process that listens there.
    pub(in crate::client) fn of(address: &Address, process: Option<u32>) -> Self {
        let Ok(sockets) = listening(address) else { return Self::Unknown };
        let somebody_listens = !sockets.is_empty();
        match process {
            Some(process) => match Looked::at(process, &sockets) {
                Looked::Holds(proven) => Self::Proven(proven),
                Looked::DoesNot => Self::Stranger { somebody_listens },
                Looked::Unknown => Self::Unknown,
            },
            None => match somebody_listens.then(|| who_holds(&sockets)).flatten() {
                Some(proven) => Self::Proven(proven),
                None => Self::Unknown,
            },
        }
    }
}

enum Looked {
    Holds(Proven),
    DoesNot,
    Unknown,
}

impl Looked {
    fn at(process: u32, sockets: &[u64]) -> Self {
        let Some(number) = i32::try_from(process).ok().and_then(Pid::from_raw) else { return Self::DoesNot };
        let descriptor = match pidfd_open(number, PidfdFlags::empty()) {
            Ok(descriptor) => descriptor,
            // A thread has a number as well, and is no process.
            Err(Errno::SRCH | Errno::INVAL | Errno::NOENT) => return Self::DoesNot,
            Err(_) => return Self::Unknown,
        };
        let holds = holds_any(number, sockets);
        // Asked of `/proc`: a process of another namespace has no group that could be named here.
        let leads_group = group(process) == Some(number.as_raw_nonzero().get());
        match holds {
            // It was still there when it had been looked at: nobody else had its number meanwhile.
            Ok(true) if is_alive(&descriptor) => Self::Holds(Proven { number, descriptor, leads_group }),
            Ok(_) => Self::DoesNot,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::DoesNot,
            Err(_) => Self::Unknown,
        }
    }
}

/// The first process that has one of the sockets open.
fn who_holds(sockets: &[u64]) -> Option<Proven> {
    processes().find_map(|process| match Looked::at(process, sockets) {
        Looked::Holds(proven) => Some(proven),
        _ => None,
    })
}

fn processes() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

fn holds_any(process: Pid, sockets: &[u64]) -> io::Result<bool> {
    let is_one = |target: &Path| {
        let number = target.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.parse::<u64>().ok()?;
        Some(sockets.contains(&number))
    };
    let descriptors = fs::read_dir(format!("/proc/{}/fd", process.as_raw_nonzero()))?;
    // One that is closed meanwhile is none of its sockets.
    let mut targets = descriptors.filter_map(|entry| fs::read_link(entry.ok()?.path()).ok());
    Ok(targets.any(|target| is_one(&target).unwrap_or(false)))
}

/// Whether the process of this descriptor has not ended.
fn is_alive(descriptor: &OwnedFd) -> bool {
    let mut asked = [PollFd::new(descriptor, PollFlags::IN)];
    poll(&mut asked, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })) == Ok(0)
}

/// The numbers of the sockets that listen there.
fn listening(address: &Address) -> io::Result<Vec<u64>> {
    match address {
        Address::Unix(path) => {
            let table = fs::read("/proc/net/unix")?;
            let table = String::from_utf8_lossy(&table);
            Ok(table.lines().filter_map(|line| unix_socket(line, path)).collect())
        }
        Address::Tcp(address) => {
            let tables = [
                fs::read_to_string("/proc/net/tcp")?,
                fs::read_to_string("/proc/net/tcp6").unwrap_or_default(),
            ];
            Ok(tables
                .iter()
                .flat_map(|table| table.lines())
                .filter_map(|line| tcp_socket(line, address))
                .collect())
        }
    }
}

/// `0000000000000000: 00000002 00000000 00010000 0001 01 12345 /path`: the fourth field says that it listens.
fn unix_socket(line: &str, path: &Path) -> Option<u64> {
    const LISTENS: u32 = 0x1_0000;
    let mut rest = line;
    let mut fields = [""; 7];
    for field in &mut fields {
        (*field, rest) = rest.trim_start().split_once(' ')?;
    }
    let [_, _, _, flags, _, _, number] = fields;
    let is_listening = u32::from_str_radix(flags, 16).ok()? & LISTENS != 0;
    let bound = Path::new(rest.trim_start());
    (is_listening && is_same(bound, path)).then(|| number.parse().ok()).flatten()
}

/// Whether two paths are one, by whatever links.
fn is_same(one: &Path, other: &Path) -> bool {
    one == other
        || one.file_name() == other.file_name()
            && one.is_absolute()
            && fs::canonicalize(one)
                .ok()
                .zip(fs::canonicalize(other).ok())
                .is_some_and(|(one, other)| one == other)
}

/// `0: 0100007F:2710 00000000:0000 0A .. .. .. .. .. 12345 ..`: the fourth field says that it listens, the tenth is its number.
fn tcp_socket(line: &str, address: &SocketAddr) -> Option<u64> {
    const LISTENS: &str = "0A";
    let fields: Vec<&str> = line.split_whitespace().take(10).collect();
    let [_, local, _, LISTENS, _, _, _, _, _, number] = fields.as_slice() else { return None };
    let (ip, port) = local.split_once(':')?;
    let ip = parse_ip(ip)?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let is_there = port == address.port() && (ip.is_unspecified() || ip.to_canonical() == address.ip());
    is_there.then(|| number.parse().ok()).flatten()
}

/// Words of 32 bits in hexadecimal, each in the order of this machine.
fn parse_ip(hexadecimal: &str) -> Option<IpAddr> {
    let words: Vec<[u8; 4]> = (0..hexadecimal.len() / 8)
        .map(|word| {
            let digits = hexadecimal.get(word * 8..word * 8 + 8)?;
            u32::from_str_radix(digits, 16).ok().map(u32::to_ne_bytes)
        })
        .collect::<Option<_>>()?;
    match words.as_slice() {
        [word] => Some(Ipv4Addr::from(*word).into()),
        [_, _, _, _] => <[u8; 16]>::try_from(words.concat()).ok().map(|bytes| Ipv6Addr::from(bytes).into()),
        _ => None,
    }
}

/// Kills what is in the group of this process, and not the process itself, as long as the process has not ended.
pub(super) fn kill_group(leader: Pid, descriptor: &OwnedFd) {
    let own = leader.as_raw_nonzero().get();
    for process in processes() {
        let Some(number) =
            i32::try_from(process).ok().and_then(Pid::from_raw).filter(|number| *number != leader)
        else {
            continue;
        };
        // Looked at first without a descriptor: nearly all are in other groups.
        if group(process) != Some(own) {
            continue;
        }
        let Ok(member) = pidfd_open(number, PidfdFlags::empty()) else { continue };
        // The descriptor is that of a member, whose group has the number of a process that is still there.
        if group(process) == Some(own) && is_alive(&member) && is_alive(descriptor) {
            let _gone = pidfd_send_signal(member.as_fd(), Signal::KILL);
        }
    }
}

/// The process group of a process.
fn group(process: u32) -> Option<i32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name of the program stands before in parentheses, and may hold any.
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(2)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;
    use std::os::unix::process::CommandExt;
    use std::process::{Child, Command};

    use super::*;

    struct Killed(Child);

    impl Drop for Killed {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    fn sleeper() -> Killed {
        Killed(Command::new("sleep").arg("600").spawn().unwrap())
    }

    fn is_stranger(verdict: &Verdict, expected: bool) -> bool {
        matches!(verdict, Verdict::Stranger { somebody_listens } if *somebody_listens == expected)
    }

    #[test]
    fn the_process_that_listens_is_told_from_every_other_on_either_network() {
        let directory = tempfile::Builder::new().prefix("a b").tempdir().unwrap();
        let path = directory.path().join("socket");
        let _unix = UnixListener::bind(&path).unwrap();
        let link = directory.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let tcp = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let tcp6 = std::net::TcpListener::bind("[::]:0").unwrap();
        let port = tcp6.local_addr().unwrap().port();
        let addresses = [
            Address::Unix(path),
            Address::Tcp(tcp.local_addr().unwrap()),
            Address::Tcp(SocketAddr::from((Ipv4Addr::LOCALHOST, port))),
            Address::Tcp(SocketAddr::from((Ipv6Addr::LOCALHOST, port))),
        ];
        let other = sleeper();
        for address in addresses {
            for process in [Some(std::process::id()), None] {
                let verdict = Verdict::of(&address, process);
                let Verdict::Proven(proven) = verdict else { panic!("{address}: {verdict:?}") };
                assert_eq!(proven.number.as_raw_nonzero().get().unsigned_abs(), std::process::id());
            }
            for process in [other.0.id(), 0, u32::MAX] {
                let verdict = Verdict::of(&address, Some(process));
                assert!(is_stranger(&verdict, true), "{address} {process}: {verdict:?}");
            }
        }
    }

    #[test]
    fn nobody_listens_where_a_socket_was() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("socket");
        drop(UnixListener::bind(&path).unwrap());
        let gone = Address::Unix(path);
        assert!(is_stranger(&Verdict::of(&gone, Some(std::process::id())), false));
        assert!(matches!(Verdict::of(&gone, None), Verdict::Unknown));
    }

    #[test]
    fn a_process_that_has_ended_is_not_proven_although_nobody_has_asked_for_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("socket");
        let _unix = UnixListener::bind(&path).unwrap();
        let mut ended = Command::new("true").spawn().unwrap();
        let status = format!("/proc/{}/stat", ended.id());
        while !fs::read_to_string(&status).unwrap().contains(") Z") {
            std::thread::yield_now();
        }
        let verdict = Verdict::of(&Address::Unix(path), Some(ended.id()));
        assert!(matches!(verdict, Verdict::Stranger { .. }), "{verdict:?}");
        ended.wait().unwrap();
    }

    #[test]
    fn a_group_is_killed_only_as_long_as_its_leader_is_there() {
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 600 & sleep 600 & wait"]).process_group(0);
        let mut leader = Killed(command.spawn().unwrap());
        let number = Pid::from_raw(i32::try_from(leader.0.id()).unwrap()).unwrap();
        let own = number.as_raw_nonzero().get();
        let members = || processes().filter(|process| group(*process) == Some(own)).count();
        while members() < 3 {
            std::thread::yield_now();
        }
        let descriptor = pidfd_open(number, PidfdFlags::empty()).unwrap();
        let mut gone = Command::new("true").spawn().unwrap();
        let other =
            pidfd_open(Pid::from_raw(i32::try_from(gone.id()).unwrap()).unwrap(), PidfdFlags::empty())
                .unwrap();
        gone.wait().unwrap();
        kill_group(number, &other);
        assert_eq!(members(), 3, "the descriptor says that the leader has ended");
        kill_group(number, &descriptor);
        // The shell waits for both, and ends.
        leader.0.wait().unwrap();
        assert_eq!(members(), 0);
    }
}

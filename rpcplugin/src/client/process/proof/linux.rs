use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use super::Verdict;
use crate::call::UnixCredentials;
use crate::transport::Address;

/// A process that has the plugin's socket open.
#[derive(Debug)]
pub(in crate::client) struct Proven {
    pub(in crate::client::process) number: Pid,
    /// Opened before the process was looked at.
    pub(in crate::client::process) descriptor: OwnedFd,
    /// Whether it has a process group of its own.
    pub(in crate::client::process) leads_group: bool,
    /// Whether the connection must say the same, where it says anything.
    must_agree: bool,
}

impl Proven {
    /// The number of the process.
    pub(in crate::client) fn number(&self) -> Option<u32> {
        self.number.as_raw_nonzero().get().try_into().ok()
    }

    /// Whether it may be the one that listens, where the system says this process of the other end of the connection.
    pub(in crate::client) fn agrees(&self, listener: Option<&UnixCredentials>) -> bool {
        let Some(listener) = listener.filter(|_| self.must_agree) else { return true };
        listener.process_id == self.number()
    }
}

impl Verdict {
    /// Looks at the process with this number, or without one for a process that listens there.
    pub(in crate::client) fn of(address: &Address, process: Option<u32>) -> Self {
        let Ok(sockets) = listening(address) else { return Self::Unknown };
        let somebody_listens = !sockets.is_empty();
        match process {
            Some(process) => match Looked::at(process, &sockets) {
                Looked::Holds(proven) => Self::Proven(Proven { must_agree: sockets.len() > 1, ..proven }),
                Looked::DoesNot => Self::Stranger { somebody_listens },
                Looked::Unknown => Self::Unknown,
            },
            None => match somebody_listens.then(|| who_holds(&sockets)).flatten() {
                Some(proven) => Self::Proven(Proven { must_agree: true, ..proven }),
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
        Self::of(holds, Proven { number, descriptor, leads_group, must_agree: true })
    }

    /// What it means that somebody with the number of this process has one of the sockets open.
    fn of(holds: io::Result<bool>, proven: Proven) -> Self {
        match holds {
            // It was still there when it had been looked at: nobody else had its number meanwhile.
            Ok(true) if is_alive(&proven.descriptor) => Self::Holds(proven),
            Ok(_) => Self::DoesNot,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::DoesNot,
            Err(_) => Self::Unknown,
        }
    }
}

/// The process that has one of the sockets open, where it is the only one that this host can see.
fn who_holds(sockets: &[u64]) -> Option<Proven> {
    let mut holders = processes().filter_map(|process| match Looked::at(process, sockets) {
        Looked::Holds(proven) => Some(proven),
        _ => None,
    });
    let holder = holders.next()?;
    holders.next().is_none().then_some(holder)
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
            Ok(tcp_sockets(&tables, address))
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

/// The sockets in these tables that a connection to the address reaches.
fn tcp_sockets(tables: &[String], address: &SocketAddr) -> Vec<u64> {
    let lines = tables.iter().flat_map(|table| table.lines());
    let sockets: Vec<_> = lines.filter_map(|line| tcp_socket(line, address)).collect();
    // As the system does: whoever listens there by name goes before whoever listens everywhere.
    let nearest = sockets.iter().map(|(reach, _)| *reach).min();
    let sockets = sockets.into_iter().filter(|(reach, _)| Some(*reach) == nearest);
    sockets.map(|(_, number)| number).collect()
}

/// How a TCP socket is reached at an address: the first of these that there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    /// It listens at this very address.
    Named,
    /// At all addresses of its family.
    Family,
    /// At all of IPv6, IPv4 within it.
    Within,
}

impl Reach {
    fn of(listens: IpAddr, wanted: IpAddr) -> Option<Self> {
        match (listens, wanted) {
            _ if listens.to_canonical() == wanted => Some(Self::Named),
            _ if !listens.is_unspecified() => None,
            (IpAddr::V4(_), IpAddr::V4(_)) | (IpAddr::V6(_), IpAddr::V6(_)) => Some(Self::Family),
            (IpAddr::V6(_), IpAddr::V4(_)) => Some(Self::Within),
            (IpAddr::V4(_), IpAddr::V6(_)) => None,
        }
    }
}

/// `0: 0100007F:2710 00000000:0000 0A .. .. .. .. .. 12345 ..`: the fourth field says that it listens, the tenth is its number.
fn tcp_socket(line: &str, address: &SocketAddr) -> Option<(Reach, u64)> {
    const LISTENS: &str = "0A";
    let fields: Vec<&str> = line.split_whitespace().take(10).collect();
    let [_, local, _, LISTENS, _, _, _, _, _, number] = fields.as_slice() else { return None };
    let (ip, port) = local.split_once(':')?;
    let ip = parse_ip(ip)?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let reach = Reach::of(ip, address.ip()).filter(|_| port == address.port())?;
    Some((reach, number.parse().ok()?))
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
pub(in crate::client::process) fn kill_group(leader: Pid, descriptor: &OwnedFd) {
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

    use rustix::process::{WaitId, WaitIdOptions, waitid};

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

    /// A process that has the socket open as well.
    fn also_holds(socket: impl Into<OwnedFd>) -> Killed {
        let mut command = Command::new("sleep");
        Killed(command.arg("600").stdin(std::process::Stdio::from(socket.into())).spawn().unwrap())
    }

    fn said(process: u32) -> UnixCredentials {
        UnixCredentials::new(0, 0, Some(process))
    }

    #[test]
    fn of_several_processes_with_the_socket_only_one_that_is_named_is_proven() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("socket");
        let unix = UnixListener::bind(&path).unwrap();
        let tcp = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let (unix_too, tcp_too) =
            (also_holds(unix.try_clone().unwrap()), also_holds(tcp.try_clone().unwrap()));
        for (address, other) in
            [(Address::Unix(path), unix_too), (Address::Tcp(tcp.local_addr().unwrap()), tcp_too)]
        {
            assert!(matches!(Verdict::of(&address, None), Verdict::Unknown), "{address}");
            for process in [std::process::id(), other.0.id()] {
                let verdict = Verdict::of(&address, Some(process));
                let Verdict::Proven(proven) = verdict else { panic!("{address}: {verdict:?}") };
                assert_eq!(proven.number(), Some(process));
                // Who is named need not be the one that began to listen.
                assert!(proven.agrees(Some(&said(1))));
            }
        }
    }

    #[test]
    fn who_listens_by_name_goes_before_who_listens_everywhere() {
        let words = |ip: IpAddr| match ip {
            IpAddr::V4(ip) => format!("{:08X}", u32::from_ne_bytes(ip.octets())),
            IpAddr::V6(ip) => {
                let words = ip.octets();
                let words = words.chunks(4).map(|word| u32::from_ne_bytes(word.try_into().unwrap()));
                words.map(|word| format!("{word:08X}")).collect()
            }
        };
        let line = |ip: &str, number: u64| {
            let ip = words(ip.parse().unwrap());
            format!("0: {ip}:2710 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 {number} 1")
        };
        let lines = [("127.0.0.1", 1), ("0.0.0.0", 2), ("::", 3), ("::1", 4), ("127.0.0.2", 5)];
        let table = lines.map(|(ip, number)| line(ip, number));
        let v4 = SocketAddr::from((Ipv4Addr::LOCALHOST, 10_000));
        for (without, expected) in [(0, 1), (1, 2), (2, 3)] {
            assert_eq!(tcp_sockets(&table[without..], &v4), [expected]);
        }
        let v6 = SocketAddr::from((Ipv6Addr::LOCALHOST, 10_000));
        assert_eq!(tcp_sockets(&table, &v6), [4]);
        assert_eq!(tcp_sockets(&table[..3], &v6), [3], "no socket of IPv4 takes it");
    }

    #[test]
    fn a_line_that_somebody_has_made_up_proves_nobody() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("socket");
        let other = directory.path().join("other");
        let stranger = UnixListener::bind(&other).unwrap();
        let holder = also_holds(stranger.try_clone().unwrap());
        let table = fs::read_to_string("/proc/net/unix").unwrap();
        let number = table.lines().find_map(|line| unix_socket(line, &other)).unwrap();
        drop(stranger);
        let _plugin = UnixListener::bind(&path).unwrap();
        // The name of a socket, which looks like a line where it stands in the table.
        let line = format!("0: 00000002 00000000 00010000 0001 01 {number} {}", path.display());
        let name = directory.path().join("x\n");
        let name = name.to_str().unwrap().to_owned() + &line;
        let parent = Path::new(&name).parent().unwrap().to_owned();
        fs::create_dir_all(&parent).unwrap();
        let Ok(_forged) = UnixListener::bind(&name) else { panic!("the name is too long: {name}") };
        let address = Address::Unix(path);
        assert!(matches!(Verdict::of(&address, None), Verdict::Unknown));
        let verdict = Verdict::of(&address, Some(holder.0.id()));
        if let Verdict::Proven(proven) = verdict {
            assert!(!proven.agrees(Some(&said(std::process::id()))), "{proven:?}");
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
    fn whoever_has_the_socket_proves_nothing_for_a_process_that_ended_meanwhile() {
        let mut process = sleeper();
        let number = Pid::from_raw(i32::try_from(process.0.id()).unwrap()).unwrap();
        let holds = || {
            let descriptor = pidfd_open(number, PidfdFlags::empty()).unwrap();
            Looked::of(Ok(true), Proven { number, descriptor, leads_group: false, must_agree: true })
        };
        assert!(matches!(holds(), Looked::Holds(_)));
        process.0.kill().unwrap();
        // Its number is nobody else's until it is asked for its end.
        waitid(WaitId::Pid(number), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT).unwrap();
        assert!(matches!(holds(), Looked::DoesNot));
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

//! The servers' processes: the benchmark itself, told to serve.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::{Fault, Peer, Place};
use crate::valgrind::{self, Count};

/// What to start as a server.
#[derive(Debug)]
pub struct Program {
    /// The file.
    pub path: PathBuf,
    /// What stands behind it.
    pub arguments: Vec<OsString>,
    /// For its environment.
    pub variable: (&'static str, &'static str),
}

impl Program {
    pub(super) const FLAG: &'static str = "--serve";

    /// This program as the server of a peer. If it is counted it runs under valgrind, which leaves the count in the
    /// directory.
    pub fn server(
        peer: impl Peer,
        place: Place,
        directory: &Path,
        counted: Option<Count>,
    ) -> io::Result<Self> {
        let own: [OsString; 3] =
            [Self::FLAG.into(), format!("{}/{}", peer.name(), place.line()).into(), directory.into()];
        Self::this(own, counted.map(|count| Counted { count, directory, side: "server" }))
    }

    /// This program with these arguments.
    pub(super) fn this(
        own: impl IntoIterator<Item = OsString>,
        counted: Option<Counted<'_>>,
    ) -> io::Result<Self> {
        let program = std::env::current_exe()?;
        let variable = valgrind::NO_STRING_INSTRUCTIONS;
        let Some(counted) = counted else {
            return Ok(Self { path: program, arguments: own.into_iter().collect(), variable });
        };
        let mut arguments = counted.count.arguments(Some(&counted.log()), Some(&counted.profile()));
        arguments.push(program.into());
        arguments.extend(own);
        Ok(Self { path: valgrind::PROGRAM.into(), arguments, variable })
    }

    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.args(&self.arguments).env(self.variable.0, self.variable.1);
        command
    }
}

/// Where a process under valgrind leaves what it counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted<'a> {
    pub(super) count: Count,
    pub(super) directory: &'a Path,
    pub(super) side: &'static str,
}

impl Counted<'_> {
    fn log(self) -> PathBuf {
        self.directory.join(format!("{}.log", self.side))
    }

    fn profile(self) -> PathBuf {
        self.directory.join(format!("callgrind.{}", self.side))
    }

    /// What was counted in the process, once it has ended.
    pub(super) fn read(self) -> Result<u64, Fault> {
        let said = std::fs::read_to_string(self.log())?;
        self.count.read(&said).ok_or_else(|| format!("no count of the {}:\n{said}", self.side).into())
    }
}

/// The part of a server's process.
pub(super) fn serve(peer: impl Peer, place: Place, directory: &Path) -> Result<(), Fault> {
    place.threads.runtime()?.block_on(peer.serve(place, directory))
}

/// Where a server can be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listening {
    /// A file.
    Unix(PathBuf),
    /// A port.
    Tcp(SocketAddr),
}

/// Says where the server listens, and ends the process when the client is gone, or wants it so.
pub(super) fn announce(listening: &Listening) -> io::Result<()> {
    std::thread::spawn(|| {
        // Nothing is ever sent this way: it ends with the other side.
        let ended = io::copy(&mut io::stdin(), &mut io::sink());
        std::process::exit(ended.map_or(1, |_| 0));
    });
    let mut output = io::stdout().lock();
    match listening {
        Listening::Unix(path) => writeln!(output, "unix {}", path.display())?,
        Listening::Tcp(address) => writeln!(output, "tcp {address}")?,
    }
    output.flush()
}

/// The process of a server that is no plugin. It ends with this value.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Where it can be reached.
    pub listening: Listening,
}

impl Server {
    /// Starts it, and waits until it listens.
    pub fn start(program: &Program) -> Result<Self, Fault> {
        let mut child = program.command().stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let line = first_line(child.stdout.take().ok_or("the server has no output")?)?;
        let listening = match line.split_once(' ') {
            Some(("unix", path)) => Listening::Unix(path.into()),
            Some(("tcp", address)) => Listening::Tcp(address.parse()?),
            _ => return Err(format!("the server said `{line}` where an address was expected").into()),
        };
        Ok(Self { child, listening })
    }

    /// Ends it, and waits for that.
    pub fn stop(mut self) -> Result<(), Fault> {
        drop(self.child.stdin.take());
        let status = self.child.wait()?;
        if status.success() { Ok(()) } else { Err(format!("the server ended with {status}").into()) }
    }
}

fn first_line(output: impl Read) -> io::Result<String> {
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    Ok(line.trim_end().to_owned())
}

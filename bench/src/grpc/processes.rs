//! The servers' processes: this program itself, told to serve.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rpcplugin_bench::valgrind;

use crate::Fault;
use crate::peers::{Peer, ours, raw_h2, stock_tonic};
use crate::place::Place;

/// What to start as a server.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    pub(crate) arguments: Vec<OsString>,
    /// For its environment.
    pub(crate) variable: (&'static str, &'static str),
}

impl Program {
    pub(crate) const FLAG: &'static str = "--serve";

    /// This program as the server of a peer. If `counted` it runs under valgrind, which leaves its count in the directory.
    pub(crate) fn server(peer: Peer, place: Place, directory: &Path, counted: bool) -> io::Result<Self> {
        let own: [OsString; 3] =
            [Self::FLAG.into(), format!("{}/{}", peer.name(), place.line()).into(), directory.into()];
        Self::this(own, counted.then_some(Counted { directory, side: "server" }))
    }

    /// This program with these arguments.
    pub(crate) fn this(
        own: impl IntoIterator<Item = OsString>,
        counted: Option<Counted<'_>>,
    ) -> io::Result<Self> {
        let program = std::env::current_exe()?;
        let variable = valgrind::NO_STRING_INSTRUCTIONS;
        let Some(counted) = counted else {
            return Ok(Self { path: program, arguments: own.into_iter().collect(), variable });
        };
        let mut arguments = valgrind::arguments(Some(&counted.log()), Some(&counted.profile()));
        arguments.push(program.into());
        arguments.extend(own);
        Ok(Self { path: valgrind::PROGRAM.into(), arguments, variable })
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.args(&self.arguments).env(self.variable.0, self.variable.1);
        command
    }
}

/// Where a process under valgrind leaves what it counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counted<'a> {
    pub(crate) directory: &'a Path,
    pub(crate) side: &'static str,
}

impl Counted<'_> {
    fn log(self) -> PathBuf {
        self.directory.join(format!("{}.log", self.side))
    }

    fn profile(self) -> PathBuf {
        self.directory.join(format!("callgrind.{}", self.side))
    }

    /// The instructions of the process, once it has ended.
    pub(crate) fn count(self) -> Result<u64, Fault> {
        let said = std::fs::read_to_string(self.log())?;
        valgrind::count(&said).ok_or_else(|| format!("no count of the {}:\n{said}", self.side).into())
    }
}

/// The part of a server's process.
pub(crate) fn serve(peer: Peer, place: Place, directory: &Path) -> Result<(), Fault> {
    place.threads.runtime()?.block_on(async {
        match peer {
            Peer::Ours | Peer::Intercepted(_) => ours::serve(place, peer.layer()).await,
            Peer::Tonic => stock_tonic::serve(place, directory).await,
            Peer::H2 => raw_h2::serve(place, directory).await,
        }
    })
}

/// Where a server can be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Listening {
    Unix(PathBuf),
    Tcp(SocketAddr),
}

pub(crate) fn socket_path(directory: &Path) -> PathBuf {
    directory.join("socket")
}

/// Says where the server listens, and ends the process when the client is gone, or wants it so.
pub(crate) fn announce(listening: &Listening) -> io::Result<()> {
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
pub(crate) struct Server {
    child: Child,
    pub(crate) listening: Listening,
}

impl Server {
    /// Starts it, and waits until it listens.
    pub(crate) fn start(program: &Program) -> Result<Self, Fault> {
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
    pub(crate) fn stop(mut self) -> Result<(), Fault> {
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

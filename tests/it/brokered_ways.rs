//! Where one side reaches what the other one serves through the broker: a runner translates, and a user may allow more.

use std::io;
use std::os::unix::fs::{chown, symlink};
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use h2::server::SendResponse;
use http::{Request, Response};
use prost::Message;
use rpcplugin::{
    Address, AttachedRunner, BrokerError, PluginClient, PluginClientBuilder, Runner, RunnerCommand, Security,
    SocketFault, StartedRunner, TransportError, Wire,
};
use rpcplugin_tests::desk::{Desk as _, DeskClient, Task, adder, converse};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::process::Command;
use tokio::sync::watch;

use crate::broker::broker_plugin;
use crate::foreign_sockets::{NOBODY, Served};
use crate::support::{script, skipped};

/// Where the sockets are for a plugin: its working directory, which is another one for the host.
const INSIDE: &str = "/proc/self/cwd";

/// Starts plugins for which the directory of the sockets has another name, one that means something else to the host.
#[derive(Clone)]
struct Elsewhere {
    back: Back,
    seen: Arc<Mutex<Vec<Address>>>,
}

/// What it says of the sockets of the host.
#[derive(Clone, Copy, Debug)]
enum Back {
    Translated,
    Wrong,
    Refused,
}

impl Elsewhere {
    fn new(back: Back) -> Self {
        Self { back, seen: Arc::default() }
    }
}

impl Runner for Elsewhere {
    type Attached = There;

    async fn start(&self, mut command: RunnerCommand) -> io::Result<StartedRunner<There>> {
        let directory = command.socket_directory.clone();
        command.directory = Some(directory.clone());
        command.set_env("PLUGIN_UNIX_SOCKET_DIR", INSIDE);
        let mut child = Command::from(command.to_command()).kill_on_drop(true).spawn()?;
        let group = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).unwrap())).unwrap();
        let (stdout, stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let (ending, ended) = watch::channel(None);
        tokio::spawn(async move { ending.send_replace(child.wait().await.ok()) });
        let there = There { directory, group, ended, back: self.back, seen: Arc::clone(&self.seen) };
        Ok(StartedRunner::new(there, stdout, stderr))
    }
}

#[derive(Debug)]
struct There {
    directory: PathBuf,
    group: Pid,
    ended: watch::Receiver<Option<ExitStatus>>,
    back: Back,
    seen: Arc<Mutex<Vec<Address>>>,
}

impl AttachedRunner for There {
    async fn wait(&self) -> Option<ExitStatus> {
        self.ended.clone().wait_for(Option::is_some).await.ok().and_then(|status| *status)
    }

    async fn terminate(&self) -> io::Result<()> {
        Ok(kill_process_group(self.group, Signal::TERM)?)
    }

    async fn kill(&self) -> io::Result<()> {
        Ok(kill_process_group(self.group, Signal::KILL)?)
    }

    fn plugin_to_host(&self, address: Address) -> io::Result<Address> {
        self.seen.lock().unwrap().push(address.clone());
        let Address::Unix(path) = &address else { return Err(io::Error::other("no such network inside")) };
        let inside = path.strip_prefix(INSIDE).map_err(io::Error::other)?;
        Ok(Address::Unix(self.directory.join(inside)))
    }

    fn host_to_plugin(&self, address: Address) -> io::Result<Address> {
        let Address::Unix(path) = &address else { return Err(io::Error::other("no such network inside")) };
        let inside = path.strip_prefix(&self.directory).map_err(io::Error::other)?;
        match self.back {
            Back::Translated => Ok(Address::Unix(Path::new(INSIDE).join(inside))),
            Back::Wrong => Ok(Address::Unix(Path::new("/nobody").join(inside))),
            Back::Refused => Err(io::Error::other("the directory is not mounted")),
        }
    }
}

fn through(runner: Elsewhere) -> PluginClientBuilder {
    PluginClient::builder(broker_plugin(), rpcplugin_tests::cookie()).runner(runner)
}

#[tokio::test]
async fn a_runner_translates_what_is_brokered_in_both_directions() {
    for security in [Security::Plaintext, Security::AutoMtls] {
        for wire in [Wire::Binary, Wire::Grpc] {
            let runner = Elsewhere::new(Back::Translated);
            let plugin = through(runner.clone()).security(security).wire(wire).start().await.unwrap();
            converse(&plugin.broker(), plugin.channel()).await.unwrap();
            let stopped = plugin.stop().await;
            assert!(stopped.is_graceful(), "{stopped:?}");
            assert!(runner.seen.lock().unwrap().len() > 1, "no address beside that of the plugin itself");
        }
    }
}

#[tokio::test]
async fn the_plugin_dials_where_the_runner_says() {
    let plugin = through(Elsewhere::new(Back::Wrong)).start().await.unwrap();
    let served = plugin.broker().serve(adder(5).unwrap()).await.unwrap();
    let task = Task { adder: served.id(), value: 37 };
    let status = DeskClient::new(plugin.channel()).delegate(task).await.unwrap_err();
    assert!(status.message().contains("unix /nobody/"), "{status}");
    plugin.stop().await;
}

#[tokio::test]
async fn what_the_runner_does_not_translate_for_the_plugin_is_not_served() {
    let plugin = through(Elsewhere::new(Back::Refused)).start().await.unwrap();
    let broker = plugin.broker();
    for _again in 0..2 {
        let error = broker.serve_on(7, adder(5).unwrap()).await.unwrap_err();
        let BrokerError::Untranslated { id: 7, address: Address::Unix(_), source } = &error else {
            panic!("{error}")
        };
        assert_eq!(source.to_string(), "the directory is not mounted");
    }
    plugin.stop().await;
}

const HOW_LONG: Duration = Duration::from_secs(20);

/// Serves HTTP/2 as a plugin that has a broker and nothing else, and says this of the number 1.
async fn serve(connection: impl AsyncRead + AsyncWrite + Unpin, brokered: Option<ConnInfo>) {
    let mut connection = h2::server::handshake(connection).await.unwrap();
    let mut streams = Vec::new();
    while let Some(Ok((request, respond))) = connection.accept().await {
        streams.push(answer(&request, respond, brokered.as_ref()));
    }
}

fn answer(
    request: &Request<h2::RecvStream>,
    mut respond: SendResponse<Bytes>,
    brokered: Option<&ConnInfo>,
) -> Option<h2::SendStream<Bytes>> {
    let response = Response::builder().header("content-type", "application/grpc");
    match brokered.filter(|_| request.uri().path() == "/plugin.GRPCBroker/StartStream") {
        Some(said) => {
            let mut stream = respond.send_response(response.body(()).unwrap(), false).unwrap();
            stream.send_data(framed(said), false).unwrap();
            Some(stream)
        }
        None => {
            let response = response.header("grpc-status", "12").body(()).unwrap();
            drop(respond.send_response(response, true).unwrap());
            None
        }
    }
}

#[derive(Clone, PartialEq, Message)]
struct ConnInfo {
    #[prost(uint32, tag = "1")]
    service_id: u32,
    #[prost(string, tag = "2")]
    network: String,
    #[prost(string, tag = "3")]
    address: String,
}

fn framed(message: &impl Message) -> Bytes {
    let mut frame = BytesMut::new();
    frame.put_u8(0);
    frame.put_u32(u32::try_from(message.encoded_len()).unwrap());
    message.encode(&mut frame).unwrap();
    frame.freeze()
}

/// What comes of dialling what a plugin serves there, for a host that allows these addresses.
async fn dial(
    network: &str,
    address: String,
    is_allowed: impl Fn(&Address) -> bool + Send + Sync + 'static,
) -> Result<(), BrokerError> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("socket");
    let listener = UnixListener::bind(&path).unwrap();
    let said = ConnInfo { service_id: 1, network: network.to_owned(), address };
    let serving = tokio::spawn(async move { serve(listener.accept().await.unwrap().0, Some(said)).await });
    let line = format!("echo '1|1|unix|{}|grpc|'; exec sleep 600", path.display());
    // The socket of the plugin itself belongs to no process of the plugin's.
    let is_allowed = move |address: &Address| *address == Address::Unix(path.clone()) || is_allowed(address);
    let host = script(&line).security(Security::Plaintext).allow_address(is_allowed);
    let plugin = host.start().await.unwrap();
    let dialled = plugin.broker().dial_within(1, HOW_LONG).await.map(drop);
    serving.abort();
    dialled
}

#[tokio::test]
async fn what_is_brokered_at_another_address_is_dialled_if_the_user_allows_that() {
    let brokered = TcpListener::bind("127.0.0.1:0").await.unwrap();
    // It is of no machine in particular, and connects to this one.
    let said = format!("0.0.0.0:{}", brokered.local_addr().unwrap().port());
    let error = dial("tcp", said.clone(), |_address| false).await.unwrap_err();
    let BrokerError::BadAddress { id: 1, network, address } = &error else { panic!("{error}") };
    assert!(network == "tcp" && *address == said, "{error}");
    assert!(error.to_string().contains("allow_address"), "{error}");
    let called = tokio::spawn(async move { serve(brokered.accept().await.unwrap().0, None).await });
    let allowed = Address::Tcp(said.parse().unwrap());
    dial("tcp", said, move |address| *address == allowed).await.unwrap();
    called.abort();
}

async fn dial_path(path: &Path, is_allowed: bool) -> Result<(), BrokerError> {
    dial("unix", path.to_str().unwrap().to_owned(), move |_address| is_allowed).await
}

/// Why a host does not talk there.
async fn fault(path: &Path) -> SocketFault {
    let error = dial_path(path, false).await.unwrap_err();
    let BrokerError::Connect { id: 1, source: TransportError::ForeignSocket { path: named, fault } } = error
    else {
        panic!("{error}")
    };
    assert_eq!(named, path);
    fault
}

#[tokio::test]
async fn what_is_brokered_at_a_link_or_at_no_socket_is_not_dialled() {
    let directory = tempfile::tempdir().unwrap();
    let [path, link, file] = ["brokered", "link", "file"].map(|name| directory.path().join(name));
    let listener = UnixListener::bind(&path).unwrap();
    let called = tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            tokio::spawn(serve(connection, None));
        }
    });
    dial_path(&path, false).await.unwrap();
    symlink(&path, &link).unwrap();
    assert_eq!(fault(&link).await, SocketFault::Link);
    dial_path(&link, true).await.unwrap();
    std::fs::write(&file, "").unwrap();
    assert_eq!(fault(&file).await, SocketFault::NotASocket);
    called.abort();
}

#[tokio::test]
async fn what_is_brokered_at_the_socket_of_another_user_is_not_dialled_nor_is_another_user_at_ours() {
    if !rustix::process::geteuid().is_root() {
        return skipped("root alone can make sockets of other users");
    }
    let served = Served::start(Some(NOBODY));
    assert_eq!(fault(&served.path).await, SocketFault::Owner(NOBODY));
    // It looks like ours now, and somebody else is behind it.
    chown(&served.path, Some(0), Some(0)).unwrap();
    assert_eq!(fault(&served.path).await, SocketFault::User(NOBODY));
    dial_path(&served.path, true).await.unwrap();
}

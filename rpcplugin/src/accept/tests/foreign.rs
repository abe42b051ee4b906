//! Peers that speak something else.

use super::*;

impl Peer {
    /// All that is answered, until the other side closes the connection.
    async fn answer(&mut self) -> Vec<u8> {
        let mut answer = Vec::new();
        let read = match self {
            Self::Unix(stream) => stream.read_to_end(&mut answer).await,
            Self::Tcp(stream) => stream.read_to_end(&mut answer).await,
        };
        // A connection that is closed while bytes of ours wait there is reset.
        drop(read);
        answer
    }

    async fn say(&mut self, words: &[u8]) {
        let said = match self {
            Self::Unix(stream) => stream.write_all(words).await,
            Self::Tcp(stream) => stream.write_all(words).await,
        };
        // The other side may have heard enough.
        drop(said);
    }
}

#[tokio::test]
async fn who_speaks_something_else_is_closed_at_once_and_counted() {
    let limits = ServerLimits::new().preface_timeout(NEVER);
    let plugin = Plugin::unix(false, limits);
    let foreign = [
        HALF_HELLO,
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"hello\n",
        b"\x89rpcb\n\x1a",
        b"\x89rpcc\r\n\x1a",
        &[0; 64],
    ];
    for (before, words) in (0..).zip(foreign) {
        let mut peer = plugin.peer(words).await;
        assert_eq!(within(SOON, peer.answer()).await, b"", "{}", words.escape_ascii());
        plugin.counts("refused", |counts| counts.wrong_protocol == before + 1).await;
    }
    let counts = plugin.counts("closed", |counts| counts.newcomers == 0).await;
    assert_eq!((counts.preface_timed_out, counts.handshake_failed), (0, 0));
    assert_eq!(plugin.client().await.double(4).await.unwrap(), 8);
}

#[tokio::test]
async fn who_speaks_http1_reads_why_it_is_not_served() {
    for listener in [Listener::unix(None, None).unwrap(), Listener::tcp(0..=0).await.unwrap()] {
        let plugin = Plugin::on(listener, false, ServerLimits::new());
        // More than the plugin reads before it answers.
        let body = vec![b'x'; 100_000];
        let mut peer =
            plugin.peer(b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100000\r\n\r\n").await;
        peer.say(&body).await;
        let answer = String::from_utf8(within(SOON, peer.answer()).await).unwrap();
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
        assert!(
            answer.contains("\r\nconnection: close\r\n") && answer.contains("gRPC over HTTP/2"),
            "{answer}"
        );
        assert_eq!(plugin.connections.counts().wrong_protocol, 1);
    }
}

#[tokio::test]
async fn stopping_does_not_wait_for_who_reads_no_answer() {
    let mut plugin = Plugin::unix(false, ServerLimits::new());
    let _reads_nothing = plugin.peer(b"GET / HTTP/1.1\r\n\r\n").await;
    plugin.counts("refused", |counts| counts.wrong_protocol == 1).await;
    plugin.stop.send_replace(true);
    within(SOON, plugin.task.ended()).await.unwrap();
}

#[tokio::test]
async fn the_bytes_may_come_one_by_one() {
    let plugin = Plugin::unix(false, ServerLimits::new().preface_timeout(NEVER));
    let mut peer = plugin.connect().await;
    for byte in [PREFACE, SETTINGS].concat() {
        peer.say(&[byte]).await;
        tokio::task::yield_now().await;
    }
    let Peer::Unix(stream) = &mut peer else { panic!("not unix") };
    let mut frame = [0; 9];
    within(SOON, stream.read_exact(&mut frame)).await.unwrap();
    assert_eq!(frame[3], 4, "SETTINGS is what a server says first");
    assert_eq!(plugin.connections.counts().wrong_protocol, 0);
}

#[tokio::test]
async fn what_was_agreed_within_tls_is_what_must_be_spoken() {
    let plugin = Plugin::unix(true, ServerLimits::new().preface_timeout(NEVER));
    let (host, certificate) = plugin.keys.as_ref().unwrap();
    for (agreed, spoken) in [(Protocol::Binary, PREFACE), (Protocol::Grpc, &MAGIC)] {
        let connector = Connector::new(host, certificate.clone(), &[agreed.name()]).unwrap();
        let secured = connector.connect(connect(&plugin.address).await.unwrap()).await.unwrap();
        assert_eq!(secured.protocol.as_deref(), Some(agreed.name()));
        let mut connection = secured.connection;
        let before = plugin.connections.counts().wrong_protocol;
        connection.write_all(spoken).await.unwrap();
        connection.flush().await.unwrap();
        plugin.counts("refused", |counts| counts.wrong_protocol == before + 1).await;
    }
    // A peer that says nothing of it is known by what it speaks.
    let connector = Connector::new(host, certificate.clone(), &[]).unwrap();
    let secured = connector.connect(connect(&plugin.address).await.unwrap()).await.unwrap();
    assert_eq!(secured.protocol, None);
    let opened = wire::open(Protocol::Grpc, secured.connection, true, MESSAGE_BYTES_DEFAULT).await;
    let client = DoublerClient::new(Channel::from_caller(opened.unwrap()));
    assert_eq!(client.double(3).await.unwrap(), 6);
}

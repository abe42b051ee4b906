//! Many calls that announce the largest message there may be and send none of it: no memory is made for what is only said.

use bytes::Bytes;
use h2::client::{ResponseFuture, SendRequest};
use h2::{Reason, SendStream};
use http::{HeaderMap, Method, Request, Version};
use rpcplugin::{Address, PluginClient, Security};
use rpcplugin_tests::kv::{Key, Kv, KvClient, Pair};
use tokio::net::UnixStream;

use crate::support::{kv_plugin, script};

/// What the plugin may have in all, in KiB: a fortieth of what is announced.
const ADDRESS_SPACE_KIB: u64 = 1024 * 1024;

/// Connections of the attacker, each with as many calls as a connection may have.
const CONNECTIONS: usize = 4;
const CALLS: usize = 1000;

/// How much larger the plugin may become meanwhile, in KiB: 16 for each call that is open. Believing one announcement in a
/// hundred would cost forty times as much.
const GROWTH_KIB_MAX: u64 = 64 * 1024;

/// The largest message that is allowed, in bytes: 64 MiB.
const LIMIT: u32 = 64 * 1024 * 1024;

/// A call that is open.
struct Open {
    _answer: ResponseFuture,
    _requests: SendStream<Bytes>,
}

fn prefix(length: u32) -> Bytes {
    let [a, b, c, d] = length.to_be_bytes();
    Bytes::copy_from_slice(&[0, a, b, c, d])
}

fn request() -> Request<()> {
    let request = Request::builder().method(Method::POST).uri("http://localhost/kvtest.KV/PutAll");
    request
        .version(Version::HTTP_2)
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(())
        .unwrap()
}

async fn connect(plugin: &PluginClient) -> SendRequest<Bytes> {
    let Address::Unix(path) = plugin.address() else { panic!("not unix") };
    let stream = UnixStream::connect(path).await.unwrap();
    let (sender, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(async move { drop(connection.await) });
    sender
}

async fn announce(sender: &mut SendRequest<Bytes>, length: u32) -> Open {
    let mut ready = sender.clone().ready().await.unwrap();
    let (answer, mut requests) = ready.send_request(request(), false).unwrap();
    requests.send_data(prefix(length), false).unwrap();
    Open { _answer: answer, _requests: requests }
}

/// A line of the process's status, in KiB.
fn memory(plugin: &PluginClient, line: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", plugin.id().unwrap())).unwrap();
    let value = status.lines().find_map(|found| found.strip_prefix(line)).unwrap();
    value.trim_start_matches(':').trim().trim_end_matches(" kB").parse().unwrap()
}

async fn plugin() -> PluginClient {
    // Another arena of malloc would reserve 64 MiB for a thread, and none of that is for a message.
    let command = format!("ulimit -v {ADDRESS_SPACE_KIB}; MALLOC_ARENA_MAX=1 exec {}", kv_plugin().display());
    script(&command).security(Security::Plaintext).start().await.unwrap()
}

async fn answers(store: &KvClient) {
    let pair = Pair { key: "held".to_owned(), value: b"by its host".to_vec() };
    store.put(pair.clone()).await.unwrap();
    assert_eq!(store.get(Key { key: pair.key.clone() }).await.unwrap(), pair);
}

#[tokio::test]
async fn announced_messages_take_no_memory() {
    let plugin = plugin().await;
    let store = KvClient::new(plugin.channel());
    answers(&store).await;
    let before = (memory(&plugin, "VmSize"), memory(&plugin, "VmRSS"));
    let mut open = Vec::new();
    for _ in 0..CONNECTIONS {
        let mut sender = connect(&plugin).await;
        for _ in 0..CALLS {
            open.push(announce(&mut sender, LIMIT).await);
        }
        // Its answer comes behind everything before it on the connection: the plugin has seen all of it.
        let refused = refusal(&mut sender, LIMIT + 1).await;
        assert_eq!(refused.get("grpc-status").unwrap(), "8");
    }
    answers(&store).await;
    let after = (memory(&plugin, "VmSize"), memory(&plugin, "VmRSS"));
    assert!(after.0 - before.0 < GROWTH_KIB_MAX, "{before:?} KiB became {after:?}");
    assert!(after.1.saturating_sub(before.1) < GROWTH_KIB_MAX, "{before:?} KiB became {after:?}");
    drop(open);
    answers(&store).await;
    assert!(plugin.exited().is_none());
    assert!(plugin.stop().await.is_graceful());
}

/// What the plugin says to an announcement over the limit.
async fn refusal(sender: &mut SendRequest<Bytes>, length: u32) -> HeaderMap {
    let mut ready = sender.clone().ready().await.unwrap();
    let (answer, mut requests) = ready.send_request(request(), false).unwrap();
    requests.send_data(prefix(length), false).unwrap();
    let answer = answer.await.unwrap();
    let headers = answer.headers().clone();
    requests.send_reset(Reason::CANCEL);
    headers
}

#[tokio::test]
async fn an_announcement_over_the_limit_is_refused_with_size_limit_and_setter() {
    let plugin = plugin().await;
    let mut sender = connect(&plugin).await;
    for length in [LIMIT + 1, u32::MAX] {
        let headers = refusal(&mut sender, length).await;
        assert_eq!(headers.get("grpc-status").unwrap(), "8", "RESOURCE_EXHAUSTED");
        let message = headers.get("grpc-message").unwrap().to_str().unwrap();
        let said =
            format!("a message of {length} bytes is over the limit of {LIMIT}; send it in pieces, or raise");
        assert!(message.starts_with(&said), "{message}");
    }
    answers(&KvClient::new(plugin.channel())).await;
    plugin.stop().await;
}

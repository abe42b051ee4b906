//! What a configuration says about calls and their messages, seen from the other side.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rpcplugin::compression::CallCompression;
use rpcplugin::{
    Code, Config, Context, Cookie, PluginClient, PluginPool, PluginServer, Security, Status, Streaming,
    rpc_protocol,
};
use rpcplugin_tests::kv::{Key, Kv, KvClient};

use crate::configuration::by_environment;

#[rpc_protocol(service = "test.Work")]
trait Work {
    /// Fails until it was called so often.
    #[rpc(idempotent)]
    async fn attempt(&self, needed: u32) -> Result<u32, Status>;

    /// Whether the request came compressed.
    async fn was_compressed(&self, context: Context, text: String) -> Result<bool, Status>;

    /// Goes on until its requests end.
    async fn hold(&self, requests: Streaming<u32>) -> Result<Streaming<u32>, Status>;
}

#[derive(Clone, Default)]
struct Worker(Arc<AtomicU32>);

impl Work for Worker {
    async fn attempt(&self, needed: u32) -> Result<u32, Status> {
        match self.0.fetch_add(1, Ordering::Relaxed) + 1 {
            attempts if attempts >= needed => Ok(self.0.swap(0, Ordering::Relaxed)),
            _ => Err(Status::unavailable("not yet")),
        }
    }

    async fn was_compressed(&self, context: Context, text: String) -> Result<bool, Status> {
        drop(text);
        Ok(context.get::<CallCompression>().is_some_and(|compression| compression.was_compressed()))
    }

    async fn hold(&self, requests: Streaming<u32>) -> Result<Streaming<u32>, Status> {
        Ok(requests)
    }
}

fn cookie() -> Cookie {
    Cookie::new("WORK_PLUGIN", "5d1a").unwrap()
}

/// Runs a test opposite a plugin in this process; both sides are configured by these.
async fn between(host: &[(&str, &str)], plugin: &[(&str, &str)], test: impl AsyncFnOnce(WorkClient)) {
    let config = Config::for_plugin().variables(plugin.iter().copied()).build().unwrap();
    let server = PluginServer::new(cookie()).config(&config).service(WorkServer::new(Worker::default()));
    let server = server.listen().await.unwrap();
    let reattach = server.reattach_config().clone();
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(server.serve_until(async { drop(ended.await) }));
    let config = Config::for_host().variables(host.iter().copied()).build().unwrap();
    let builder = PluginClient::builder("attached", cookie()).security(Security::Plaintext);
    let client = builder.config(&config).attach(&reattach).await.unwrap();
    test(WorkClient::new(client.channel())).await;
    drop(end);
    serving.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_host_that_is_told_to_makes_calls_again() {
    let often = [("PLUGIN_RETRY_ATTEMPTS_MAX", "4"), ("PLUGIN_RETRY_BACKOFF", "1ms")];
    between(&often, &[], async |work| assert_eq!(work.attempt(4).await.unwrap(), 4)).await;
    for once in [vec![], vec![("PLUGIN_RETRY_ATTEMPTS_MAX", "1")]] {
        between(&once, &[], async |work| {
            assert_eq!(work.attempt(2).await.unwrap_err().code(), Code::Unavailable);
        })
        .await;
    }
}

#[tokio::test]
async fn messages_are_compressed_that_are_long_enough_where_both_sides_are_told_to() {
    let gzip = [("PLUGIN_COMPRESSION", "gzip"), ("PLUGIN_COMPRESSION_BYTES_MIN", "2KiB")];
    let zstd = [("PLUGIN_COMPRESSION_ACCEPTED", "gzip,zstd")];
    for wire in ["grpc", "binary"] {
        let host = [gzip.to_vec(), vec![("PLUGIN_WIRE", wire)]].concat();
        for plugin in [gzip.as_slice(), &zstd] {
            between(&host, plugin, async |work| {
                for (length, expected) in [(2000, false), (4000, true)] {
                    let came = work.was_compressed(Context::new(), "a".repeat(length)).await.unwrap();
                    assert_eq!(came, expected, "{wire} {plugin:?} {length}");
                }
            })
            .await;
        }
    }
}

#[tokio::test]
async fn as_many_calls_run_as_a_plugin_is_told_and_the_rest_waits_or_is_refused() {
    let one = [("PLUGIN_CONCURRENCY_LIMIT", "1")];
    between(&[], &one, async |work| {
        let held = work.hold(Streaming::new(futures_util::stream::pending())).await.unwrap();
        assert_eq!(work.attempt(1).await.unwrap_err().code(), Code::Unavailable);
        drop(held);
    })
    .await;
    let queue = [("PLUGIN_CONCURRENCY_QUEUE", "1"), ("PLUGIN_CONCURRENCY_QUEUE_TIMEOUT", "100")];
    between(&[], &[one.as_slice(), &queue].concat(), async |work| {
        let held = work.hold(Streaming::new(futures_util::stream::pending())).await.unwrap();
        // Whichever comes first waits, and the other finds no place even for that.
        let two = [Box::pin(work.attempt(1)), Box::pin(work.attempt(1))];
        let (first, _, mut rest) = futures_util::future::select_all(two).await;
        assert_eq!(first.unwrap_err().code(), Code::Unavailable);
        drop(held);
        assert_eq!(rest.remove(0).await.unwrap(), 1);
    })
    .await;
}

/// Whatever version its services are of.
#[tokio::test]
async fn a_plugin_refuses_calls_over_the_rate_that_its_environment_names() {
    let rate = [
        ("PLUGIN_RATE_LIMIT_ENABLED", "true"),
        ("PLUGIN_RATE_LIMIT_BURST_CAPACITY", "2"),
        ("PLUGIN_RATE_LIMIT_REQUESTS_PER_SECOND", "0.001"),
    ];
    for protocol in ["grpc", "versioned"] {
        let variables = [rate.as_slice(), &[("PLUGIN_PROTOCOL_TYPE", protocol)]].concat();
        let plugin = by_environment(&variables).protocol_versions([1, 5]).start().await.unwrap();
        let kv = KvClient::new(plugin.channel());
        let mut codes = Vec::new();
        for _ in 0..3 {
            let status = kv.get(Key { key: "none".to_owned() }).await.unwrap_err();
            codes.push(status.code());
            let is_refused = status.code() == Code::ResourceExhausted;
            let wait = status.retry_after().filter(|wait| *wait > Duration::from_secs(500));
            assert_eq!(wait.is_some(), is_refused, "{protocol}: {status}");
        }
        assert_eq!(codes, [Code::NotFound, Code::NotFound, Code::ResourceExhausted], "{protocol}");
        // What every plugin offers is not behind it.
        assert!(plugin.stop().await.is_graceful(), "{protocol}");
    }
}

#[test]
fn a_pool_is_as_large_as_it_is_told() {
    let config = Config::for_host()
        .variables([("PLUGIN_POOL_SIZE", "7"), ("PLUGIN_POOL_STRATEGY", "least_loaded")])
        .build()
        .unwrap();
    let pool = || PluginPool::builder(|_member| PluginClient::builder("any", cookie()));
    let told = format!("{:?}", pool().config(&config));
    assert!(told.contains("size: 7") && told.contains("strategy: LeastLoaded"), "{told}");
    let silent = Config::for_host().build().unwrap();
    let kept = format!("{:?}", pool().size(9).config(&silent));
    assert!(kept.contains("size: 9") && kept.contains("strategy: RoundRobin"), "{kept}");
}

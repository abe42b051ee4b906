//! Compressed messages on both wires: what crosses, what each side makes of what the other says, and what comes of bombs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rpcplugin::compression::{CallCompression, Compression, Encoding};
use rpcplugin::testing::{self, Route};
use rpcplugin::{
    CallOptions, Channel, Code, Context, Cookie, PluginClient, PluginServer, Protocol, Security, Status,
    Streaming, Wire, rpc_protocol,
};

#[rpc_protocol(service = "test.Texts")]
trait Texts {
    async fn one(&self, context: Context, text: String) -> Result<String, Status>;
    async fn many(&self, text: String) -> Result<Streaming<String>, Status>;
    async fn sum(&self, texts: Streaming<String>) -> Result<u64, Status>;
    async fn echo(&self, texts: Streaming<String>) -> Result<Streaming<String>, Status>;
    async fn bomb(&self, length: u64) -> Result<String, Status>;
}

/// Sends back what comes, and counts the requests that came compressed.
#[derive(Clone, Default)]
struct Echo(Arc<AtomicUsize>);

impl Echo {
    fn count(&self, context: &Context) {
        let compression = context.get::<CallCompression>();
        if compression.is_some_and(|compression| compression.was_compressed()) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn counted(&self) -> usize {
        self.0.swap(0, Ordering::Relaxed)
    }
}

impl Texts for Echo {
    async fn one(&self, context: Context, text: String) -> Result<String, Status> {
        self.count(&context);
        Ok(text)
    }

    async fn many(&self, text: String) -> Result<Streaming<String>, Status> {
        Ok(Streaming::from_iter([text.clone(), "short".to_owned(), text]))
    }

    async fn sum(&self, mut texts: Streaming<String>) -> Result<u64, Status> {
        let context = Context::current().unwrap();
        let mut sum = 0;
        while let Some(text) = texts.message().await? {
            self.count(&context);
            sum += text.len();
        }
        Ok(u64::try_from(sum).unwrap())
    }

    async fn echo(&self, texts: Streaming<String>) -> Result<Streaming<String>, Status> {
        Ok(texts)
    }

    async fn bomb(&self, length: u64) -> Result<String, Status> {
        Ok("a".repeat(usize::try_from(length).unwrap()))
    }
}

const WIRES: [Wire; 2] = [Wire::Grpc, Wire::Binary];

fn both(encoding: Encoding) -> Compression {
    Compression::new().accept(encoding).send(encoding)
}

/// A client whose calls tell whether their last answer was compressed.
fn telling(channel: &Channel) -> (TextsClient, CallCompression) {
    let (context, compression) = (Context::new(), CallCompression::new());
    context.insert(compression.clone());
    (TextsClient::new(channel.with(CallOptions::new().context(&context))), compression)
}

/// Long enough for several parts of a message of the binary wire, were it not compressed.
fn long() -> String {
    "all work and no play ".repeat(50_000)
}

/// Of which a compressed form is longer than a part of a message.
fn rich(length: usize) -> String {
    let mut state = 7_u64;
    let letter = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        char::from(b'a' + u8::try_from((state >> 33) % 16).unwrap())
    };
    (0..length).map(letter).collect()
}

async fn all(mut texts: Streaming<String>) -> Vec<String> {
    let mut all = Vec::new();
    while let Some(text) = texts.message().await.unwrap() {
        all.push(text);
    }
    all
}

#[tokio::test]
async fn every_kind_of_call_is_the_same_and_compressed_in_both_directions() {
    for (wire, encoding) in
        WIRES.into_iter().flat_map(|wire| [(wire, Encoding::Gzip), (wire, Encoding::Zstd)])
    {
        let (echo, case) = (Echo::default(), format!("{wire:?} {encoding}"));
        let pair = testing::connect(TextsServer::new(echo.clone()))
            .route(Route::memory().wire(wire))
            .compression(both(encoding))
            .await
            .unwrap();
        for text in [long(), rich(400_000)] {
            let (texts, compression) = telling(&pair.channel());
            assert_eq!(texts.one(Context::new(), "short".to_owned()).await.unwrap(), "short", "{case}");
            assert!(echo.counted() == 0 && !compression.was_compressed(), "{case}");
            let (texts, compression) = telling(&pair.channel());
            let answer = TextsClient::one(&texts, context_of(&compression), text.clone()).await.unwrap();
            assert!(answer == text && compression.was_compressed() && echo.counted() == 1, "{case}");

            let (texts, _) = telling(&pair.channel());
            let answers = all(texts.many(text.clone()).await.unwrap()).await;
            assert!(answers == [text.clone(), "short".to_owned(), text.clone()], "{case}");

            let requests = [text.clone(), "short".to_owned(), text.clone(), String::new()];
            let sum = texts.sum(Streaming::from_iter(requests.clone())).await.unwrap();
            assert_eq!(sum, u64::try_from(2 * text.len() + 5).unwrap(), "{case}");
            assert_eq!(echo.counted(), 2, "{case}: one by one");

            let echoed = all(texts.echo(Streaming::from_iter(requests.clone())).await.unwrap()).await;
            assert!(echoed == requests, "{case}");
        }
    }
}

fn context_of(compression: &CallCompression) -> Context {
    let context = Context::new();
    context.insert(compression.clone());
    context
}

#[tokio::test]
async fn a_call_with_interceptors_knows_of_its_compression_as_well() {
    for wire in WIRES {
        let pair = testing::connect(TextsServer::new(Echo::default()))
            .route(Route::memory().wire(wire))
            .compression(both(Encoding::Gzip))
            .await
            .unwrap();
        let channel = pair.channel().intercepted(rpcplugin::interceptors::Metrics::new());
        let compression = CallCompression::new();
        let texts = TextsClient::new(channel);
        texts.one(context_of(&compression), long()).await.unwrap();
        assert!(compression.was_compressed(), "{wire:?}");
    }
}

/// What our own sides make of each other that want different things.
#[tokio::test]
async fn a_side_that_reads_nothing_compressed_is_sent_nothing_compressed() {
    let gzip = Encoding::Gzip;
    let nothing = Compression::new();
    for wire in WIRES {
        for (client, handler, request, answer) in [
            (nothing, both(gzip), false, false),
            (both(gzip), nothing, false, false),
            (nothing.accept(gzip), both(gzip), false, true),
            (both(gzip), nothing.accept(gzip), true, false),
            (both(gzip), both(Encoding::Zstd), false, false),
            (both(gzip), both(Encoding::Zstd).accept(gzip), true, false),
        ] {
            let case = format!("{wire:?}: {client:?} {handler:?}");
            let echo = Echo::default();
            let pair = testing::connect(TextsServer::new(echo.clone()))
                .route(Route::memory().wire(wire))
                .client_compression(client)
                .handler_compression(handler)
                .await
                .unwrap();
            let compression = CallCompression::new();
            let texts = TextsClient::new(pair.channel());
            let answered = texts.one(context_of(&compression), long()).await;
            // Over gRPC nobody has told the client: it is refused, and is told.
            if wire == Wire::Grpc && client.accepts(gzip) && !handler.accepts(gzip) {
                let status = answered.unwrap_err();
                assert_eq!(status.code(), Code::Unimplemented, "{case}");
                assert!(status.message().contains("`gzip`"), "{status}");
                continue;
            }
            assert!(answered.unwrap() == long(), "{case}");
            assert_eq!((echo.counted() == 1, compression.was_compressed()), (request, answer), "{case}");
        }
    }
}

#[tokio::test]
async fn a_message_that_grows_over_the_limit_ends_its_call_alone_and_names_the_limit() {
    for (wire, encoding) in
        WIRES.into_iter().flat_map(|wire| [(wire, Encoding::Gzip), (wire, Encoding::Zstd)])
    {
        let bomb = "a".repeat(200_000);
        let case = format!("{wire:?} {encoding}");
        // To the handlers.
        let pair = testing::connect(TextsServer::new(Echo::default()))
            .route(Route::memory().wire(wire))
            .compression(both(encoding))
            .handler_message_bytes_max(100_000)
            .await
            .unwrap();
        let texts = TextsClient::new(pair.channel());
        let refused = |status: Status| {
            assert_eq!(status.code(), Code::ResourceExhausted, "{case}: {status}");
            assert!(status.message().contains("more than the limit of 100000 bytes"), "{case}: {status}");
        };
        refused(texts.one(Context::new(), bomb.clone()).await.unwrap_err());
        refused(texts.sum(Streaming::from_iter([bomb.clone()])).await.unwrap_err());
        assert_eq!(texts.one(Context::new(), long()[..50_000].to_owned()).await.unwrap().len(), 50_000);
        // And back.
        let pair = testing::connect(TextsServer::new(Echo::default()))
            .route(Route::memory().wire(wire))
            .compression(both(encoding))
            .client_message_bytes_max(100_000)
            .await
            .unwrap();
        let texts = TextsClient::new(pair.channel());
        refused(texts.bomb(200_000).await.unwrap_err());
        assert_eq!(texts.one(Context::new(), long()[..50_000].to_owned()).await.unwrap().len(), 50_000);
    }
}

#[rpc_protocol(service = "test.Others")]
trait Others {
    async fn other(&self, text: String) -> Result<String, Status>;
}

impl Others for Echo {
    async fn other(&self, text: String) -> Result<String, Status> {
        Ok(text)
    }
}

/// Whether an answer of each comes compressed: of the protocol that is compressed, and of the one beside it.
async fn answers_compressed(server: PluginServer, wire: Wire) -> [bool; 2] {
    let plugin = server.listen().await.unwrap();
    let config = plugin.reattach_config().clone();
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(plugin.serve_until(async { drop(ended.await) }));
    let builder = PluginClient::builder("attached", cookie()).security(Security::Plaintext).wire(wire);
    let host = builder.compression(both(Encoding::Gzip)).attach(&config).await.unwrap();
    let of_texts = CallCompression::new();
    let texts = TextsClient::new(host.channel());
    assert_eq!(texts.one(context_of(&of_texts), long()).await.unwrap(), long());
    let (context, of_others) = (Context::new(), CallCompression::new());
    context.insert(of_others.clone());
    let others = OthersClient::new(host.channel().with(CallOptions::new().context(&context)));
    assert_eq!(others.other(long()).await.unwrap(), long());
    drop(end);
    serving.await.unwrap().unwrap();
    [of_texts.was_compressed(), of_others.was_compressed()]
}

fn cookie() -> Cookie {
    Cookie::new("COMPRESSION_PLUGIN", "5d1a").unwrap()
}

#[tokio::test]
async fn a_compressed_protocol_is_the_only_one_that_sends_so_unless_its_plugin_does() {
    let accepting = Compression::new().accept(Encoding::Gzip);
    for wire in WIRES {
        let echo = Echo::default();
        let texts = Protocol::new("texts", TextsServer::new(echo.clone())).compressed(both(Encoding::Gzip));
        let plugin = || {
            let others = Protocol::new("others", OthersServer::new(echo.clone()));
            PluginServer::new(cookie()).protocol(&texts).unwrap().protocol(&others).unwrap()
        };
        assert_eq!(answers_compressed(plugin(), wire).await, [true, false], "{wire:?}");
        assert_eq!(echo.counted(), 1, "{wire:?}: what comes is read as well");
        // What the plugin is told behind its protocols leaves them theirs, unless it sends for itself.
        let reads = plugin().compression(accepting);
        assert_eq!(answers_compressed(reads, wire).await, [true, false], "{wire:?}");
        let sends = plugin().compression(both(Encoding::Gzip));
        assert_eq!(answers_compressed(sends, wire).await, [true, true], "{wire:?}");
        let sends = PluginServer::new(cookie()).compression(both(Encoding::Gzip));
        let sends = sends.protocol(&texts).unwrap().service(OthersServer::new(echo.clone()));
        assert_eq!(answers_compressed(sends, wire).await, [true, true], "{wire:?}");
    }
}

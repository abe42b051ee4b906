//! What `#[rpc_protocol]` writes, at work: both forms, called over every way that a call can be carried.

#![allow(clippy::unwrap_used, reason = "what fails here is what the test is about")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use futures_util::stream;
use rpcplugin::testing;
use rpcplugin::{
    BinaryMessage, Channel, Code, Message, MethodKind, MethodSpec, ProtobufName, Router, ServiceSpec, Status,
    Streaming, rpc_protocol,
};
use tokio::sync::Barrier;

#[derive(Clone, Debug, PartialEq, BinaryMessage)]
struct Pair {
    #[binary(id = 1)]
    key: String,
    #[binary(id = 2)]
    value: Vec<u8>,
}

/// Keeps values under keys.
#[rpc_protocol(service = "example.Kv", name = "key-value", version = "2.1.0")]
trait Kv {
    /// The value of a key.
    ///
    /// Fails with NOT_FOUND where there is none.
    async fn get(&self, key: String) -> Result<Pair, Status>;

    /// Every pair whose key begins so.
    #[rpc(unary_stream)]
    async fn list(&self, prefix: String) -> Result<Streaming<Pair>, Status>;

    #[rpc(name = "Import", stream_unary)]
    async fn put_all(&self, pairs: Streaming<Pair>) -> Result<u64, Status>;

    #[rpc(stream_stream)]
    async fn exchange(&self, pairs: Streaming<Pair>) -> Result<Streaming<Pair>, Status>;

    #[rpc(unary_unary)]
    async fn size(&self) -> Result<u64, Status>;

    /// Answered by the contract where the handler does not.
    async fn has(&self, key: String) -> Result<bool, Status> {
        match self.get(key).await {
            Ok(_) => Ok(true),
            Err(status) if status.code() == Code::NotFound => Ok(false),
            Err(status) => Err(status),
        }
    }
}

#[derive(Default)]
struct Store {
    values: Mutex<HashMap<String, Vec<u8>>>,
}

impl Store {
    fn with(pairs: &[(&str, &str)]) -> Self {
        let values = pairs.iter().map(|(key, value)| ((*key).to_owned(), value.as_bytes().to_vec()));
        Self { values: Mutex::new(values.collect()) }
    }

    fn put(&self, pair: Pair) -> Option<Vec<u8>> {
        self.values.lock().unwrap().insert(pair.key, pair.value)
    }
}

impl Kv for Store {
    async fn get(&self, key: String) -> Result<Pair, Status> {
        assert_ne!(key, "panic", "a handler may be wrong");
        match self.values.lock().unwrap().get(&key) {
            Some(value) => Ok(Pair { key, value: value.clone() }),
            None => Err(Status::not_found(format!("no key `{key}`; put it first"))),
        }
    }

    async fn list(&self, prefix: String) -> Result<Streaming<Pair>, Status> {
        if prefix.is_empty() {
            return Err(Status::invalid_argument("a prefix has a letter"));
        }
        let values = self.values.lock().unwrap();
        let found = values.iter().filter(|(key, _)| key.starts_with(&prefix));
        let mut pairs: Vec<_> = found.map(|(key, value)| pair(key, value)).collect();
        pairs.sort_by(|left, right| left.key.cmp(&right.key));
        Ok(Streaming::from_iter(pairs))
    }

    async fn put_all(&self, mut pairs: Streaming<Pair>) -> Result<u64, Status> {
        let mut count = 0;
        while let Some(pair) = pairs.message().await? {
            self.put(pair);
            count += 1;
        }
        Ok(count)
    }

    async fn exchange(&self, mut pairs: Streaming<Pair>) -> Result<Streaming<Pair>, Status> {
        let mut replaced = Vec::new();
        while let Some(new) = pairs.message().await? {
            let key = new.key.clone();
            replaced.extend(self.put(new).map(|value| Pair { key, value }));
        }
        Ok(Streaming::from_iter(replaced))
    }

    async fn size(&self) -> Result<u64, Status> {
        Ok(self.values.lock().unwrap().len().try_into().unwrap())
    }
}

fn pair(key: &str, value: impl AsRef<[u8]>) -> Pair {
    Pair { key: key.to_owned(), value: value.as_ref().to_vec() }
}

/// Whoever takes the contract cannot tell a client from a handler.
async fn use_every_kind(kv: &impl Kv) {
    assert_eq!(kv.get("a".to_owned()).await.unwrap(), pair("a", "1"));

    let listed: Vec<_> = kv.list("a".to_owned()).await.unwrap().collect().await.unwrap();
    assert_eq!(listed, [pair("a", "1"), pair("ab", "2")]);

    let pairs = Streaming::from_iter([pair("b", "3"), pair("c", "4"), pair("d", "")]);
    assert_eq!(kv.put_all(pairs).await.unwrap(), 3);
    assert_eq!(kv.size().await.unwrap(), 5);

    let pairs = Streaming::from_iter([pair("b", "5"), pair("new", "6")]);
    let replaced: Vec<_> = kv.exchange(pairs).await.unwrap().collect().await.unwrap();
    assert_eq!(replaced, [pair("b", "3")]);
}

/// Runs a test with a store of its own over every way that a call can be carried.
async fn with_store(pairs: &[(&str, &str)], test: impl AsyncFn(KvClient)) {
    let served = || KvServer::new(Store::with(pairs));
    testing::for_each_route(served, async |channel| test(KvClient::new(channel)).await).await;
}

#[tokio::test]
async fn every_kind_reaches_the_handler_and_comes_back() {
    let pairs = [("a", "1"), ("ab", "2")];
    with_store(&pairs, async |client| use_every_kind(&client).await).await;
    use_every_kind(&Store::with(&pairs)).await;
}

#[tokio::test]
async fn a_handler_that_others_hold_is_the_one_that_answers() {
    let store = Arc::new(Store::default());
    let router = Router::new().service(KvServer::from_arc(Arc::clone(&store))).unwrap();
    let client = KvClient::new(Channel::local(router));
    store.put(pair("late", "1"));
    assert_eq!(client.get("late".to_owned()).await.unwrap(), pair("late", "1"));
    assert_eq!(client.clone().size().await.unwrap(), 1);
}

#[tokio::test]
async fn a_default_body_answers_where_the_handler_does_not() {
    with_store(&[("a", "1")], async |client| {
        assert!(client.has("a".to_owned()).await.unwrap());
        assert!(!client.has("b".to_owned()).await.unwrap());
    })
    .await;
}

/// Within a process a call may fail at once; over a connection its stream does.
async fn refusal(answer: Result<Streaming<Pair>, Status>) -> Status {
    match answer {
        Ok(mut responses) => responses.message().await.unwrap_err(),
        Err(status) => status,
    }
}

#[tokio::test]
async fn a_status_comes_back_with_its_code_and_its_text() {
    with_store(&[], async |client| {
        let status = client.get("alpha".to_owned()).await.unwrap_err();
        assert_eq!(status.code(), Code::NotFound);
        assert_eq!(status.message(), "no key `alpha`; put it first");

        let status = refusal(client.list(String::new()).await).await;
        assert_eq!(status.to_string(), "INVALID_ARGUMENT: a prefix has a letter");
    })
    .await;
}

#[tokio::test]
async fn a_status_within_a_stream_ends_it() {
    let failing = || {
        let items = [Ok(pair("a", "1")), Err(Status::data_loss("the disk is gone")), Ok(pair("b", "2"))];
        Streaming::new(stream::iter(items))
    };
    with_store(&[], async |client| {
        let status = client.put_all(failing()).await.unwrap_err();
        assert_eq!(status.to_string(), "DATA_LOSS: the disk is gone");
        // The call may be given up before its first message is looked at. What comes behind the error is never sent.
        assert!(client.size().await.unwrap() <= 1);

        let status = refusal(client.exchange(failing()).await).await;
        assert_eq!(status.code(), Code::DataLoss);
    })
    .await;
}

#[tokio::test]
async fn a_panic_in_a_handler_ends_its_call_and_no_other() {
    with_store(&[("a", "1")], async |client| {
        let status = client.get("panic".to_owned()).await.unwrap_err();
        assert_eq!(status.code(), Code::Internal);
        assert!(!status.message().contains("a handler may be wrong"), "{status}");
        assert_eq!(client.get("a".to_owned()).await.unwrap(), pair("a", "1"));
    })
    .await;
}

/// The contract as a newer host knows it.
mod newer {
    use rpcplugin::{Status, rpc_protocol};

    #[rpc_protocol(service = "example.Kv")]
    pub(super) trait Kv {
        async fn size(&self) -> Result<u64, Status>;

        async fn compact(&self) -> Result<(), Status>;
    }
}

#[tokio::test]
async fn a_method_that_the_plugin_lacks_is_unimplemented() {
    use newer::Kv as _;

    let router = Router::new().service(KvServer::new(Store::default())).unwrap();
    let client = newer::KvClient::new(Channel::local(router));
    assert_eq!(client.size().await.unwrap(), 0, "methods are found by name, wherever they stand");
    let status = client.compact().await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented);
    assert!(status.message().contains("/example.Kv/Compact"), "{status}");

    let client = newer::KvClient::new(Channel::local(Router::new()));
    assert_eq!(client.size().await.unwrap_err().code(), Code::Unimplemented);
}

#[test]
fn the_table_is_what_the_contract_says() {
    let get = "The value of a key.\n\nFails with NOT_FOUND where there is none.";
    let has = "Answered by the contract where the handler does not.";
    let row = |position, name, path, kind, documentation| {
        MethodSpec::new("example.Kv", name, path, kind, documentation, position)
    };
    // What prost takes as a message has no layout that could be compared.
    let pair = Pair::KNOWN_SCHEMA;
    // It has a name instead.
    let named = |name: fn() -> String| Some(ProtobufName::new(name));
    let empty = named(|| "google.protobuf.Empty".to_owned());
    let text = named(|| "google.protobuf.StringValue".to_owned());
    let number = named(|| "google.protobuf.UInt64Value".to_owned());
    let truth = named(|| "google.protobuf.BoolValue".to_owned());
    let methods = [
        row(0, "Get", "/example.Kv/Get", MethodKind::UnaryUnary, get).messages(None, pair).names(text, None),
        row(1, "List", "/example.Kv/List", MethodKind::UnaryStream, "Every pair whose key begins so.")
            .messages(None, pair)
            .names(text, None),
        row(2, "Import", "/example.Kv/Import", MethodKind::StreamUnary, "")
            .messages(pair, None)
            .names(None, number),
        row(3, "Exchange", "/example.Kv/Exchange", MethodKind::StreamStream, "").messages(pair, pair),
        row(4, "Size", "/example.Kv/Size", MethodKind::UnaryUnary, "").names(empty, number),
        row(5, "Has", "/example.Kv/Has", MethodKind::UnaryUnary, has).names(text, truth),
    ];
    assert_eq!(KvClient::SPEC.name, "example.Kv");
    assert_eq!((KvClient::SPEC.protocol, KvClient::SPEC.version), ("key-value", "2.1.0"));
    assert_eq!(KvClient::SPEC.documentation, "Keeps values under keys.");
    assert_eq!(KvClient::SPEC.methods, methods);
    assert_eq!(KvServer::<Store>::SPEC, KvClient::SPEC);
}

#[test]
fn the_kind_of_a_method_is_found_by_its_name() {
    const SPEC: &ServiceSpec = KvClient::SPEC;
    let kinds =
        ["Get", "List", "Import", "Exchange", "Size", "PutAll", "get"].map(|name| SPEC.method_type(name));
    let expected = ["unary_unary", "unary_stream", "stream_unary", "stream_stream", "unary_unary"].map(Some);
    assert_eq!(kinds[..5], expected);
    assert_eq!(kinds[5..], [None, None], "a name that was given replaces the one of the ident");
}

struct Calculator {
    base: i64,
    both_are_here: Barrier,
}

/// Contract and handler in one.
#[rpc_protocol]
impl Calculator {
    fn new(base: i64) -> Self {
        Self { base, both_are_here: Barrier::new(2) }
    }

    /// Adds to the base.
    async fn add(&self, number: i64) -> Result<i64, Status> {
        self.checked(number).await
    }

    async fn count(&self, end: u32) -> Result<Streaming<u32>, Status> {
        Ok(Streaming::from_iter(0..end))
    }

    async fn sum(&self, numbers: Streaming<i64>) -> Result<i64, Status> {
        Ok(numbers.collect::<Vec<_>>().await?.into_iter().sum())
    }

    #[rpc(name = "Negate")]
    async fn negative(&self, numbers: Streaming<i64>) -> Result<Streaming<i64>, Status> {
        let numbers: Vec<_> = numbers.collect().await?;
        Ok(Streaming::from_iter(numbers.into_iter().map(|number| -number)))
    }

    async fn meet(&self) -> Result<bool, Status> {
        Ok(self.both_are_here.wait().await.is_leader())
    }

    #[rpc(skip)]
    async fn checked(&self, number: i64) -> Result<i64, Status> {
        self.base.checked_add(number).ok_or_else(|| Status::out_of_range("more than 64 bits"))
    }
}

fn calculator() -> CalculatorClient {
    let server = CalculatorServer::new(Calculator::new(10));
    CalculatorClient::new(Channel::local(Router::new().service(server).unwrap()))
}

#[tokio::test]
async fn a_block_answers_every_kind() {
    let client = calculator();
    assert_eq!(client.add(-3).await.unwrap(), 7);
    assert_eq!(client.add(i64::MAX).await.unwrap_err().to_string(), "OUT_OF_RANGE: more than 64 bits");
    assert_eq!(client.count(3).await.unwrap().collect::<Vec<_>>().await.unwrap(), [0, 1, 2]);
    assert_eq!(client.sum(Streaming::from_iter([1, 2, 3])).await.unwrap(), 6);
    let negative = client.negative(Streaming::from_iter([1, -2])).await.unwrap();
    assert_eq!(negative.collect::<Vec<_>>().await.unwrap(), [-1, 2]);
}

#[tokio::test]
async fn calls_on_one_client_run_side_by_side() {
    let client = calculator();
    let (one, other) = tokio::join!(client.meet(), client.meet());
    assert_ne!(one.unwrap(), other.unwrap());
}

#[tokio::test]
async fn a_call_may_move_to_another_thread() {
    let client = calculator();
    assert_eq!(tokio::spawn(async move { client.add(1).await }).await.unwrap().unwrap(), 11);
}

#[test]
fn the_table_of_a_block_has_its_calls_only() {
    let names: Vec<_> = CalculatorServer::SPEC.methods.iter().map(|method| method.path).collect();
    assert_eq!(
        names,
        ["/Calculator/Add", "/Calculator/Count", "/Calculator/Sum", "/Calculator/Negate", "/Calculator/Meet"]
    );
    assert_eq!((CalculatorServer::SPEC.protocol, CalculatorServer::SPEC.version), ("Calculator", ""));
    assert_eq!(CalculatorServer::SPEC.documentation, "Contract and handler in one.");
    assert_eq!(CalculatorServer::SPEC.method("Add").unwrap().documentation, "Adds to the base.");
}

#[tokio::test]
async fn two_contracts_share_a_channel() {
    let router = Router::new().service(KvServer::new(Store::default())).unwrap();
    let channel = Channel::local(router.service(CalculatorServer::new(Calculator::new(0))).unwrap());
    assert_eq!(KvClient::new(channel.clone()).size().await.unwrap(), 0);
    assert_eq!(CalculatorClient::new(channel).add(1).await.unwrap(), 1);
}

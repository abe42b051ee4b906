//! Old and new beside each other in one plugin, without a version of the handshake: one host calls both.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rpcplugin::testing::{connect, for_each_route};
use rpcplugin::{BinaryMessage, Status, rpc_protocol};

#[derive(BinaryMessage, Clone, Debug, PartialEq)]
struct DataRequestV1 {
    #[binary(id = 1)]
    data: String,
}

#[derive(BinaryMessage, Clone, Debug, PartialEq)]
struct DataResponseV1 {
    #[binary(id = 1)]
    result: String,
}

#[derive(BinaryMessage, Clone, Debug, PartialEq)]
struct DataRequestV2 {
    #[binary(id = 1)]
    data: String,
    #[binary(id = 2)]
    options: BTreeMap<String, String>,
}

#[derive(BinaryMessage, Clone, Debug, PartialEq)]
struct DataResponseV2 {
    #[binary(id = 1)]
    results: Vec<String>,
    /// How many requests of either version there were before.
    #[binary(id = 2)]
    before: u64,
}

/// The old contract.
#[rpc_protocol(service = "example.DataProcessorV1")]
trait DataProcessorV1 {
    async fn process(&self, request: DataRequestV1) -> Result<DataResponseV1, Status>;
}

/// The new one. Its method has the name of the old one's.
#[rpc_protocol(service = "example.DataProcessorV2")]
trait DataProcessorV2 {
    async fn process(&self, request: DataRequestV2) -> Result<DataResponseV2, Status>;
}

/// Both in one service.
#[rpc_protocol(service = "example.DataProcessor")]
trait DataProcessor {
    async fn process_data_v1(&self, request: DataRequestV1) -> Result<DataResponseV1, Status>;

    async fn process_data_v2(&self, request: DataRequestV2) -> Result<DataResponseV2, Status>;
}

/// One handler behind all of them.
#[derive(Clone, Default)]
struct Processor {
    requests: Arc<AtomicU64>,
}

impl Processor {
    fn first(&self, request: DataRequestV1) -> DataResponseV1 {
        self.requests.fetch_add(1, Ordering::Relaxed);
        DataResponseV1 { result: format!("old {}", request.data) }
    }

    fn second(&self, request: DataRequestV2) -> DataResponseV2 {
        let before = self.requests.fetch_add(1, Ordering::Relaxed);
        let option = |(name, value)| format!("new {} {name}={value}", request.data);
        DataResponseV2 { results: request.options.into_iter().map(option).collect(), before }
    }
}

impl DataProcessorV1 for Processor {
    async fn process(&self, request: DataRequestV1) -> Result<DataResponseV1, Status> {
        Ok(self.first(request))
    }
}

impl DataProcessorV2 for Processor {
    async fn process(&self, request: DataRequestV2) -> Result<DataResponseV2, Status> {
        Ok(self.second(request))
    }
}

impl DataProcessor for Processor {
    async fn process_data_v1(&self, request: DataRequestV1) -> Result<DataResponseV1, Status> {
        Ok(self.first(request))
    }

    async fn process_data_v2(&self, request: DataRequestV2) -> Result<DataResponseV2, Status> {
        Ok(self.second(request))
    }
}

/// A host that calls the old one, the new one, the old one again, and then both at once.
async fn converse(
    old: impl AsyncFn(DataRequestV1) -> Result<DataResponseV1, Status>,
    new: impl AsyncFn(DataRequestV2) -> Result<DataResponseV2, Status>,
) {
    let old = async |data: &str| {
        let response = old(DataRequestV1 { data: data.to_owned() }).await.unwrap();
        assert_eq!(response, DataResponseV1 { result: format!("old {data}") });
    };
    let new = async |data: &str, before: &[u64]| {
        let options = [("a", "1"), ("b", "2")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        let response = new(DataRequestV2 { data: data.to_owned(), options: options.into() }).await.unwrap();
        assert_eq!(response.results, [format!("new {data} a=1"), format!("new {data} b=2")]);
        // It is the same plugin: it has seen the requests of the old one as well.
        assert!(before.contains(&response.before), "{response:?} in place of one of {before:?}");
    };
    old("one").await;
    new("two", &[1]).await;
    old("three").await;
    tokio::join!(old("four"), new("five", &[3, 4]));
}

#[tokio::test]
async fn one_host_calls_the_old_and_the_new_contract_of_a_plugin_that_serves_both() {
    let plugin = || {
        let processor = Processor::default();
        connect(DataProcessorV1Server::new(processor.clone())).service(DataProcessorV2Server::new(processor))
    };
    for_each_route(plugin, async |channel| {
        let (old, new) = (DataProcessorV1Client::new(channel.clone()), DataProcessorV2Client::new(channel));
        converse(async |request| old.process(request).await, async |request| new.process(request).await)
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_service_has_a_method_in_two_versions_with_messages_of_their_own() {
    let methods: Vec<_> = DataProcessorClient::SPEC.methods.iter().map(|method| method.name).collect();
    assert_eq!(methods, ["ProcessDataV1", "ProcessDataV2"]);
    for_each_route(
        || DataProcessorServer::new(Processor::default()),
        async |channel| {
            let processor = DataProcessorClient::new(channel);
            let old = async |request| processor.process_data_v1(request).await;
            let new = async |request| processor.process_data_v2(request).await;
            converse(old, new).await;
        },
    )
    .await;
}

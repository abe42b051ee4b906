//! What the attributes of a contract and the context of a call do, called through a channel in this process.

use std::future::pending;
use std::time::Duration;

use rpcplugin::{
    CallOptions, Channel, Code, Context, Metadata, Router, RouterError, Status, Streaming, rpc_protocol,
};
use tokio::time::Instant;

/// A contract whose method and service had other names once.
#[rpc_protocol(service = "example.Store")]
trait Store {
    #[rpc(aliases = ["Read", "/example.v1.Store/Fetch"])]
    async fn get(&self, key: String) -> Result<String, Status>;

    /// Never answers.
    #[rpc(timeout = "2s")]
    async fn wait(&self) -> Result<(), Status> {
        pending().await
    }

    /// Answers with a stream that never ends.
    #[rpc(timeout = "2s")]
    async fn watch(&self, _requests: Streaming<u32>) -> Result<Streaming<u32>, Status> {
        Ok(Streaming::new(futures_util::stream::pending()))
    }

    /// The user of the call, and the seconds that it has, wherever the context stands.
    async fn describe(&self, prefix: String, context: Context) -> Result<String, Status> {
        let user = context.metadata().get("user").unwrap_or("nobody").to_owned();
        let seconds = context.time_left().map(|left| left.as_secs_f64().round());
        Ok(format!("{prefix} {user} {seconds:?}"))
    }
}

struct Fixed;

impl Store for Fixed {
    async fn get(&self, key: String) -> Result<String, Status> {
        Ok(key)
    }
}

/// Hosts that were built before the names changed.
mod older {
    use rpcplugin::{Status, rpc_protocol};

    #[rpc_protocol(service = "example.Store")]
    pub(super) trait Renamed {
        async fn read(&self, key: String) -> Result<String, Status>;
    }

    #[rpc_protocol(service = "example.v1.Store")]
    pub(super) trait Moved {
        async fn fetch(&self, key: String) -> Result<String, Status>;

        async fn get(&self, key: String) -> Result<String, Status>;
    }
}

fn channel() -> Channel {
    Channel::local(Router::new().service(StoreServer::new(Fixed)).unwrap())
}

#[tokio::test]
async fn a_host_that_knows_an_old_name_is_answered() {
    use older::{Moved as _, Renamed as _};

    let key = || "key".to_owned();
    assert_eq!(StoreClient::new(channel()).get(key()).await.unwrap(), "key");
    assert_eq!(older::RenamedClient::new(channel()).read(key()).await.unwrap(), "key");
    let moved = older::MovedClient::new(channel());
    assert_eq!(moved.fetch(key()).await.unwrap(), "key");
    let status = moved.get(key()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented, "an alias is one path, not a whole service");
}

#[test]
fn an_alias_is_claimed_as_a_name_is() {
    struct Other;
    impl older::Renamed for Other {
        async fn read(&self, key: String) -> Result<String, Status> {
            Ok(key)
        }
    }
    let router = Router::new().service(StoreServer::new(Fixed)).unwrap();
    let outcome = router.service(older::RenamedServer::new(Other));
    assert!(matches!(outcome, Err(RouterError::DuplicatePath { path: "/example.Store/Read" })));
}

#[test]
fn two_versions_of_a_method_that_are_both_there_are_refused() {
    #[rpc_protocol]
    trait Twice {
        #[cfg(test)]
        async fn get(&self) -> Result<(), Status> {
            Ok(())
        }

        #[cfg(not(doc))]
        #[rpc(name = "Get")]
        async fn get_again(&self) -> Result<(), Status> {
            Ok(())
        }
    }
    struct Handler;
    impl Twice for Handler {}
    let outcome = Router::new().service(TwiceServer::new(Handler));
    let error = outcome.unwrap_err();
    assert!(matches!(error, RouterError::DuplicateMethod { path: "/Twice/Get" }), "{error:?}");
    assert!(error.to_string().contains("change one of the `#[cfg(..)]`"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_call_has_the_time_of_the_contract_unless_its_caller_says_another() {
    let store = StoreClient::new(channel());
    let timed = async |store: &StoreClient| {
        let begin = Instant::now();
        let status = store.wait().await.unwrap_err();
        assert_eq!(status.code(), Code::DeadlineExceeded, "{status}");
        begin.elapsed().as_secs_f64().round()
    };
    assert!((timed(&store).await - 2.0).abs() < 0.1);
    let patient = store.with(CallOptions::new().timeout(Duration::from_secs(60)));
    assert!((timed(&patient).await - 60.0).abs() < 0.1);
    let hasty = store.with(CallOptions::new().timeout(Duration::from_secs(1)));
    assert!((timed(&hasty).await - 1.0).abs() < 0.1);
}

#[tokio::test(start_paused = true)]
async fn a_stream_has_the_time_of_the_contract_as_well() {
    let store = StoreClient::new(channel());
    let mut answers = store.watch(Streaming::empty()).await.unwrap();
    assert_eq!(answers.message().await.unwrap_err().code(), Code::DeadlineExceeded);
}

#[tokio::test(start_paused = true)]
async fn a_context_that_is_handed_in_is_the_call_s() {
    let mut metadata = Metadata::new();
    metadata.insert("user", "ada").unwrap();
    let context = Context::new().with_timeout(Duration::from_secs(30)).with_metadata(metadata.clone());
    let store = StoreClient::new(channel());
    let described =
        async |store: &StoreClient, context| store.describe("is".to_owned(), context).await.unwrap();
    assert_eq!(described(&store, Context::new()).await, "is nobody None");
    assert_eq!(described(&store, context).await, "is ada Some(30.0)");
    assert_eq!(described(&store, Context::new()).await, "is nobody None", "one call's context is no other's");
    let told = store.with(CallOptions::new().metadata(metadata));
    assert_eq!(described(&told, Context::new()).await, "is ada None");
}

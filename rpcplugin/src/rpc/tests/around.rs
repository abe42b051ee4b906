//! What is around a handler: the context that its interceptors made.

use futures_util::{StreamExt, stream};

use super::*;
use crate::call::{CallOptions, MessageStream, Metadata};
use crate::contract::Code;
use crate::rpc::{Channel, Router, Service};

/// Says who is the current tenant wherever its code runs.
struct Handler(Seen<Option<String>>);

impl Handler {
    fn tell(&self) {
        self.0.lock().unwrap().push(current_tenant());
    }
}

impl Sample for Handler {
    async fn small(&self, _request: Vec<u8>) -> Result<Vec<u8>, Status> {
        self.tell();
        let _end = TellsAtItsEnd(Arc::clone(&self.0));
        std::future::pending().await
    }

    async fn small_stream(&self, requests: Streaming<Vec<u8>>) -> Result<Streaming<Vec<u8>>, Status> {
        Ok(requests)
    }

    async fn take(&self, _requests: Streaming<u32>) -> Result<u32, Status> {
        self.tell();
        Ok(1)
    }

    async fn give(&self, _request: u32) -> Result<Streaming<u32>, Status> {
        self.tell();
        let end = TellsAtItsEnd(Arc::clone(&self.0));
        let seen = Arc::clone(&self.0);
        Ok(Streaming::new(stream::repeat(1).map(move |number| {
            let _whole = &end;
            seen.lock().unwrap().push(current_tenant());
            Ok(number)
        })))
    }
}

/// A client whose calls say that they are of `outer`.
fn client(router: Router) -> SampleClient {
    let mut metadata = Metadata::new();
    metadata.insert("tenant", "outer").unwrap();
    SampleClient::new(Channel::local(router).with(CallOptions::new().metadata(metadata)))
}

fn seen() -> Seen<Option<String>> {
    Seen::default()
}

fn all_are(seen: &Seen<Option<String>>, tenant: &str, number: usize) {
    let seen = seen.lock().unwrap();
    assert_eq!(*seen, vec![Some(tenant.to_owned()); number]);
}

/// The ways to put an interceptor around the handler.
fn intercepted(seen: &Seen<Option<String>>) -> [(Router, &'static str); 4] {
    let server = || SampleServer::new(Handler(Arc::clone(seen)));
    [
        (Router::new().service(server()).unwrap(), "outer"),
        (Router::new().interceptor(Renames("router")).service(server()).unwrap(), "router"),
        (Router::new().service(server().intercepted(Renames("service"))).unwrap(), "service"),
        (
            Router::new()
                .interceptor(Renames("router"))
                .service(server().intercepted(Renames("service")))
                .unwrap(),
            "service",
        ),
    ]
}

#[tokio::test]
async fn the_current_context_is_the_one_that_the_interceptors_made() {
    let seen = seen();
    for (router, tenant) in intercepted(&seen) {
        seen.lock().unwrap().clear();
        let client = client(router);
        client.take(Streaming::empty()).await.unwrap();
        let mut numbers = client.give(1).await.unwrap();
        for _ in 0..2 {
            numbers.message().await.unwrap();
        }
        drop(numbers);
        // The handlers, two messages, and the end of the stream.
        all_are(&seen, tenant, 5);
    }
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_is_given_up_ends_within_its_context() {
    let seen = seen();
    for (router, tenant) in intercepted(&seen) {
        seen.lock().unwrap().clear();
        let client = client(router);
        let call = client.small(Vec::new());
        tokio::time::timeout(std::time::Duration::from_millis(10), call).await.unwrap_err();
        all_are(&seen, tenant, 2);
    }
}

/// An answer of the other kind, or a failure that says that all went well.
struct Wrong(fn(&Call) -> Result<Messages, Status>);

impl Interceptor for Wrong {
    async fn intercept(&self, call: Call, _next: Next<'_>) -> Result<Messages, Status> {
        self.0(&call)
    }
}

fn other_kind(call: &Call) -> Result<Messages, Status> {
    Ok(match call.method().kind.streams_responses() {
        true => Messages::One(Vec::new().into()),
        false => Messages::Many(MessageStream::new(stream::empty())),
    })
}

fn fails_well(call: &Call) -> Result<Messages, Status> {
    let well = || Status::new(Code::Ok, "all went well");
    match call.method().kind.streams_responses() {
        true => Ok(Messages::Many(MessageStream::new(stream::iter([Err(well())])))),
        false => Err(well()),
    }
}

#[tokio::test]
async fn an_answer_that_is_none_is_the_handlers_fault() {
    let wrongs: [(fn(&Call) -> _, _); 2] =
        [(other_kind, "answered with another kind"), (fails_well, "with the code OK")];
    for (wrong, words) in wrongs {
        let router = Router::new().interceptor(Wrong(wrong)).service(SampleServer::new(Handler(seen())));
        let client = client(router.unwrap());
        let one = client.take(Streaming::empty()).await.unwrap_err();
        let many = match client.give(1).await {
            Ok(mut numbers) => numbers.message().await.unwrap_err(),
            Err(status) => status,
        };
        for status in [one, many] {
            assert_eq!(status.code(), Code::Internal, "{status}");
            assert!(status.message().contains(words), "{status}");
        }
    }
}

use std::sync::{Arc, Mutex};

use super::sample::{Four, FourClient, FourServer, Handler, WIRES, channel};
use crate::call::{Call, Messages};
use crate::contract::{Code, Status};
use crate::rpc::{Interceptor, Next, Router, Service};
use crate::wire::Protocol;

type Log = Arc<Mutex<Vec<String>>>;

/// Writes down that a call passed, on its way in and on its way out.
struct Mark(&'static str, Log);

impl Interceptor for Mark {
    async fn intercept(&self, call: Call, next: Next<'_>) -> Result<Messages, Status> {
        self.1.lock().unwrap().push(format!("> {}", self.0));
        let answer = next.run(call).await;
        self.1.lock().unwrap().push(format!("< {}", self.0));
        answer
    }
}

/// Answers in the handler's place.
struct Answer(Log);

impl Interceptor for Answer {
    async fn intercept(&self, call: Call, _next: Next<'_>) -> Result<Messages, Status> {
        self.0.lock().unwrap().push("answer".to_owned());
        Ok(call.into_messages())
    }
}

struct Panics;

impl Interceptor for Panics {
    async fn intercept(&self, _call: Call, _next: Next<'_>) -> Result<Messages, Status> {
        panic!("a secret")
    }
}

#[tokio::test]
async fn the_first_registered_is_the_outermost_on_both_sides() {
    for wire in WIRES {
        let log = Log::default();
        let mark = |name| Mark(name, Arc::clone(&log));
        let service = FourServer::new(Handler).intercepted(mark("service 1")).intercepted(mark("service 2"));
        // An interceptor of all services is further out, also if it comes later.
        let router = Router::new().interceptor(mark("all 1")).service(service).unwrap();
        let channel = channel(router.interceptor(mark("all 2")), wire).await;
        let four = FourClient::new(channel.intercepted(mark("channel 1")).intercepted(mark("channel 2")));
        assert_eq!(four.one(2).await.unwrap(), 4);
        let names = ["channel 1", "channel 2", "all 1", "all 2", "service 1", "service 2"];
        let passed = names.iter().map(|name| format!("> {name}"));
        let passed: Vec<_> = passed.chain(names.iter().rev().map(|name| format!("< {name}"))).collect();
        assert_eq!(*log.lock().unwrap(), passed);
    }
}

#[tokio::test]
async fn an_interceptor_may_answer_itself() {
    let log = Log::default();
    let service = FourServer::new(Handler)
        .intercepted(Mark("outer", Arc::clone(&log)))
        .intercepted(Answer(Arc::clone(&log)))
        .intercepted(Mark("inner", Arc::clone(&log)));
    let channel = channel(Router::new().service(service).unwrap(), Some(Protocol::Grpc)).await;
    // The handler would never answer this one.
    assert_eq!(FourClient::new(channel).one(7).await.unwrap(), 7);
    assert_eq!(*log.lock().unwrap(), ["> outer", "answer", "< outer"]);
}

#[tokio::test]
async fn an_interceptor_that_panics_ends_its_call_and_no_other() {
    for wire in WIRES {
        let router = Router::new().service(FourServer::new(Handler).intercepted(Panics)).unwrap();
        let channel = channel(router, wire).await;
        let four = FourClient::new(channel);
        for _ in 0..2 {
            let status = four.one(1).await.unwrap_err();
            assert_eq!(status.code(), Code::Internal);
            assert!(!status.message().contains("secret"), "{status}");
        }
    }
}

use bytes::Bytes;

use super::sample::{Four, FourClient, FourServer, Handler, WIRES, Way, call, channel};
use crate::call::Side;
use crate::contract::{Code, MethodKind, Status};
use crate::interceptors::{Hooks, Metrics};
use crate::message::Message;
use crate::rpc::{Channel, Router, Service, Streaming};

/// A number in bytes, with something added.
fn plus(bytes: Bytes, more: u64) -> Result<Bytes, Status> {
    let number = u64::decode(bytes).map_err(|error| Status::internal(error.to_string()))?;
    (number + more).encode().map_err(|error| Status::internal(error.to_string()))
}

#[tokio::test]
async fn hooks_replace_the_bytes_of_every_message() {
    for wire in WIRES {
        let hooks = Hooks::new()
            .before_request(|call, bytes| async move {
                assert_eq!((call.side(), call.method().service), (Side::Server, "test.Four"));
                plus(bytes, 100)
            })
            .after_response(|_call, bytes| async move { plus(bytes, 1) });
        let router = Router::new().interceptor(hooks).service(FourServer::new(Handler)).unwrap();
        let channel = channel(router, wire).await;
        // Twice 102, or twice 101 and 102 together, and one more.
        for (kind, expected) in MethodKind::ALL.into_iter().zip([205, 205, 407, 205]) {
            assert_eq!(call(&channel, kind, Way::Answers).await.unwrap(), expected, "{kind} {wire:?}");
        }
    }
}

#[tokio::test]
async fn the_first_hook_is_the_outermost() {
    let hooks = Hooks::new()
        .before_request(|_, bytes| async move { plus(bytes, 1) })
        .before_request(|_, bytes| async move { Ok(Bytes::from(bytes.repeat(1))) })
        .before_request(
            |_, bytes| async move { u64::decode(bytes).map_or_else(|_| unread(), |n| sent(n * 10)) },
        )
        .after_response(|_, bytes| async move { plus(bytes, 1) })
        .after_response(
            |_, bytes| async move { u64::decode(bytes).map_or_else(|_| unread(), |n| sent(n * 10)) },
        );
    let channel = Channel::local(Router::new().service(FourServer::new(Handler)).unwrap()).intercepted(hooks);
    // (5 + 1) * 10, twice, * 10 + 1.
    assert_eq!(FourClient::new(channel).one(5).await.unwrap(), 1201);
}

fn unread() -> Result<Bytes, Status> {
    Err(Status::internal("no number"))
}

fn sent(number: u64) -> Result<Bytes, Status> {
    number.encode().map_err(|error| Status::internal(error.to_string()))
}

#[tokio::test]
async fn a_refused_request_never_reaches_the_handler() {
    for wire in WIRES {
        for side in [Side::Client, Side::Server] {
            let reached = Metrics::new();
            let service = FourServer::new(Handler).intercepted(reached.clone());
            let refuse = Hooks::new().before_request(move |call, bytes| async move {
                match call.side() == side {
                    true => Err(Status::permission_denied("not this one")),
                    false => Ok(bytes),
                }
            });
            let router = Router::new().interceptor(refuse.clone()).service(service).unwrap();
            let channel = channel(router, wire).await.intercepted(refuse);
            for kind in [MethodKind::UnaryUnary, MethodKind::UnaryStream] {
                let status = call(&channel, kind, Way::Answers).await.unwrap_err();
                assert_eq!((status.code(), status.message()), (Code::PermissionDenied, "not this one"));
            }
            assert_eq!(reached.snapshot().methods, [], "{side:?} {wire:?}");
            // In a stream the handler, or the wire, meets the refusal in the place of the message.
            for kind in [MethodKind::StreamUnary, MethodKind::StreamStream] {
                let status = call(&channel, kind, Way::Answers).await.unwrap_err();
                assert_eq!(status.code(), Code::PermissionDenied, "{kind} {side:?} {wire:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_refused_response_ends_the_stream() {
    for wire in WIRES {
        let hooks = Hooks::new().after_response(|_, bytes| async move {
            match u64::decode(bytes.clone()) {
                Ok(4) => Err(Status::aborted("no four")),
                _ => Ok(bytes),
            }
        });
        let router = Router::new().interceptor(hooks).service(FourServer::new(Handler)).unwrap();
        let four = FourClient::new(channel(router, wire).await);
        assert_eq!(four.one(2).await.unwrap_err().code(), Code::Aborted);
        let mut echoed = four.echo(Streaming::from_iter([1, 2, 3])).await.unwrap();
        assert_eq!(echoed.message().await.unwrap(), Some(2));
        assert_eq!(echoed.message().await.unwrap_err().message(), "no four");
        assert_eq!(echoed.message().await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_hook_that_panics_ends_its_call_and_no_other() {
    for wire in WIRES {
        let hooks = Hooks::new().before_request(|_, bytes| async move {
            assert!(u64::decode(bytes.clone()).is_ok_and(|number| number != 3), "a secret");
            Ok(bytes)
        });
        let router = Router::new().interceptor(hooks).service(FourServer::new(Handler)).unwrap();
        let four = FourClient::new(channel(router, wire).await);
        let (bad, good) = tokio::join!(four.one(3), four.one(4));
        let status = bad.unwrap_err();
        assert_eq!(status.code(), Code::Internal);
        assert!(!status.message().contains("secret"), "{status}");
        assert_eq!(good.unwrap(), 8);
        let status = four.sum(Streaming::from_iter([1, 3])).await.unwrap_err();
        assert_eq!(status.code(), Code::Internal);
    }
}
